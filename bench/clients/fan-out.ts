// One token for each tenant of a list: by the least that sends such requests, by the library, by the command.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { PartnerClient } from '../../dist/index.js';
import type { ServedCustomers } from '../servers/sandbox.ts';
import { applicationId, clientSecret, scope } from './answers.ts';

export interface FanOutFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

interface Settings extends ServedCustomers {
  readonly grant: keyof typeof grants;
  readonly by: keyof typeof ways;
}

const settings: Settings = JSON.parse(process.argv[2] ?? '');
const isPlain = settings.caFile === '';
/** The client's own default. */
const concurrency = 8;
const tenants = readFileSync(settings.tenantsFile, 'utf8').split('\n');
const refreshToken = readFileSync(settings.refreshTokenFile, 'utf8');

/** The application for itself, or a user who signed in once. */
const grants = {
  clientCredentials: {
    given: { tenant: 'contoso.com' },
    options: [],
    sent: { grant_type: 'client_credentials', scope },
  },
  refreshToken: {
    given: { refreshToken },
    options: ['--refresh-token-file', settings.refreshTokenFile],
    sent: { grant_type: 'refresh_token', refresh_token: refreshToken, scope: `${scope} openid profile offline_access` },
  },
};
const grant = grants[settings.grant];

const ways = {
  requests: () => figuresOf(byRequests),
  library: () => figuresOf(byLibrary),
  command: async () => byCommand(),
};

async function figuresOf(work: () => Promise<number>): Promise<FanOutFigures> {
  const before = process.cpuUsage();
  const started = performance.now();
  const obtained = await work();
  const seconds = (performance.now() - started) / 1000;
  if (obtained !== tenants.length) throw new Error(`${obtained} tokens of ${tenants.length}`);
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

async function byLibrary(): Promise<number> {
  const client = new PartnerClient({
    applicationId,
    credential: { password: clientSecret },
    ...grant.given,
    environment: 'Sandbox',
    environmentFile: settings.environmentFile,
  });
  let obtained = 0;
  for await (const outcome of client.forTenants(tenants)) {
    if (!outcome.ok) throw outcome.error;
    obtained += 1;
  }
  return obtained;
}

async function byRequests(): Promise<number> {
  const options = { keepAlive: true, maxSockets: concurrency };
  const agent = isPlain ? new HttpAgent(options) : new Agent({ ...options, ca: readFileSync(settings.caFile) });
  const source = tenants.values();
  let obtained = 0;
  const work = async () => {
    for (const tenant of source) {
      const answer = JSON.parse(await answerOf(agent, tenant));
      if (typeof answer.access_token === 'string') obtained += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  agent.destroy();
  return obtained;
}

function answerOf(agent: HttpAgent, tenant: string): Promise<string> {
  const form = new URLSearchParams({ ...grant.sent, client_id: applicationId, client_secret: clientSecret }).toString();
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': form.length,
  };
  return new Promise((resolve, reject) => {
    const url = `${settings.url}/${tenant}/oauth2/v2.0/token`;
    const sending = (isPlain ? httpRequest : request)(url, { agent, method: 'POST', headers }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => resolve(Buffer.concat(pieces).toString()));
    });
    sending.on('error', reject);
    sending.end(form);
  });
}

/** Says at the end of a process what it took. */
const hook = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write('took ' + (userCPUTime + systemCPUTime) + ' ' + maxRSS + '\\n');
});`)}`;

/** From its start to its end. */
function byCommand(): FanOutFigures {
  const bin = new URL('../../dist/cli/bin.js', import.meta.url).pathname;
  const who = [
    '--environment',
    'Sandbox',
    '--application-id',
    applicationId,
    '--client-secret-file',
    settings.secretFile,
  ];
  const argv = ['fan-out', ...who, ...grant.options, '--tenants-file', settings.tenantsFile, '--output', 'none'];
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', hook, bin, ...argv], {
    env: { ...process.env, PARTNER_AUTH_ENVIRONMENT_FILE: settings.environmentFile },
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  const [, microseconds, peakKilobytes] = /^took (\d+) (\d+)$/m.exec(stderr) ?? [];
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return { seconds, cpuSeconds: Number(microseconds) / 1e6, peakBytes: Number(peakKilobytes) * 1024 };
}

process.send?.(await ways[settings.by]());
process.disconnect?.();
