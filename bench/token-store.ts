import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, percentile } from '../test/support/figures.ts';
import type { StoreFigures } from './clients/store.ts';
import { fillStore, writeKeyFile } from './filled-store.ts';
import { printTable, serverCore, start } from './harness.ts';

const entries = 100_000;
const rounds = 25;

/** The encrypted store in a new process each time: opened, read from, and one entry written. */
export async function tokenStore(): Promise<void> {
  console.log(`\nThe encrypted store with ${entries.toLocaleString('en')} entries, a new process each time:`);
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
  try {
    const settings = { folder: join(folder, 'store'), keyFile: join(folder, 'key') };
    writeKeyFile(settings.keyFile);
    fillStore(settings.folder, settings.keyFile, entries);
    const figures: StoreFigures[] = [];
    for (let round = -1; round < rounds; round++) {
      const [first, second] = [anyEntry(), anyEntry()];
      const { ready } = await start<StoreFigures>('./clients/store.ts', { ...settings, first, second }, serverCore);
      if (round >= 0) figures.push(ready);
    }
    print(figures);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const anyEntry = (): number => Math.floor(Math.random() * entries);

type Figure = keyof StoreFigures;

const rows: readonly (readonly [name: string, figure: Figure, unit: 'ms' | 'KB' | 'MB', goal: string])[] = [
  ['open and read one', 'openMilliseconds', 'ms', '<= 300'],
  ['read another', 'readMilliseconds', 'ms', '<= 5'],
  ['update one, durable', 'updateMilliseconds', 'ms', '<= 20'],
  ['written for it', 'updateBytes', 'KB', 'not the file'],
  ['written for it, store closed', 'closedBytes', 'KB', 'not the file'],
  ['the file', 'fileBytes', 'MB', ''],
  ['peak memory of the process', 'peakBytes', 'MB', '<= 150'],
];

const unitSize = { ms: 1, KB: 1024, MB: 1024 ** 2 } as const;

function print(figures: readonly StoreFigures[]): void {
  printTable(
    ['', 'unit', 'median', 'p90', 'goal'],
    rows.map(([name, figure, unit, goal]) => {
      const values = figures.map((one) => (one[figure] ?? Number.NaN) / unitSize[unit]);
      return [name, unit, median(values).toFixed(1), percentile(values, 0.9).toFixed(1), goal];
    }),
  );
}
