import pg from 'pg';
import { PartnerAuthError } from '../../base/error.ts';
import { errorCode } from '../../base/error-code.ts';
import { postgresMigrations } from '../migrations/postgres.ts';
import type { PostgresAddress } from './address.ts';
import { readCommitted } from './connection.ts';

/** How long a statement of a migration may take, and how long another process waits for it. */
const statementMilliseconds = 300_000;
/** A machine that vanished in the middle ends no connection: the server takes its lock back after this long. */
const holdMilliseconds = 60_000;

const undefinedTable = '42P01';
/** Others make the same table at the same time: the next try finds it. */
const madeMeanwhile: readonly (string | undefined)[] = ['23505', '42P07', '42710', 'XX000', '40001', '40P01'];

const tries = 5;

/**
 * Brings the database to this version, one migration a transaction, each under the lock of the version's row: of many
 * processes one does it and the others find it done. Where there is nothing to do, nothing is locked or written, so the
 * server's role needs no right to. Rejects with `configuration` when a newer version of partner-auth was here.
 */
export async function migrate(address: PostgresAddress, migrations = postgresMigrations): Promise<void> {
  const client = new pg.Client({
    ...address,
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementMilliseconds,
    query_timeout: statementMilliseconds + 1000,
    idle_in_transaction_session_timeout: holdMilliseconds,
    keepAlive: true,
  });
  // A connection that is lost fails the statement under way, or the next.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(readCommitted);
    await requireDurable(client);
    const version = await versionIn(client);
    if (version === undefined) await makeVersion(client);
    if (!isLast(version, migrations)) while (!(await step(client, migrations)));
  } finally {
    void client.end().catch(() => {});
  }
}

/** True when nothing was left to do. What fails is rolled back with the end of the connection. */
async function step(client: pg.Client, migrations: readonly string[]): Promise<boolean> {
  await client.query('BEGIN');
  const version = await versionIn(client, 'FOR UPDATE');
  const isDone = isLast(version, migrations);
  if (!isDone) {
    await client.query(migrations[version ?? 0] ?? '');
    await client.query('UPDATE partner_auth_store SET version = version + 1');
  }
  await client.query('COMMIT');
  return isDone;
}

function isLast(version: number | undefined, migrations: readonly string[]): boolean {
  if (version !== undefined && version > migrations.length) {
    throw new PartnerAuthError(
      'configuration',
      'The database was made by a newer version of partner-auth. Update partner-auth, or use another database or schema.',
    );
  }
  return version === migrations.length;
}

async function versionIn(client: pg.Client, lock = ''): Promise<number | undefined> {
  try {
    const { rows } = await client.query(`SELECT version FROM partner_auth_store ${lock}`);
    return rows[0]?.version;
  } catch (cause) {
    if (errorCode(cause) === undefinedTable) return undefined;
    throw cause;
  }
}

async function makeVersion(client: pg.Client): Promise<void> {
  await made(
    client,
    'CREATE TABLE IF NOT EXISTS partner_auth_store (id integer PRIMARY KEY, version integer NOT NULL)',
  );
  await made(client, 'INSERT INTO partner_auth_store (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING');
}

async function made(client: pg.Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(statement);
      return;
    } catch (cause) {
      if (attempt === tries || !madeMeanwhile.includes(errorCode(cause))) throw cause;
    }
  }
}

/** A record that is answered for must be on the disk. */
async function requireDurable(client: pg.Client): Promise<void> {
  const { rows } = await client.query("SELECT current_setting('synchronous_commit', true) AS commit");
  if (rows[0]?.commit !== 'off') return;
  throw new PartnerAuthError(
    'configuration',
    'The database answers before it has written (synchronous_commit = off). Set it to on for the server’s role.',
  );
}
