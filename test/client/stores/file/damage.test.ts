import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { AuthError } from '../../../../src/client/errors.ts';
import { fileStore, readStoredValue } from '../../../../src/client/stores/file/index.ts';
import { refused, storeFixture, token } from './fixture.ts';

const at = storeFixture();

describe('row 7: damage is detected, set aside and said in one sentence', () => {
  beforeEach(() => at().using((store) => store.put('a', token())));
  const value = () => {
    const opened = new DatabaseSync(at().database);
    const bytes = opened.prepare('SELECT value FROM entries').get()?.value as Uint8Array;
    opened.close();
    return bytes;
  };
  const write = (bytes: Uint8Array) => {
    const opened = new DatabaseSync(at().database);
    opened.prepare('UPDATE entries SET value = ?').run(bytes);
    opened.close();
  };

  test('each byte of a sealed value flipped in turn', async () => {
    const original = value();
    for (let index = 0; index < original.length; index++) {
      const flipped = Uint8Array.from(original);
      flipped[index] = (flipped[index] ?? 0) ^ 1;
      write(flipped);
      assert.equal(readStoredValue(at().options, 'a'), undefined, `byte ${index}`);
    }
  });

  test('cut at each length', () => {
    const original = value();
    for (let length = 0; length < original.length; length++) {
      write(original.subarray(0, length));
      assert.equal(readStoredValue(at().options, 'a'), undefined, `length ${length}`);
    }
  });

  test('a damaged row is set aside and a new one takes its place', async () => {
    write(value().subarray(1));
    await at().using(async (store) => {
      assert.equal(await store.get('a'), undefined);
      await store.put('a', token('new'));
      assert.deepEqual((await store.get('a'))?.value, token('new'));
    });
    assert.equal(at().warnings.length, 1);
    const opened = new DatabaseSync(at().database);
    assert.equal(opened.prepare('SELECT count(*) AS n FROM set_aside').get()?.n, 1);
    opened.close();
  });

  test('a file that is no database keeps its bytes under another name', async () => {
    const garbage = Buffer.alloc(8192, 'x');
    writeFileSync(at().database, garbage);
    rmSync(`${at().database}-wal`, { force: true });
    rmSync(`${at().database}-shm`, { force: true });
    await at().using(async (store) => assert.equal(await store.get('a'), undefined));
    const aside = readdirSync(at().folder).find((name) => name.startsWith('tokens.db.damaged-'));
    assert.ok(aside);
    assert.deepEqual(readFileSync(join(at().folder, aside)), garbage);
    assert.equal(at().warnings.length, 1);
  });

  test('an emptied file and another version are said', async () => {
    writeFileSync(at().database, '');
    await at().using(async (store) => assert.equal(await store.get('a'), undefined));
    assert.equal(at().warnings.length, 1);
    const opened = new DatabaseSync(at().database);
    opened.exec('PRAGMA user_version = 9');
    opened.close();
    assert.throws(() => fileStore(at().options), refused('store_damaged', 'version 9'));
  });

  /** Whatever was done to the files: the value as it was, or none; a sentence, and the original kept. */
  async function isRightOrNothing(what: string): Promise<void> {
    let value: unknown;
    try {
      value = (await at().using((store) => store.get('a')))?.value;
    } catch (error) {
      assert.ok(error instanceof AuthError, `${what}: ${inspect(error)}`);
      assert.ok(['store_damaged', 'store_key'].includes(error.code), `${what}: ${error.code}`);
      assert.ok(error.hint, what);
      return;
    }
    if (value !== undefined) assert.deepEqual(value, token(), what);
  }

  test('bytes of the file flipped, one in each run', async () => {
    await at().using((store) => store.put('b', token('b')));
    const original = readFileSync(at().database);
    const places = [...original.keys()].filter((place) => place < 110 || place % 61 === 0);
    for (const place of places) {
      const flipped = Uint8Array.from(original);
      flipped[place] = (flipped[place] ?? 0) ^ 0x41;
      rmSync(at().folder, { recursive: true });
      mkdirSync(at().folder, { mode: 0o700 });
      writeFileSync(at().database, flipped, { mode: 0o600 });
      await isRightOrNothing(`byte ${place}`);
    }
  });

  test('the file cut', async () => {
    const original = readFileSync(at().database);
    for (let length = 1; length < original.length; length += 397) {
      writeFileSync(at().database, original.subarray(0, length));
      await isRightOrNothing(`cut at ${length}`);
    }
  });

  test('bytes of the log flipped, and the log cut', async () => {
    const store = fileStore(at().options);
    await store.put('a', token());
    const copies = ['', '-wal'].map((side) => readFileSync(at().database + side));
    store.close();
    const [file = Buffer.alloc(0), log = Buffer.alloc(0)] = copies;
    for (let place = 0; place < log.length; place += 131) {
      const flipped = Uint8Array.from(log);
      flipped[place] = (flipped[place] ?? 0) ^ 0x41;
      for (const spoilt of [flipped, log.subarray(0, place)]) {
        rmSync(at().folder, { recursive: true });
        mkdirSync(at().folder, { mode: 0o700 });
        writeFileSync(at().database, file, { mode: 0o600 });
        writeFileSync(`${at().database}-wal`, spoilt, { mode: 0o600 });
        await isRightOrNothing(`byte ${place} of the log`);
      }
    }
  });

  test('damage deep in a store that is open: it is set aside, and what is put then is kept', async () => {
    const store = fileStore(at().options);
    for (let index = 0; index < 200; index++) await store.put(`filler ${index}`, token('x'.repeat(500)));
    store.close();
    const spoilt = readFileSync(at().database).fill(0xff, 8192);
    writeFileSync(at().database, spoilt);
    const again = fileStore(at().options);
    const second = fileStore(at().options);
    assert.equal(await again.put('filler 100', token('new')), true);
    assert.deepEqual((await again.get('filler 100'))?.value, token('new'));
    assert.deepEqual((await second.get('filler 100'))?.value, token('new'), 'one that had the damaged file open');
    again.close();
    second.close();
    const aside = readdirSync(at().folder).filter((name) => name.startsWith('tokens.db.damaged-'));
    assert.deepEqual(
      aside
        .filter((name) => !name.endsWith('-wal') && !name.endsWith('-shm'))
        .map((name) => readFileSync(join(at().folder, name)).length),
      [spoilt.length],
    );
    assert.equal(at().warnings.filter((warning) => warning.includes('set aside as')).length, 1);
  });

  test('a store whose folder was removed while it was open begins anew', async () => {
    const store = fileStore(at().options);
    rmSync(at().folder, { recursive: true });
    assert.equal(await store.get('a'), undefined);
    await store.put('a', token('new'));
    store.close();
    assert.deepEqual(readStoredValue(at().options, 'a'), token('new'));
  });
});

test('row 8: a value moved to another row opens for neither', async () => {
  await at().using(async (store) => {
    await store.put('a', token('a'));
    await store.put('b', token('b'));
  });
  const opened = new DatabaseSync(at().database);
  opened.exec(`CREATE TEMP TABLE t AS SELECT * FROM entries;
    UPDATE entries SET value = (SELECT value FROM t WHERE t.key <> entries.key)`);
  opened.close();
  assert.equal(readStoredValue(at().options, 'a'), undefined);
  await at().using(async (store) => {
    assert.equal(await store.get('a'), undefined);
    assert.equal(await store.get('b'), undefined);
  });
});
