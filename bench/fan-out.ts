import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../test/support/figures.ts';
import type { FanOutFigures } from './clients/fan-out.ts';
import { loadCore, printTable, type Subject, serverCore, start } from './harness.ts';
import type { ServedCustomers } from './servers/sandbox.ts';

const tenants = 10_000;

const grants = [
  ['clientCredentials', 'by the application for itself'],
  ['refreshToken', 'by a user who signed in once'],
] as const;

const sandboxes = [
  { name: 'the sandbox', http: false, rounds: 5 },
  // As at a cloud: nothing but the process's own trust. There the library takes the global fetch.
  { name: 'the sandbox over plain HTTP', http: true, rounds: 3 },
] as const;

/** The first is the sandbox's own time: nothing but the requests, over as many connections. */
const ways = [
  ['requests', 'the requests alone, by Node’s modules'],
  ['library', 'PartnerClient.forTenants'],
  ['command', 'partner-auth fan-out'],
] as const;

interface Round extends FanOutFigures {
  readonly sandboxCpuSeconds: number;
}

/** One token for each of 10,000 tenants, a new process each time, by turns; the sandbox on the other core. */
export async function fanOut(): Promise<void> {
  for (const sandbox of sandboxes) await fanOutAt(sandbox);
}

async function fanOutAt({ name: place, http, rounds }: (typeof sandboxes)[number]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
  const sandbox = await start<ServedCustomers>('./servers/sandbox.ts', { folder, tenants, http }, serverCore);
  try {
    for (const [grant, name] of grants) {
      console.log(`\nFan-out over ${tenants.toLocaleString('en')} tenants, ${name}; ${place} on another core:`);
      print(await byTurns(sandbox, rounds, { ...sandbox.ready, grant }));
    }
  } finally {
    sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byTurns(sandbox: Subject, rounds: number, settings: object): Promise<readonly (readonly Round[])[]> {
  const results: Round[][] = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [by]] of ways.entries()) results[index]?.push(await oneRound(sandbox, { ...settings, by }));
  }
  return results;
}

async function oneRound(sandbox: Subject, settings: object): Promise<Round> {
  const before = await sandbox.ask<number>('CPU seconds');
  const { ready } = await start<FanOutFigures>('./clients/fan-out.ts', settings, loadCore);
  return { ...ready, sandboxCpuSeconds: (await sandbox.ask<number>('CPU seconds')) - before };
}

function print(results: readonly (readonly Round[])[]): void {
  const rows = ways.map(([, name], index) => {
    const own = results[index] ?? [];
    const of = (figure: (round: Round, turn: number) => number) => median(own.map(figure));
    const perToken = (figure: 'seconds' | 'cpuSeconds' | 'sandboxCpuSeconds') =>
      ((of((round) => round[figure]) / tenants) * 1000).toFixed(3);
    return [
      name,
      perToken('seconds'),
      of((round, turn) => round.seconds / (results[0]?.[turn]?.seconds ?? Number.NaN)).toFixed(2),
      perToken('cpuSeconds'),
      perToken('sandboxCpuSeconds'),
      (of((round) => round.peakBytes) / 2 ** 20).toFixed(0),
    ];
  });
  printTable(
    ['', 'ms a token', 'of the sandbox’s own', 'CPU ms', 'CPU ms of the sandbox', 'peak MB'],
    [...rows, ['goal', '', '<= 1.20', '', '', '< 150']],
  );
}
