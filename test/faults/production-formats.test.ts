import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { sqliteMigrations } from '../../src/store/migrations/sqlite.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { cleanEnvironment } from '../support/child.ts';
import { keepLedger } from '../support/production-ledger.ts';
import { exchangeAt, productionFolder } from '../support/served-production.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';
import { times } from '../support/times.ts';

/** The SQLite file of a node, and versions that know more or less of its format. PostgreSQL’s are in test/store/postgres. */

const nextFile = sqliteFiles();
const kills = times(5, 200);

const versionOf = (database: DatabaseSync): number =>
  Number((database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version);
const count = (database: DatabaseSync, table: string): number =>
  Number((database.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count);

const series = (rows: number) =>
  `WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ${rows})`;

/** Of a version to come: long enough to be killed in the middle. */
const toCome = [
  ...sqliteMigrations,
  `CREATE TABLE to_come (n INTEGER PRIMARY KEY, text TEXT);
   ${series(200_000)} INSERT INTO to_come SELECT n, hex(randomblob(20)) FROM series;
   UPDATE issuances SET claims = claims || ' ';`,
];

test(`row B29: killed in a migration of SQLite ${kills} times: nothing of it, or all; nothing is lost, and the next goes on`, async (t) => {
  const file = nextFile();
  const database = openDatabase(file);
  database.exec(
    `${series(1000)} INSERT INTO issuances SELECT randomblob(32), 'v3', 'k', '{}', NULL, x'00', n FROM series`,
  );
  database.close();
  const module = new URL('../../src/store/sqlite/database.ts', import.meta.url).href;
  const program = `
    import { openDatabase } from ${JSON.stringify(module)};
    console.log('begun');
    openDatabase(process.argv[1], JSON.parse(process.argv[2]));`;
  let struck = 0;
  for (let round = 0; round < kills; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, file, JSON.stringify(toCome)], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await setTimeout((round * 37) % 150);
    child.kill('SIGKILL');
    const [status] = await ended;
    const looked = new DatabaseSync(file);
    assert.equal(count(looked, 'issuances'), 1000);
    const version = versionOf(looked);
    if (version === toCome.length) {
      // It was faster: all of it is there. Begin anew.
      assert.equal(count(looked, 'to_come'), 200_000);
      looked.exec(`DROP TABLE to_come; PRAGMA user_version = ${sqliteMigrations.length}`);
    } else {
      assert.equal(version, sqliteMigrations.length);
      assert.throws(() => count(looked, 'to_come'), /no such table/);
      if (status === null) struck += 1;
    }
    looked.close();
  }
  const whole = openDatabase(file, toCome);
  assert.deepEqual([versionOf(whole), count(whole, 'to_come')], [toCome.length, 200_000]);
  assert.deepEqual({ ...whole.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  whole.close();
  t.diagnostic(`${struck} of ${kills} struck before its end; 1000 records stay each time, and the migration ends`);
  assert.ok(struck > 0);
});

test('row B29: a node refuses the file of a newer version and leaves it; back at its own, it repeats what it issued', async (t) => {
  const folder = await productionFolder();
  t.after(() => folder.remove());
  const rounds = times(2, 20);
  const ledger: { id: string; token: string | undefined }[] = [];
  for (let round = 0; round < rounds; round++) {
    const node = await folder.start();
    for (const { id, token } of ledger) assert.equal((await exchangeAt(node, id))?.accessToken, token);
    const asked = keepLedger(t, [node]);
    await asked.answered(10);
    await asked.settle();
    ledger.push(...asked.asked.map(({ id, answer }) => ({ id, token: answer?.accessToken })));
    node.child.kill('SIGTERM');
    assert.equal(await node.ended, 0);

    const newer = openDatabase(folder.sqliteFile, [...sqliteMigrations, 'CREATE TABLE to_come (n INTEGER)']);
    newer.close();
    await assert.rejects(folder.start(), /made by a newer version of partner-auth/);
    const database = new DatabaseSync(folder.sqliteFile);
    assert.equal(versionOf(database), sqliteMigrations.length + 1);
    database.exec(`DROP TABLE to_come; PRAGMA user_version = ${sqliteMigrations.length}`);
    database.close();
  }
  t.diagnostic(`${rounds} times there and back, ${ledger.length} ids, each the same token`);
});

test('row B29: the file of an older version is brought to this one, with its records', () => {
  for (let version = 1; version < sqliteMigrations.length; version++) {
    const file = nextFile();
    const older = openDatabase(file, sqliteMigrations.slice(0, version));
    older.exec("INSERT INTO issuances VALUES (x'01', 'v3', 'k', '{}', NULL, x'00', 1)");
    older.close();
    const database = openDatabase(file);
    assert.deepEqual([versionOf(database), count(database, 'issuances')], [sqliteMigrations.length, 1]);
    database.close();
  }
});
