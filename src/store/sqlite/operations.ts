import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EntryOperations, entryOperationsOn } from './entry-operations.ts';

/** A value as it crosses to the worker and into SQLite. */
export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = readonly SqlValue[];

/**
 * What the worker can do: SQL only, no rules. Each runs inside the transaction of its batch. Instants are milliseconds
 * since 1970.
 */
export interface Operations extends EntryOperations {
  /** Claims a key: null when the claim is first, else the row that was there, without its key. */
  claimIssuance(row: SqlRow, now: number): SqlRow | null;
  purgeIssuances(now: number, limit: number): number;
  listSigningKeys(ring: string): readonly SqlRow[];
  addFirstSigningKey(row: SqlRow): null;
  addSigningKey(row: SqlRow): null;
  removeSigningKey(ring: string, kid: string): boolean;
  /** Writes what is there already: a disk that is full or fails is told before a record needs it. */
  check(): null;
}

export type OperationName = keyof Operations;

/** Places in a statement are filled in their order: Node.js 22 takes `?1` for the name of one. */
export function operationsOn(database: DatabaseSync): Operations {
  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  // One atomic verb: the returned row says who was first. An expired record counts as none.
  const claim = prepare(
    `INSERT INTO issuances (key, api, key_id, claims, sealed_token, token_digest, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET api = excluded.api, key_id = excluded.key_id, claims = excluded.claims,
       sealed_token = excluded.sealed_token, token_digest = excluded.token_digest, expires_at = excluded.expires_at
     WHERE issuances.expires_at <= ? RETURNING 1`,
  );
  const find = prepare(
    'SELECT api, key_id, claims, sealed_token, token_digest, expires_at FROM issuances WHERE key = ?',
  );
  const purge = prepare(
    'DELETE FROM issuances WHERE key IN (SELECT key FROM issuances WHERE expires_at <= ? LIMIT ?) RETURNING 1',
  );
  const list = prepare(
    `SELECT kid, ring, algorithm, sealed_private_key, certificate, created_at FROM signing_keys
     WHERE ring = ? ORDER BY created_at, kid`,
  );
  const addFirst = prepare(
    `INSERT INTO signing_keys (kid, ring, algorithm, sealed_private_key, certificate, created_at)
     SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE ring = ? AND algorithm = ?)`,
  );
  const add = prepare('INSERT INTO signing_keys VALUES (?, ?, ?, ?, ?, ?)');
  const remove = prepare('DELETE FROM signing_keys WHERE ring = ? AND kid = ? RETURNING 1');
  const rowOf = (row: unknown) => row as SqlRow | undefined;

  return {
    ...entryOperationsOn(prepare),
    claimIssuance: (row, now) => {
      if (claim.get(...row, now) !== undefined) return null;
      const kept = rowOf(find.get(row[0] ?? null));
      if (!kept) throw new Error('a claimed record is gone');
      return kept;
    },
    purgeIssuances: (now, limit) => purge.all(now, limit).length,
    listSigningKeys: (ring) => list.all(ring) as unknown as SqlRow[],
    addFirstSigningKey: (row) => {
      const [, ring = null, algorithm = null] = row;
      addFirst.run(...row, ring, algorithm);
      return null;
    },
    addSigningKey: (row) => {
      add.run(...row);
      return null;
    },
    removeSigningKey: (ring, kid) => remove.get(ring, kid) !== undefined,
    check: () => {
      const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
      database.exec(`PRAGMA user_version = ${version}`);
      return null;
    },
  };
}
