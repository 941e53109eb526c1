import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { boundToEntry, sealText } from '../src/client/stores/cipher.ts';
import { fileStore } from '../src/client/stores/file/index.ts';
import { median, printTable } from './harness.ts';

/**
 * The token store on disk with 100,000 and with a million entries: opening decrypts nothing, an update rewrites nothing;
 * and 500 processes that read from it.
 */
const sizes = [1000, 100_000, 1_000_000] as const;
const rounds = 50;
const readers = 500;
const readersAtOnce = availableParallelism();

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
  try {
    const path = join(folder, 'key');
    const bytes = Buffer.alloc(32, 1);
    writeFileSync(path, bytes.toString('base64'), { mode: 0o600 });
    const key = { kind: 'file', path } as const;
    const rows: string[][] = [];
    for (const count of sizes) {
      const options = { folder: join(folder, String(count)), key };
      mkdirSync(options.folder, { mode: 0o700 });
      fill(options, bytes, count);
      rows.push(...(await figures(options, count)));
    }
    printTable(['the token store on disk', 'ms (median)', 'ms (most)', 'goal'], rows);
    const large = { folder: join(folder, String(sizes.at(-1))), key };
    await printReading(large);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Options = Parameters<typeof fileStore>[0];

const keyOf = (index: number): string => `["token","https://login.example","app-${index}","application","contoso.com"]`;

function fill(options: Options, bytes: Buffer, count: number): void {
  fileStore(options).close();
  const text = JSON.stringify({ obtainedAt: 1, result: { accessToken: 'x'.repeat(1500), expires_on: 2 } });
  const database = new DatabaseSync(join(options.folder, 'tokens.db'));
  const insert = database.prepare('INSERT INTO entries (key, value, version) VALUES (?, ?, ?)');
  database.exec('BEGIN');
  for (let index = 0; index < count; index++) {
    insert.run(keyOf(index), sealText(bytes, boundToEntry(keyOf(index)), text), '1');
  }
  database.exec('COMMIT');
  database.close();
}

async function figures(options: Options, count: number): Promise<string[][]> {
  const opening = await timed(rounds, () => fileStore(options).close());
  const store = fileStore(options);
  const some = () => keyOf(Math.floor(Math.random() * count));
  const value = { obtainedAt: 1, result: { accessToken: 'y'.repeat(1500) } };
  const work: readonly (readonly [string, string, () => unknown])[] = [
    ['look one up', '<= 5', () => store.get(some())],
    ['update one', '<= 20', () => store.put(some(), value)],
    ['lock and unlock', '', async () => (await store.tryLock(some()))?.()],
    ['delete one', '', () => store.delete(some())],
  ];
  const shown = (name: string, samples: readonly number[], goal: string) => [
    `${name}, of ${count.toLocaleString('en')}`,
    median(samples).toFixed(2),
    Math.max(...samples).toFixed(2),
    goal,
  ];
  const rows = [shown('open', opening, '<= 300')];
  for (const [name, goal, each] of work) rows.push(shown(name, await timed(rounds, each), goal));
  store.close();
  return rows;
}

async function timed(times: number, work: () => unknown): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let round = 0; round < times; round++) {
    const begun = performance.now();
    await work();
    samples.push(performance.now() - begun);
  }
  return samples;
}

/** What opening and reading take in each process, its start not counted; and its memory, its start counted. */
async function printReading(options: Options): Promise<void> {
  const module = new URL('../dist/client/stores/file/index.js', import.meta.url).href;
  const script = `
    import { readStoredValue } from ${JSON.stringify(module)};
    const { options, key } = JSON.parse(process.argv[1]);
    const begun = performance.now();
    if (!readStoredValue(options, key)) process.exit(1);
    console.log(JSON.stringify([performance.now() - begun, process.resourceUsage().maxRSS / 1024]));`;
  const samples: (readonly [milliseconds: number, mebibytes: number])[] = [];
  const one = async (index: number) => {
    const argument = JSON.stringify({ options, key: keyOf(index) });
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, argument], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (text) => samples.push(JSON.parse(String(text))));
    await once(child, 'close');
  };
  for (let index = 0; index < readers; index += readersAtOnce) {
    await Promise.all(Array.from({ length: readersAtOnce }, (_, each) => one(index + each)));
  }
  const row = (name: string, values: readonly number[], goal: string) => {
    const sorted = values.toSorted((a, b) => a - b);
    return [name, median(values).toFixed(1), (sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1), goal];
  };
  printTable(
    [`${readers} processes read, ${readersAtOnce} at once`, 'median', 'p99', 'goal'],
    [
      row(
        'open and read, ms',
        samples.map(([milliseconds]) => milliseconds),
        '<= 5',
      ),
      row(
        'most memory, MiB',
        samples.map(([, mebibytes]) => mebibytes),
        '<= 150',
      ),
    ],
  );
}
