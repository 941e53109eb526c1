import type { PostgresConnection, Statement } from './connection.ts';

interface PurgedTable {
  readonly name: string;
  readonly table: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
}

/**
 * Deletes a batch of expired rows, the longest expired first. A row that somebody else holds is left to them, be it
 * another node's purge or a claim that takes it over: neither waits.
 */
export function purgeOf({ rows }: PostgresConnection, { name, table, key }: PurgedTable) {
  const statement: Statement = {
    name,
    text: `WITH expired AS (
        SELECT ${key.join(', ')} FROM ${table} WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
      ), purged AS (
        DELETE FROM ${table} USING expired
        WHERE ${key.map((column) => `${table}.${column} = expired.${column}`).join(' AND ')} RETURNING 1
      ) SELECT count(*) AS count FROM purged`,
  };
  return async (now: Date, limit: number): Promise<number> => {
    const [purged] = await rows<{ readonly count: string }>(statement, [now.getTime(), limit]);
    return Number(purged?.count);
  };
}
