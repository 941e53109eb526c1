import pg from 'pg';
import { Secret } from '../../src/base/secret.ts';
import { type PostgresTokenStore, postgresStore } from '../../src/client/stores/postgres/index.ts';

/** How a process of a test opens a store in PostgreSQL: where, which table and which key, as JSON. */
export function openStore(argument: string): PostgresTokenStore {
  const { connectionString, table, key } = JSON.parse(argument);
  const pool = new pg.Pool({ connectionString, max: 2 });
  return postgresStore({ pool, table, key: { kind: 'base64', key: new Secret(key) } });
}
