import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { customerSeed } from '../test/support/customer-seed.ts';
import { canPin, loadCore, median, pinSelf, printTable, serverCore } from './harness.ts';
import { sandbox as client } from './servers/token-clients.ts';

export interface FanOutOptions {
  /** Default 10,000. */
  readonly tenants?: number;
  /** Default 8, as the command's. */
  readonly concurrency?: number;
  /** Default 3; the figures are medians. */
  readonly rounds?: number;
}

export interface FanOutFigures {
  /** Milliseconds a token, all tenants together. */
  readonly fanOut: number;
  /** The same of a plain loop over kept-alive connections that reads the answer and does nothing with it. */
  readonly plainLoop: number;
  /** Of each round's pair. */
  readonly ratio: number;
  /** The command's greatest resident size, in MiB. */
  readonly peakMebibytes: number;
}

const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
const goal = { ratio: 1.2, peakMebibytes: 150 };

/**
 * `partner-auth fan-out` over a served sandbox's customers, beside a plain loop with as many connections in the same run:
 * what it adds to the sandbox's own time. Needs `dist/`.
 */
export async function measureFanOut(options: FanOutOptions = {}): Promise<FanOutFigures> {
  const { tenants: count = 10_000, concurrency = 8, rounds = 3 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
  pinSelf(loadCore);
  const { seed, tenants } = customerSeed(count);
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const served = await serve(folder, file('seed.json', JSON.stringify(seed)));
  const place = { ...served, folder, concurrency };
  const lists = { secret: file('secret', client.client.client_secret), tenants: file('tenants', tenants.join('\n')) };
  try {
    const samples = [];
    for (let round = 0; round < rounds; round++) {
      const plain = await plainLoop(place, tenants);
      const { milliseconds, peakMebibytes } = await command(place, lists);
      samples.push({ plain, milliseconds, peakMebibytes });
    }
    return {
      fanOut: median(samples.map(({ milliseconds }) => milliseconds)) / count,
      plainLoop: median(samples.map(({ plain }) => plain)) / count,
      ratio: median(samples.map(({ milliseconds, plain }) => milliseconds / plain)),
      peakMebibytes: Math.max(...samples.map(({ peakMebibytes }) => peakMebibytes)),
    };
  } finally {
    served.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints both beside their goals. */
export async function run(): Promise<void> {
  const { fanOut, plainLoop: plain, ratio, peakMebibytes } = await measureFanOut();
  printTable(
    ['fan-out over 10,000 tenants', 'ms a token', 'ratio', 'goal', 'peak MiB', 'goal'],
    [
      ['plain loop, 8 connections', plain.toFixed(3), '1', '', '', ''],
      [
        'partner-auth fan-out',
        fanOut.toFixed(3),
        ratio.toFixed(2),
        `<= ${goal.ratio}`,
        peakMebibytes.toFixed(0),
        `< ${goal.peakMebibytes}`,
      ],
    ],
  );
}

interface Place {
  readonly url: string;
  readonly ca: string;
  readonly environmentFile: string;
  readonly folder: string;
  readonly concurrency: number;
}

const commandFile = join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js');
const pinned = (core: number, argv: readonly string[]): readonly [string, string[]] =>
  canPin ? ['taskset', ['-c', String(core), process.execPath, ...argv]] : [process.execPath, [...argv]];

async function serve(folder: string, seedFile: string) {
  const data = join(folder, 'data');
  const serving = ['serve', 'sandbox', '--port', '0', '--ephemeral', '--data-dir', data, '--seed', seedFile];
  const [program, argv] = pinned(serverCore, [commandFile, ...serving, '--output', 'json']);
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, caFile, environmentFile } = JSON.parse(String(line));
  return { url: String(url), ca: readFileSync(caFile, 'utf8'), environmentFile, stop: () => void child.kill() };
}

/** Milliseconds. */
async function plainLoop({ url, ca, concurrency }: Place, tenants: readonly string[]): Promise<number> {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: concurrency });
  const scope = 'https://graph.microsoft.com/.default';
  const body = new URLSearchParams({ ...client.client, grant_type: 'client_credentials', scope }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  const token = (tenant: string) =>
    new Promise<void>((resolve, reject) => {
      const sending = request(`${url}/${tenant}/oauth2/v2.0/token`, { agent, method: 'POST', headers }, (answer) => {
        answer.resume();
        if (answer.statusCode === 200) answer.once('end', resolve);
        else reject(new Error(`${tenant}: ${answer.statusCode}`));
      });
      sending.once('error', reject);
      sending.end(body);
    });
  let next = 0;
  const worker = async () => {
    for (let tenant = tenants[next++]; tenant !== undefined; tenant = tenants[next++]) await token(tenant);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const milliseconds = performance.now() - startedAt;
  agent.destroy();
  return milliseconds;
}

/** Says at the end of a process what it took at most, in KiB. */
const peakHook = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))",
)}`;

async function command(place: Place, lists: { readonly secret: string; readonly tenants: string }) {
  const { folder, environmentFile, concurrency } = place;
  const who = ['--environment', 'Sandbox', '--application-id', client.client.client_id];
  const files = ['--client-secret-file', lists.secret, '--tenants-file', lists.tenants];
  const words = ['fan-out', ...who, ...files, '--concurrency', String(concurrency)];
  const out = openSync(join(folder, 'out.jsonl'), 'w');
  const [program, argv] = pinned(loadCore, [commandFile, ...words]);
  const variables = { PARTNER_AUTH_ENVIRONMENT_FILE: environmentFile, NODE_OPTIONS: `--import=${peakHook}` };
  const startedAt = performance.now();
  const child = spawn(program, argv, { stdio: ['ignore', out, 'pipe'], env: { ...environment, ...variables } });
  const [said, [exitCode]] = await Promise.all([text(Readable.from(child.stderr ?? [])), once(child, 'exit')]);
  const milliseconds = performance.now() - startedAt;
  closeSync(out);
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${said}`);
  return { milliseconds, peakMebibytes: Number(/^peak (\d+)$/m.exec(said)?.[1]) / 1024 };
}
