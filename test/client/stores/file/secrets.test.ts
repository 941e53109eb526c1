import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { fileStore } from '../../../../src/client/stores/file/index.ts';
import { canary, storeFixture, token } from './fixture.ts';

const at = storeFixture();

test('row 17: no file of the store holds a token or the key', async () => {
  await at().using(async (store) => {
    await store.put('a', token());
    for (const path of at().files()) {
      const bytes = readFileSync(path);
      for (const form of [canary, Buffer.from(canary).toString('base64').slice(0, 20)]) {
        assert.equal(bytes.includes(form), false, path);
      }
      assert.equal(bytes.includes(Buffer.alloc(32, 7)), false, path);
    }
  });
});

/** The sealed bytes of rows, as they stand in the file: what is searched for when they are deleted. */
function sealedRows(where: string): readonly Buffer[] {
  const database = new DatabaseSync(at().database, { readOnly: true });
  const rows = database.prepare(`SELECT value FROM entries WHERE ${where}`).all();
  database.close();
  return rows.map(({ value }) => Buffer.from(value as Uint8Array));
}

const pieces = 8;

/** How many of them stand in a file of the folder, in whole or in part. */
function foundInFiles(sealed: readonly Buffer[]): number {
  const files = Buffer.concat(
    at()
      .files()
      .map((path) => readFileSync(path)),
  );
  const isThere = (bytes: Buffer) =>
    Array.from({ length: pieces }, (_, index) => Math.floor((index * (bytes.length - 24)) / pieces)).some((place) =>
      files.includes(bytes.subarray(place, place + 24)),
    );
  return sealed.filter(isThere).length;
}

describe('row 36: what is deleted is gone from every file, plain and sealed', () => {
  for (const [name, size] of [
    ['small values', 100],
    ['values of several pages', 20_000],
  ] as const) {
    test(name, async () => {
      const store = fileStore(at().options);
      const value = () => token(canary + randomBytes(size).toString('hex'));
      for (let index = 0; index < 60; index++) await store.put(`${index % 2 ? 'mine' : 'other'} ${index}`, value());
      // Replaced, moved about and set aside before it is deleted.
      for (let index = 0; index < 60; index += 3) await store.put(`${index % 2 ? 'mine' : 'other'} ${index}`, value());
      const spoil = new DatabaseSync(at().database);
      spoil.exec('PRAGMA secure_delete = ON');
      spoil.exec("UPDATE entries SET value = CAST(substr(value, 1, 90) || value AS BLOB) WHERE key = 'mine 31'");
      spoil.close();
      const [mine, others] = [sealedRows("key LIKE 'mine%'"), sealedRows("key LIKE 'other%'")];
      assert.equal(await store.get('mine 31'), undefined);
      assert.equal(foundInFiles(mine), 30, 'the search finds what is there');
      const second = fileStore(at().options);
      await second.get('other 2');
      await Promise.all((await store.keys('mine')).map((key) => store.delete(key)));
      await store.delete('mine 31');
      assert.equal(foundInFiles(mine), 0);
      assert.equal(foundInFiles(others), 30);
      for (const path of at().files()) {
        assert.equal(readFileSync(path).includes('mine'), false, `a user's name in ${path}`);
        assert.equal(readFileSync(path).includes(canary), false, path);
      }
      assert.deepEqual(at().warnings, ['A stored token is damaged; it was set aside, and a new one is obtained.']);
      store.close();
      second.close();
      assert.equal(foundInFiles(mine), 0);
    });
  }

  test('deleted and closed in the same turn', async () => {
    const store = fileStore(at().options);
    const second = fileStore(at().options);
    await store.put('mine', token(randomBytes(500).toString('hex')));
    const mine = sealedRows('true');
    const deleted = store.delete('mine');
    await Promise.resolve();
    store.close();
    await deleted;
    assert.equal(foundInFiles(mine), 0);
    second.close();
    assert.deepEqual(at().warnings, []);
  });
});
