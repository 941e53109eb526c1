import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../test/support/figures.ts';
import { bundleDispatcher } from '../tools/bundle-dispatcher.ts';
import { addSignIn, fillStore, writeKeyFile } from './filled-store.ts';
import { printTable } from './harness.ts';

/**
 * How long a stored `partner-auth token` takes beside `node -e 0`, with 1 and with 100,000 stored tokens, by options, by
 * the current profile, and of a user, whose sign-in is read beside the token. Runs alternate, so that a slow moment of the
 * machine hits all alike; the figure is the median of each pair's ratio.
 */
const rounds = 101;
const goal = 1.5;
const few = 1;
const many = 100_000;

const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
  try {
    const bin = join(folder, 'cli', 'bin.js');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    await bundleDispatcher(bin);
    const keyFile = join(folder, 'key');
    writeKeyFile(keyFile);
    const [small, large] = [filledStore(folder, few, keyFile), filledStore(folder, many, keyFile)];
    const cases: readonly Case[] = [
      { name: `by options, ${few} stored`, argv: byOptions, variables: { ...small, AZURE_CLIENT_SECRET: 'x' } },
      {
        name: `by options, ${many.toLocaleString('en')} stored`,
        argv: byOptions,
        variables: { ...large, AZURE_CLIENT_SECRET: 'x' },
      },
      {
        name: `by profile, ${many.toLocaleString('en')} stored`,
        argv: ['token'],
        variables: { ...large, XDG_CONFIG_HOME: profileIn(folder) },
      },
      { name: `of a user, ${many.toLocaleString('en')} stored`, argv: ofUser, variables: large },
    ];
    await addSignIn(join(large.XDG_STATE_HOME, 'partner-auth'), keyFile, user);
    const samples = cases.map(() => ({ ratios: [] as number[], milliseconds: [] as number[] }));
    const baseline: number[] = [];
    for (let round = -3; round < rounds; round++) {
      const base = timed(['-e', '0'], environment);
      if (round >= 0) baseline.push(base);
      for (const [index, { argv, variables }] of cases.entries()) {
        const took = timed([bin, ...argv], variables);
        if (round < 0) continue;
        samples[index]?.ratios.push(took / base);
        samples[index]?.milliseconds.push(took);
      }
    }
    printTable(
      ['start of the command', 'ms (median)', 'ratio', 'goal'],
      [
        ['node -e 0', median(baseline).toFixed(1), '1', ''],
        ...cases.map(({ name }, index) => [
          `partner-auth token, ${name}`,
          median(samples[index]?.milliseconds ?? []).toFixed(1),
          median(samples[index]?.ratios ?? []).toFixed(2),
          `<= ${goal}`,
        ]),
      ],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  readonly variables: NodeJS.ProcessEnv;
}

const user = 'app-user';
const ofUser = ['token', '--application-id', user, '--resource', 'partner-center'];
const byOptions = ['token', '--application-id', 'app-0', '--tenant', 'contoso.com', '--resource', 'partner-center'];

function filledStore(folder: string, count: number, keyFile: string) {
  const state = join(folder, `state-${count}`);
  fillStore(join(state, 'partner-auth'), keyFile, count);
  return { ...environment, XDG_CONFIG_HOME: state, XDG_STATE_HOME: state, PARTNER_AUTH_KEY_FILE: keyFile };
}

/** The folder of a current profile that stands for the same as the options. */
function profileIn(folder: string): string {
  const config = join(folder, 'config');
  mkdirSync(join(config, 'partner-auth'), { recursive: true, mode: 0o700 });
  const application = { applicationId: 'app-0', tenant: 'contoso.com', resource: 'partner-center' };
  const profile = { parameterSet: 'ServicePrincipal', ...application, secrets: ['clientSecret'] };
  const text = JSON.stringify({ current: 'nightly', profiles: { nightly: profile } });
  writeFileSync(join(config, 'partner-auth', 'profiles.json'), text, { mode: 0o600 });
  return config;
}

function timed(argv: readonly string[], variables: NodeJS.ProcessEnv): number {
  const startedAt = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, argv, { env: variables });
  const took = Number(process.hrtime.bigint() - startedAt) / 1e6;
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return took;
}
