import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../../base/json.ts';
import { boundToEntry, openText } from '../cipher.ts';
import type { StoredValue } from '../store.ts';
import { inTransaction, type OpenDatabase } from './database.ts';
import { sqliteCodes } from './sqlite.ts';

/** The statements, and what their rows mean. */

export interface SealedRow {
  readonly name: string;
  readonly sealed: Buffer;
  readonly version: string;
}

/**
 * Whether it was written: the row that comes back says so. All rows are asked for, though there is one: SQLite commits
 * after the last, and node:sqlite's `get` would leave before that, and not hear that the commit failed.
 */
export function writeRow({ database }: OpenDatabase, row: SealedRow, expected: string | null | undefined): boolean {
  const { name, sealed, version } = row;
  if (typeof expected === 'string') {
    const update = 'UPDATE entries SET value = ?, version = ? WHERE key = ? AND version = ? RETURNING 1';
    return database.prepare(update).all(sealed, version, name, expected).length === 1;
  }
  const conflict =
    expected === null ? 'DO NOTHING' : '(key) DO UPDATE SET value = excluded.value, version = excluded.version';
  const insert = `INSERT INTO entries (key, value, version) VALUES (?, ?, ?) ON CONFLICT ${conflict} RETURNING 1`;
  return database.prepare(insert).all(name, sealed, version).length === 1;
}

/** What does not open any more is set aside, and its place is free. */
export function readRow(
  { database, key }: OpenDatabase,
  name: string,
  warn: (warning: string) => void,
): StoredValue | undefined {
  const row = database.prepare('SELECT value, version FROM entries WHERE key = ?').get(name);
  const sealed = row?.value;
  if (!(sealed instanceof Uint8Array)) return undefined;
  const text = openText(key, boundToEntry(name), sealed);
  if (text !== undefined) return { value: JSON.parse(text) as JsonObject, version: String(row?.version) };
  setRowAside(database, name, sealed);
  warn('A stored token is damaged; it was set aside, and a new one is obtained.');
  return undefined;
}

function setRowAside(database: DatabaseSync, name: string, sealed: Uint8Array): void {
  inTransaction(database, () => {
    database
      .prepare("INSERT INTO set_aside SELECT key, value, datetime('now') FROM entries WHERE key = ? AND value = ?")
      .run(name, sealed);
    database.prepare('DELETE FROM entries WHERE key = ? AND value = ?').run(name, sealed);
  });
}

/** What was set aside of it goes too. Whether there was anything. */
export function removeRow({ database }: OpenDatabase, name: string): boolean {
  let found = 0;
  inTransaction(database, () => {
    for (const table of ['entries', 'set_aside']) {
      found += database.prepare(`DELETE FROM ${table} WHERE key = ? RETURNING 1`).all(name).length;
    }
  });
  return found > 0;
}

/** FF is no byte of UTF-8: it comes after everything a key can go on with. */
const keysBetween =
  "SELECT key FROM entries WHERE key >= :prefix AND key < :prefix || CAST(x'ff' AS TEXT) ORDER BY key";

export const keysWith = ({ database }: OpenDatabase, prefix: string): readonly string[] =>
  database
    .prepare(keysBetween)
    .all({ prefix })
    .map(({ key }) => String(key))
    .sort();

/** Puts the log into the database and empties it: it still holds what was deleted. Throws while others are at it. */
export function emptyLog({ database }: OpenDatabase): void {
  const busy = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy;
  if (busy !== 0) throw Object.assign(new Error('the log is in use'), { errcode: sqliteCodes.busy });
}
