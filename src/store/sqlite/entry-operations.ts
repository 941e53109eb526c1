import type { StatementSync } from 'node:sqlite';
import type { SqlRow } from './operations.ts';

/**
 * A row is kind, key, owner, value, version, expiry; of a key that was asked for, without the first two. A change is value,
 * kind, key, version, and the expiry or null where it stays. What was decided is what RETURNING returned.
 */
export interface EntryOperations {
  addEntry(row: SqlRow, now: number): boolean;
  findEntry(kind: string, key: string, now: number): SqlRow | null;
  replaceEntry(change: SqlRow, now: number, added: readonly SqlRow[]): boolean;
  takeEntry(kind: string, key: string, now: number): SqlRow | null;
  listEntries(kind: string, owner: string | null, now: number): readonly SqlRow[];
  clearEntries(): null;
  purgeEntries(now: number, limit: number): number;
}

const columns = 'kind, key, owner, value, version, expires_at';
/** Of an entry whose kind and key are known to whoever asks. */
const rest = 'owner, value, version, expires_at';

export function entryOperationsOn(prepare: (sql: string) => StatementSync): EntryOperations {
  const add = prepare(
    `INSERT INTO entries (${columns}) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, key) DO UPDATE SET owner = excluded.owner, value = excluded.value, version = excluded.version,
       expires_at = excluded.expires_at
     WHERE entries.expires_at <= ? RETURNING 1`,
  );
  const find = prepare(`SELECT ${rest} FROM entries WHERE kind = ? AND key = ? AND expires_at > ?`);
  const replaceBy = (changes: string) =>
    prepare(
      `UPDATE entries SET ${changes}, version = version + 1
       WHERE kind = ? AND key = ? AND version = ? AND expires_at > ? RETURNING 1`,
    );
  // Whatever is named is written, the index entry of an expiry that stays too.
  const replace = replaceBy('value = ?');
  const replaceWithExpiry = replaceBy('expires_at = ?, value = ?');
  const take = prepare(`DELETE FROM entries WHERE kind = ? AND key = ? AND expires_at > ? RETURNING ${rest}`);
  const list = prepare(`SELECT ${columns} FROM entries WHERE kind = ? AND expires_at > ? ORDER BY key`);
  // By itself SQLite goes through all of the kind, which are in the order asked for.
  const listOwn = prepare(
    `SELECT ${columns} FROM entries INDEXED BY entries_owner WHERE kind = ? AND owner = ? AND expires_at > ? ORDER BY key`,
  );
  const clear = prepare('DELETE FROM entries');
  const purge = prepare(
    'DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries WHERE expires_at <= ? LIMIT ?) RETURNING 1',
  );
  const rowOf = (row: unknown) => (row as SqlRow | undefined) ?? null;
  const addEntry = (row: SqlRow, now: number) => add.get(...row, now) !== undefined;
  return {
    addEntry,
    findEntry: (...place) => rowOf(find.get(...place)),
    replaceEntry: (change, now, added) => {
      const [value = null, kind = null, key = null, version = null, expiresAt = null] = change;
      const place = [value, kind, key, version, now];
      const replaced = expiresAt === null ? replace.get(...place) : replaceWithExpiry.get(expiresAt, ...place);
      if (replaced === undefined) return false;
      for (const one of added) addEntry(one, now);
      return true;
    },
    takeEntry: (...place) => rowOf(take.get(...place)),
    listEntries: (kind, owner, now) =>
      (owner === null ? list.all(kind, now) : listOwn.all(kind, owner, now)) as unknown as SqlRow[],
    clearEntries: () => {
      clear.run();
      return null;
    },
    purgeEntries: (now, limit) => purge.all(now, limit).length,
  };
}
