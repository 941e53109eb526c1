import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleDispatcher } from '../tools/bundle-dispatcher.ts';
import { addSignIn, fillStore, writeKeyFile } from './filled-store.ts';
import { median, printTable } from './harness.ts';

/**
 * How long a stored `partner-auth token` takes beside `node -e 0`, with 1 and with 100,000 stored tokens, an application's
 * and a user's. Runs alternate, so that a slow moment of the machine hits all alike; the figure is the median of each
 * pair's ratio.
 */
const rounds = 101;
const goal = 1.5;
const entries = [1, 100_000] as const;

const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
  try {
    const bin = join(folder, 'cli', 'bin.js');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    await bundleDispatcher(bin);
    const keyFile = join(folder, 'key');
    writeKeyFile(keyFile);
    const cases = [
      ...entries.map((count) => tokenOfApplication(folder, count, keyFile)),
      await tokenOfUser(folder, entries[1], keyFile),
    ];
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

const stateOf = (folder: string, count: number): string => join(folder, `state-${count}`);

function tokenOfApplication(folder: string, count: number, keyFile: string): Case {
  const state = stateOf(folder, count);
  fillStore(join(state, 'partner-auth'), keyFile, count);
  return {
    name: `${count.toLocaleString('en')} stored`,
    argv: ['token', '--application-id', 'app-0', '--tenant', 'contoso.com', '--resource', 'partner-center'],
    variables: { ...environment, XDG_STATE_HOME: state, PARTNER_AUTH_KEY_FILE: keyFile, AZURE_CLIENT_SECRET: 'x' },
  };
}

/** In the store that is filled already. */
async function tokenOfUser(folder: string, count: number, keyFile: string): Promise<Case> {
  const state = stateOf(folder, count);
  await addSignIn(join(state, 'partner-auth'), keyFile, 'app-user');
  return {
    name: `a user’s, ${count.toLocaleString('en')} stored`,
    argv: ['token', '--application-id', 'app-user', '--resource', 'partner-center'],
    variables: { ...environment, XDG_STATE_HOME: state, PARTNER_AUTH_KEY_FILE: keyFile },
  };
}

function timed(argv: readonly string[], variables: NodeJS.ProcessEnv): number {
  const startedAt = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, argv, { env: variables });
  const took = Number(process.hrtime.bigint() - startedAt) / 1e6;
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return took;
}
