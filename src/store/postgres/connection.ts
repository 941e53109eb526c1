import pg from 'pg';
import { within } from '../in-time.ts';
import type { PostgresAddress } from './address.ts';
import { sent } from './failures.ts';
import { leftBehind } from './left-behind.ts';

/** Prepared once on each connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** As the driver sends it: bytes as they are. */
export type SqlValue = SqlScalar | readonly SqlScalar[] | null;
type SqlScalar = string | number | Uint8Array;

export interface PostgresConnection {
  /** Sends one statement, a transaction of its own. Rejects with `store_unavailable` within three seconds. */
  rows<Row>(statement: Statement, values: readonly SqlValue[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A free connection or a new one. */
const connectMilliseconds = 2000;
/** The server gives a statement up; the connection stays. */
const statementMilliseconds = 2000;
/** A server that says nothing is given up with its connection. */
const silenceMilliseconds = 2500;
/** All of it, whatever waited for what. */
const answerMilliseconds = 3000;

/** Each statement decides by itself: a stricter level, which a role can have by default, would only refuse more of them. */
export const readCommitted = 'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED';

const session = `SET statement_timeout = ${statementMilliseconds}; ${readCommitted}`;

/**
 * A pool that never waits for ever: the database may be stopped, paused or gone with its network, and the node answers in
 * time and finds it again by itself. What became of a statement whose answer is lost is not known here: whoever asks
 * again finds out.
 */
export function connectPostgres(address: PostgresAddress, connections: number): PostgresConnection {
  const behind = leftBehind(connections);
  const pool = new pg.Pool({
    ...address,
    max: connections,
    connectionTimeoutMillis: connectMilliseconds,
    onConnect: async (client: pg.ClientBase) => {
      await client.query(session);
      await behind.check(client, pool.totalCount);
    },
    query_timeout: silenceMilliseconds,
    keepAlive: true,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
  });
  // A connection that ends while nobody uses it has left the pool already; unheard it would end the process.
  pool.on('error', () => {});
  pool.on('remove', (client) => behind.left(client));
  return {
    rows: (statement, values) =>
      within(answerMilliseconds, async () => {
        if (pool.idleCount === 0) behind.beforeNew();
        const { rows } = await sent(() => pool.query({ ...statement, values: values as SqlValue[] }));
        return rows;
      }),
    close: () => pool.end(),
  };
}
