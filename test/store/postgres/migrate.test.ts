import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresMigrations } from '../../../src/store/migrations/postgres.ts';
import { addressOf } from '../../../src/store/postgres/address.ts';
import { postgresStore } from '../../../src/store/postgres/index.ts';
import { migrate } from '../../../src/store/postgres/migrate.ts';
import { allAtOnce, postgresProcess } from '../../support/postgres-process.ts';
import { until } from '../../support/until.ts';
import { issuance, now } from '../issuance.ts';
import { behindProxy, openStore, postgresForTests, withSetting } from './fixture.ts';

const { skip, here } = await postgresForTests();

const versionIn = async (url: string): Promise<number | undefined> => {
  const { rows } = await here().pool({ connectionString: url, max: 1 }).query('SELECT * FROM partner_auth_store');
  assert.ok(rows.length <= 1);
  return rows[0]?.version;
};

describe('migrations in PostgreSQL', { skip }, () => {
  test('row B29: 8 processes open a new database at once: it is migrated once, and all serve', async () => {
    const url = await here().schemaUrl();
    const script = `
      const store = await postgresStore({ url, connections: 2 });
      await store.signingKeys.addFirst({ ...given, kid: String(process.pid), sealedPrivateKey: Buffer.alloc(1),
        createdAt: new Date(0) });
      const [key] = await store.signingKeys.list('authority');
      await store.close();
        console.log(JSON.stringify(key.kid));`;
    const key = { ring: 'authority', algorithm: 'RS256' };
    const kids = await allAtOnce<string>(Array.from({ length: 8 }, () => postgresProcess(url, script, key)));
    assert.deepEqual([new Set(kids).size, kids.length], [1, 8]);
    assert.equal(await versionIn(url), postgresMigrations.length);
  });

  test('each migration runs once, in its order, whoever of many does it', async () => {
    const url = await here().schemaUrl();
    const migrations = [
      'CREATE TABLE ran (number integer, at bigserial)',
      ...[2, 3, 4, 5].map((number) => `INSERT INTO ran (number) VALUES (${number})`),
    ];
    for (const some of [migrations.slice(0, 2), migrations]) {
      await Promise.all(Array.from({ length: 8 }, () => migrate(addressOf(url), some)));
      assert.equal(await versionIn(url), some.length);
    }
    const { rows } = await here().pool({ connectionString: url, max: 1 }).query('SELECT number FROM ran ORDER BY at');
    assert.deepEqual(
      rows.map(({ number }) => number),
      [2, 3, 4, 5],
    );
  });

  test('row B29: a process killed in a migration leaves nothing of it; the next one goes on from there', async () => {
    const url = await here().schemaUrl();
    const pool = here().pool({ connectionString: url, max: 2 });
    const [first, second] = ['CREATE TABLE one ()', 'CREATE TABLE two ()'];
    const slow = `${second}; SELECT pg_sleep(1.5)`;
    const killed = postgresProcess(url, 'await migrate(addressOf(url), given);', [first, slow]);
    await killed.ready;
    killed.begin();
    const sleeping = `SELECT 1 FROM pg_stat_activity WHERE query = $1 AND wait_event = 'PgSleep'`;
    while ((await pool.query(sleeping, [slow])).rows.length === 0) await delay(5);
    await killed.kill();
    assert.equal(await versionIn(url), 1);
    await migrate(addressOf(url), [first, second]);
    assert.equal(await versionIn(url), 2);
    await pool.query('SELECT * FROM one, two');
  });

  test('a migration that fails leaves nothing of it, and no lock', async () => {
    const url = await here().schemaUrl();
    const pool = here().pool({ connectionString: url, max: 1 });
    await assert.rejects(migrate(addressOf(url), ['CREATE TABLE one (); SELECT 1 / 0']), { code: '22012' });
    await migrate(addressOf(url), ['CREATE TABLE one ()']);
    assert.equal(await versionIn(url), 1);
    await pool.query('SELECT * FROM one');
  });

  test('a connection that is lost in a migration fails it, and ends no process', async () => {
    const { url, proxy } = await behindProxy(await here().schemaUrl());
    const pool = here().pool({ max: 1 });
    const slow = `SELECT pg_sleep(60) -- ${process.pid}`;
    const lost = assert.rejects(migrate(addressOf(url), [slow]), /Connection terminated/);
    const sleeping = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1 AND wait_event = 'PgSleep'`;
    await until('the migration sleeps', async () => {
      const { rows } = await pool.query(sleeping.replace('pg_terminate_backend(pid)', 'pid'), [slow]);
      return rows.length > 0;
    });
    proxy.cut();
    await lost;
    await pool.query(sleeping, [slow]);
    await proxy.close();
  });

  test('its session is read committed, and the server takes the lock back from a machine that vanished', async () => {
    const url = await here().schemaUrl();
    const names = ['transaction_isolation', 'statement_timeout', 'idle_in_transaction_session_timeout'];
    const settings = names.map((name) => `current_setting('${name}') AS ${name}`).join(', ');
    const strict = withSetting(url, 'default_transaction_isolation=serializable');
    await migrate(addressOf(strict), [`CREATE TABLE had AS SELECT ${settings}`]);
    const { rows } = await here().pool({ connectionString: url, max: 1 }).query('SELECT * FROM had');
    assert.deepEqual(Object.values(rows[0]), ['read committed', '5min', '1min']);
  });

  test('a store that was closed has no connection any more', async () => {
    const name = `closed_${process.pid}`;
    const store = await postgresStore(`${await here().schemaUrl()}&application_name=${name}`);
    await Promise.all([1, 2, 3].map(() => store.check()));
    await store.close();
    const pool = here().pool({ max: 1 });
    await until('they are gone', async () => {
      const { rows } = await pool.query('SELECT 1 FROM pg_stat_activity WHERE application_name = $1', [name]);
      return rows.length === 0;
    });
  });

  test('a migration that was begun and whose definitions stayed is run again', async () => {
    const url = await here().schemaUrl();
    await (await postgresStore(url)).close();
    await here().pool({ connectionString: url, max: 1 }).query('UPDATE partner_auth_store SET version = 0');
    const store = await openStore(url);
    assert.equal((await store.issuances.claim(issuance(1), now)).first, true);
    assert.equal(await versionIn(url), postgresMigrations.length);
  });

  test('row B29: a database of a newer version is refused and left as it is', async () => {
    const url = await here().schemaUrl();
    await (await postgresStore(url)).close();
    await here().pool({ connectionString: url, max: 1 }).query('UPDATE partner_auth_store SET version = 99');
    await assert.rejects(postgresStore(url), {
      code: 'configuration',
      message:
        'The database was made by a newer version of partner-auth. Update partner-auth, or use another database or schema.',
    });
    assert.equal(await versionIn(url), 99);
  });

  test('where there is nothing to do nothing is written; what can only be read is not ready', async () => {
    const url = await here().schemaUrl();
    const readOnly = withSetting(url, 'default_transaction_read_only=on');
    await assert.rejects(postgresStore(readOnly), {
      code: 'configuration',
      message:
        'The database of storage.databaseUrl cannot be used: cannot execute CREATE TABLE in a read-only transaction.',
    });
    await (await postgresStore(url)).close();
    const store = await openStore(readOnly);
    await assert.rejects(store.check(), { code: 'store_unavailable', message: 'The store’s database failed (25006).' });
    assert.deepEqual(await store.signingKeys.list('authority'), []);
  });

  test('a database that answers before it has written is refused', async () => {
    const url = await here().schemaUrl();
    await assert.rejects(postgresStore(withSetting(url, 'synchronous_commit=off')), {
      code: 'configuration',
      message:
        'The database answers before it has written (synchronous_commit = off). Set it to on for the server’s role.',
    });
    await (await postgresStore(withSetting(url, 'synchronous_commit=local'))).close();
  });

  test('a schema that is not there is said', async () => {
    const url = withSetting(await here().schemaUrl(), 'search_path=nowhere');
    await assert.rejects(postgresStore(url), {
      code: 'configuration',
      message: 'The database of storage.databaseUrl cannot be used: no schema has been selected to create in.',
    });
  });
});
