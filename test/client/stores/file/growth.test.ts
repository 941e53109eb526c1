import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { boundToEntry, sealText } from '../../../../src/client/stores/cipher.ts';
import { fileStore } from '../../../../src/client/stores/file/index.ts';
import { storeFixture, token } from './fixture.ts';

const at = storeFixture();

/** Many entries in one transaction; `put` would flush each to the disk. */
async function fill(count: number): Promise<void> {
  await at().using(async () => {});
  const key = Buffer.alloc(32, 7);
  const database = new DatabaseSync(at().database);
  const insert = database.prepare('INSERT INTO entries (key, value, version) VALUES (?, ?, ?)');
  database.exec('BEGIN');
  const text = JSON.stringify(token('x'.repeat(1500)));
  for (let index = 0; index < count; index++) {
    insert.run(`key ${index}`, sealText(key, boundToEntry(`key ${index}`), text), 'v');
  }
  database.exec('COMMIT');
  database.close();
}

/** Bytes this process has handed to write calls. */
const written = (): number => Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

test('B23: with 20,000 entries an update, a lock and a deletion write some pages, not the file', {
  skip: process.platform !== 'linux' && 'counts by /proc',
}, async () => {
  await fill(20_000);
  const size = readFileSync(at().database).length;
  assert.ok(size > 30_000_000);
  const store = fileStore(at().options);
  const work: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['an update', () => store.put('key 777', token('y'.repeat(1500)))],
    ['a new entry', () => store.put('another', token('y'.repeat(1500)), null)],
    ['a lock', async () => (await store.tryLock('key 777'))?.()],
    ['a deletion', () => store.delete('key 778')],
  ];
  for (const [name, run] of work) {
    const before = written();
    await run();
    assert.ok(written() - before < 200_000, `${name} wrote ${written() - before} bytes`);
  }
  store.close();
});
