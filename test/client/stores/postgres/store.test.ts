import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Secret } from '../../../../src/base/secret.ts';
import {
  AuthError,
  type AuthErrorCode,
  postgresStore,
  postgresStoreSql,
  tokenStoreConformance,
} from '../../../../src/index.ts';
import { testDatabase } from '../../../support/postgres.ts';
import { until } from '../../../support/until.ts';

const database = await testDatabase();
const skip = typeof database === 'string' ? database : false;
const keyText = Buffer.alloc(32, 7).toString('base64');
const key = { kind: 'base64', key: new Secret(keyText) } as const;

/** Only where there is one: its tests are skipped otherwise. */
function here() {
  assert.ok(typeof database !== 'string');
  return database;
}

async function newStore(options: { readonly max?: number } = {}) {
  const pool = here().pool({ max: 4, ...options });
  const table = here().table();
  const warnings: string[] = [];
  const store = postgresStore({ pool, key, table, onWarning: (warning) => void warnings.push(warning) });
  await store.prepare();
  return { pool, table, store, warnings };
}

const fails = (code: AuthErrorCode, says: string) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error));
  assert.deepEqual([error.code, error.message], [code, says]);
  return true;
};

describe('a store in PostgreSQL', { skip }, () => {
  tokenStoreConformance({
    test,
    processes: true,
    open: async () => {
      const { pool, table, store } = await newStore();
      const other = here().pool({ max: 4 });
      const { connectionString } = here();
      return {
        store,
        second: postgresStore({ pool: other, key, table }),
        elsewhere: {
          module: new URL('../../../support/open-postgres-store.ts', import.meta.url).href,
          argument: JSON.stringify({ connectionString, table, key: keyText }),
        },
        close: async () => {
          await pool.end();
          await other.end();
        },
      };
    },
  });

  test('many nodes prepare the tables and begin the store at once', async () => {
    const table = here().table();
    const nodes = Array.from({ length: 12 }, () => postgresStore({ pool: here().pool({ max: 2 }), key, table }));
    await Promise.all(nodes.map((node) => node.prepare()));
    await Promise.all(nodes.map((node, index) => node.put(`key ${index}`, { index })));
    assert.equal((await nodes[0]?.keys(''))?.length, 12);
    for (const [index, node] of nodes.entries())
      assert.deepEqual((await node.get(`key ${11 - index}`))?.value, { index: 11 - index });
  });

  test('a passphrase of the fleet opens what another node put; another passphrase or key is said', async () => {
    const { pool, table } = await newStore();
    const withPassphrase = (text: string) =>
      postgresStore({ pool, table, key: { kind: 'passphrase', passphrase: new Secret(text) } });
    await withPassphrase('correct horse').put('a', { n: 1 });
    assert.deepEqual((await withPassphrase('correct horse').get('a'))?.value, { n: 1 });
    const wrong = fails('store_key', 'The key does not open the token store in the database.');
    await assert.rejects(withPassphrase('wrong').get('a'), wrong);
    await assert.rejects(postgresStore({ pool, table, key }).put('a', { n: 2 }), wrong);
    assert.deepEqual((await withPassphrase('correct horse').get('a'))?.value, { n: 1 });
  });

  test('row 17: no table holds a token or the key', async () => {
    const { pool, table, store } = await newStore();
    await store.put('a', { accessToken: 'CANARY-access-token' });
    for (const suffix of ['', '_meta', '_locks', '_set_aside']) {
      const { rows } = await pool.query(`SELECT t::text AS row FROM ${table}${suffix} t`);
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of ['CANARY', keyText]) {
        assert.equal(text.includes(secret) || text.includes(Buffer.from(secret).toString('hex')), false);
      }
      assert.equal(text.includes(Buffer.alloc(32, 7).toString('hex')), false);
    }
  });

  test('rows 7 and 8: a value that was changed or moved opens for nobody, is set aside, and its place is free', async () => {
    const { pool, table, store, warnings } = await newStore();
    for (const name of ['a', 'b', 'c']) await store.put(name, { name });
    await pool.query(`UPDATE ${table} SET value = set_byte(value, 40, get_byte(value, 40) # 1) WHERE key = 'c'`);
    await pool.query(
      `UPDATE ${table} t SET value = o.value FROM ${table} o WHERE t.key IN ('a', 'b') AND o.key IN ('a', 'b') AND o.key <> t.key`,
    );
    for (const name of ['a', 'b', 'c']) assert.equal(await store.get(name), undefined);
    assert.deepEqual(
      new Set(warnings),
      new Set(['A stored token is damaged; it was set aside, and a new one is obtained.']),
    );
    const setAside = async () => Number((await pool.query(`SELECT count(*) FROM ${table}_set_aside`)).rows[0].count);
    assert.equal(await setAside(), 3);
    assert.equal(await store.put('a', { name: 'new' }, null), true);
    await store.delete('a');
    assert.equal(await setAside(), 2, 'a deletion takes what was set aside of it');
  });

  test('a schema of one’s own, and the tables by one’s own migration', async () => {
    const pool = here().pool();
    const schema = here().table();
    await pool.query(`CREATE SCHEMA ${schema}`);
    try {
      const store = postgresStore({ pool, key, table: `${schema}.tokens` });
      await assert.rejects(store.get('a'), fails('configuration', 'The token store’s tables are not in the database.'));
      await pool.query(postgresStoreSql(`${schema}.tokens`));
      await store.put('a', { n: 1 });
      assert.deepEqual((await store.get('a'))?.value, { n: 1 });
    } finally {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    }
  });

  test('a search by prefix uses the index', async () => {
    const { pool, table, store } = await newStore();
    await pool.query(
      `INSERT INTO ${table} SELECT sha256(n::text::bytea), 'key ' || n, '', 'v' FROM generate_series(1, 20000) n`,
    );
    await pool.query(`ANALYZE ${table}`);
    assert.deepEqual(
      await store.keys('key 1234'),
      ['key 1234', ...Array.from({ length: 10 }, (_, n) => `key 1234${n}`)].sort(),
    );
    const { rows } = await pool.query(
      `EXPLAIN SELECT key FROM ${table} WHERE left(key, 200) BETWEEN 'key 1234' AND 'key 1234~' AND starts_with(key, 'key 1234')`,
    );
    assert.ok(
      rows.some((row) => String(row['QUERY PLAN']).includes(`${table}_key`)),
      JSON.stringify(rows),
    );
  });
});

describe('locks in PostgreSQL', { skip }, () => {
  test('as many holders as there may be read and write: none waits for another’s connection', async () => {
    const { store } = await newStore({ max: 4 });
    const keys = Array.from({ length: 50 }, (_, index) => `key ${index}`);
    let most = 0;
    let holding = 0;
    const work = async (name: string): Promise<void> => {
      for (;;) {
        const unlock = await store.tryLock(name);
        if (!unlock) {
          await delay(2);
          continue;
        }
        holding += 1;
        most = Math.max(most, holding);
        await store.put(name, { name });
        assert.deepEqual((await store.get(name))?.value, { name });
        holding -= 1;
        return unlock();
      }
    };
    await Promise.all(keys.map(work));
    assert.equal(most, 2);
  });

  test('a connection that is ended takes its lock along, and nothing else with it', async () => {
    const { table, store } = await newStore();
    const unlock = await store.tryLock('key');
    assert.ok(unlock);
    const { rows } = await here()
      .pool()
      .query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()', [
        `%${table}_locks%FOR UPDATE SKIP LOCKED%`,
      ]);
    assert.equal(rows.length, 1);
    let next: Awaited<ReturnType<typeof store.tryLock>>;
    await until('the lock', async () => (next = await store.tryLock('key')));
    await unlock();
    assert.equal(await store.tryLock('key'), undefined, 'a lock that was lost gives nothing back');
    await next?.();
    assert.equal(await store.put('key', {}), true);
  });
});

describe('what a person has to know is a sentence', () => {
  const nowhere = new pg.Pool({ host: '127.0.0.1', port: 9, user: 'nobody', database: 'nothing' });
  test('a database that is not there', async () => {
    const store = postgresStore({ pool: nowhere, key });
    const gone = fails('store_unavailable', 'The token store’s database failed (ECONNREFUSED).');
    await assert.rejects(store.get('a'), gone);
    await assert.rejects(store.put('a', {}), gone);
    await assert.rejects(store.keys(''), gone);
    await assert.rejects(store.tryLock('a'), gone);
    await assert.rejects(store.prepare(), gone);
  });

  test('a pool of one connection', () => {
    const message = 'The token store needs a pool of two connections or more.';
    assert.throws(() => postgresStore({ pool: new pg.Pool({ max: 1 }), key }), fails('configuration', message));
  });

  for (const table of ['', 'Tokens', 'a b', 'a"b', 'a;b', 'a.b.c', '.a', '1a', 'x'.repeat(51), "a'b", 'tökens']) {
    test(`no name for a table: ${table.slice(0, 20)}`, () => {
      const message = `The table '${table}' is no name that PostgreSQL reads without quotes.`;
      assert.throws(() => postgresStore({ pool: nowhere, key, table }), fails('invalid_parameters', message));
      assert.throws(() => postgresStoreSql(table), fails('invalid_parameters', message));
    });
  }
});
