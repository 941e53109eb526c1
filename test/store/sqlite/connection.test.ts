import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { connectSqlite } from '../../../src/store/sqlite/connection.ts';
import { sqliteStore } from '../../../src/store/sqlite/index.ts';
import { sqliteFiles } from '../../support/sqlite-file.ts';
import { issuance, now } from '../issuance.ts';

const nextFile = sqliteFiles();

describe('a database several processes open', () => {
  test('row 73: a new one that another process is writing to is waited for, not refused', async () => {
    const file = nextFile();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const opening = sqliteStore(file);
    // Long enough for the worker to find the lock; too short a time would only make this test easier to pass.
    await setTimeout(400);
    other.exec('COMMIT');
    const store = await opening;
    assert.equal((await store.issuances.claim(issuance(1), now)).first, true);
    other.close();
    await store.close();
  });

  test('row 73: 8 stores on one new file, 50 ids each claimed by all: one is first for each, none is refused', async () => {
    const file = nextFile();
    const stores = await Promise.all(Array.from({ length: 8 }, () => sqliteStore(file)));
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, key) => key).flatMap((key) =>
        stores.map(async ({ issuances }) => ({ key, ...(await issuances.claim(issuance(key), now)) })),
      ),
    );
    const firsts = claims.filter(({ first }) => first).map(({ key }) => key);
    assert.deepEqual(
      firsts.sort((left, right) => left - right),
      Array.from({ length: 50 }, (_, key) => key),
    );
    await Promise.all(stores.map((store) => store.close()));
    const database = new DatabaseSync(file);
    assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    database.close();
  });
});

describe('the store’s thread', () => {
  test('a thread that could not start is replaced, and what it leaves behind does not touch the next one’s calls', async () => {
    const file = join(nextFile(), 'store.sqlite');
    const { call, close } = connectSqlite(file);
    const refused = call('check');
    // In the same turn of the event loop as the refusal, before the old thread's end is known.
    const retried = refused.catch(async () => {
      mkdirSync(dirname(file));
      return [await call('listSigningKeys', 'authority'), await call('purgeIssuances', now.getTime(), 1)];
    });
    await assert.rejects(refused);
    assert.deepEqual(await retried, [[], 0]);
    await close();
  });

  test('close waits until the file is closed, even when nothing else keeps the process alive', async () => {
    const source = `
      import { sqliteStore } from ${JSON.stringify(new URL('../../../src/store/sqlite/index.ts', import.meta.url).href)};
      const store = await sqliteStore(${JSON.stringify(nextFile())});
      await store.close();
      process.exit(7);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const code = await new Promise((resolve) => worker.once('exit', resolve));
    assert.equal(code, 7);
  });
});

test('a program given as text to node has its store too', () => {
  const program = `import { sqliteStore } from ${JSON.stringify(import.meta.resolve('../../../src/store/sqlite/index.ts'))};
    const store = await sqliteStore(${JSON.stringify(nextFile())});
    await store.check();
    await store.close();
    console.log('closed');`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.deepEqual([run.stdout, run.stderr], ['closed\n', '']);
});

test('row 66, B6: a process that closes it while something is under way waits for that, and ends well', () => {
  const store = new URL('../../../src/store/sqlite/index.ts', import.meta.url).href;
  const program = `
    import { sqliteStore } from ${JSON.stringify(store)};
    const store = await sqliteStore(process.argv[1]);
    const underWay = store.check();
    await new Promise(setImmediate);
    await Promise.all([store.close(), underWay]);
    console.log('closed');`;
  for (let turn = 0; turn < 5; turn++) {
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, nextFile()], {
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout], [0, 'closed\n']);
  }
});

test('a process that asks it for something after it was closed is told so, and ends', () => {
  const store = new URL('../../../src/store/sqlite/index.ts', import.meta.url).href;
  const program = `
    import { sqliteStore } from ${JSON.stringify(store)};
    const store = await sqliteStore(process.argv[1]);
    await store.close();
    store.check().catch(({ message }) => console.log(message));`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, nextFile()], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.deepEqual([status, stdout], [0, 'The store is closed.\n']);
});
