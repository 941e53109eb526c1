import { after } from 'node:test';
import pg from 'pg';
import { type PostgresStoreOptions, postgresStore } from '../../../src/store/postgres/index.ts';
import type { Store } from '../../../src/store/store.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.ts';

/** A PostgreSQL for a file's tests, or why they are skipped. */
export async function postgresForTests() {
  const database = await testDatabase();
  const skip = typeof database === 'string' ? database : false;
  const here = (): TestDatabase => {
    if (typeof database === 'string') throw new Error(database);
    return database;
  };
  return { skip, here };
}

/** A schema's URL whose connections have a setting by default, as a role can have it. */
export const withSetting = (url: string, setting: string): string => `${url}${encodeURIComponent(` -c ${setting}`)}`;

/** The same database behind a network that can be broken. */
export async function behindProxy(url: string): Promise<{ readonly url: string; readonly proxy: TcpProxy }> {
  const { hostname, port } = new URL(url);
  const proxy = await tcpProxy({ host: hostname, port: Number(port || 5432) });
  return { url: url.replace(/@[^/]*\//, `@127.0.0.1:${proxy.port}/`), proxy };
}

/** Closed after the test, however it ends. */
export async function openStore(options: string | PostgresStoreOptions): Promise<Store> {
  const store = await postgresStore(options);
  after(() => store.close());
  return store;
}

/** Another transaction that has claimed a key and is not at its end. */
export async function openClaim(url: string, key: Uint8Array) {
  const client = new pg.Client({ connectionString: url });
  after(() => client.end());
  await client.connect();
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO partner_auth_issuances (key, api, key_id, claims, token_digest, expires_at)
     VALUES ($1, '', '', '', '', 0)`,
    [key],
  );
  const awaited = 'SELECT 1 FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid';
  return {
    /** Until somebody waits for it. */
    awaited: async () => {
      while ((await client.query(awaited)).rows.length === 0);
    },
    rollBack: async () => void (await client.query('ROLLBACK')),
  };
}
