// One process that opens a filled store, reads one entry and writes one: what it takes, and what reaches the disk.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/base/json.ts';
import { fileStore } from '../../src/client/stores/file/index.ts';
import { databaseName } from '../../src/client/stores/file/read.ts';
import { keptToken, keyNumbered } from '../filled-store.ts';

export interface StoreFigures {
  readonly openMilliseconds: number;
  readonly readMilliseconds: number;
  readonly updateMilliseconds: number;
  /** What the process handed to the system for writing; undefined where the system does not tell. */
  readonly updateBytes: number | undefined;
  /** The same until the store is closed. */
  readonly closedBytes: number | undefined;
  readonly fileBytes: number;
  readonly peakBytes: number;
}

const settings: { folder: string; keyFile: string; first: number; second: number } = JSON.parse(process.argv[2] ?? '');

function writtenBytes(): number | undefined {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

async function timed<Value>(work: () => Value | Promise<Value>): Promise<{ value: Value; milliseconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - started };
}

const [first, second] = [settings.first, settings.second].map(keyNumbered);
if (first === undefined || second === undefined) throw new Error('two entries are needed');
const opened = await timed(async () => {
  const store = fileStore({ folder: settings.folder, key: { kind: 'file', path: settings.keyFile } });
  if ((await store.get(first)) === undefined) throw new Error('the entry is not there');
  return store;
});
const store = opened.value;
const read = await timed(() => store.get(second));
const before = writtenBytes();
const updated = await timed(() => store.put(second, keptToken() as unknown as JsonObject, read.value?.version));
if (!updated.value) throw new Error('the entry was not written');
const after = writtenBytes();
store.close();
const closed = writtenBytes();

const figures: StoreFigures = {
  openMilliseconds: opened.milliseconds,
  readMilliseconds: read.milliseconds,
  updateMilliseconds: updated.milliseconds,
  updateBytes: before === undefined || after === undefined ? undefined : after - before,
  closedBytes: before === undefined || closed === undefined ? undefined : closed - before,
  fileBytes: statSync(join(settings.folder, databaseName)).size,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.send?.(figures);
process.disconnect?.();
