import { randomFillSync } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../../base/json.ts';
import { systemRandom } from '../../../base/random.ts';
import { AuthError } from '../../errors.ts';
import type { StoredValue, TokenStore } from '../store.ts';
import { keyOf, openText, sealText } from './cipher.ts';
import { tryFileLock } from './locks.ts';
import { boundToEntry, databaseName, type FileStoreOptions, sideFiles } from './read.ts';
import { checkFile, prepareFile, prepareFolder } from './safe-files.ts';
import { sqlite, sqliteCode, sqliteCodes } from './sqlite.ts';

/**
 * Tokens in a SQLite database, each value encrypted for its own row (AES-256-GCM, the row's key as associated data).
 * SQLite gives crash safety and many processes; this folder adds the key, the file permissions, and what to do with
 * damage. Restoring an old copy of the whole file is not detected: the tokens in it are old, and still the owner's.
 */
export interface FileTokenStore extends TokenStore {
  close(): void;
}

export type { KeySource } from './cipher.ts';
export { type FileStoreOptions, readStoredValue } from './read.ts';

const schema = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, version TEXT NOT NULL) STRICT;
  CREATE TABLE set_aside (key TEXT NOT NULL, value BLOB NOT NULL, at TEXT NOT NULL) STRICT;
`;
const schemaVersion = 2;
const boundToCheck = 'partner-auth check 1';

/** Throws `AuthError`: `store_refused`, `store_key`, `store_damaged`. */
export function fileStore(options: FileStoreOptions): FileTokenStore {
  const warn = options.onWarning ?? (() => {});
  const path = join(options.folder, databaseName);
  prepareFolder(options.folder, warn);
  const { database, key } = openOrSetAside(options, path, warn);
  return {
    get: async (name) => readRow(database, key, name, warn),
    put: async (name, value, expected) => {
      const sealed = sealText(key, boundToEntry(name), JSON.stringify(value));
      return writeRow(database, { name, sealed, version: systemRandom.guid() }, expected);
    },
    delete: async (name) => void database.prepare('DELETE FROM entries WHERE key = ?').run(name),
    keys: async (prefix) =>
      database
        .prepare('SELECT key FROM entries WHERE key >= ? AND key < ? ORDER BY key')
        .all(prefix, `${prefix}\u{10ffff}`)
        .map((row) => String(row.key)),
    tryLock: async (name) => tryFileLock(options.folder, name, warn),
    close: () => database.close(),
  };
}

interface SealedRow {
  readonly name: string;
  readonly sealed: Buffer;
  readonly version: string;
}

/** Whether it was written: the row that comes back says so. */
function writeRow(database: DatabaseSync, row: SealedRow, expected: string | null | undefined): boolean {
  const { name, sealed, version } = row;
  if (typeof expected === 'string') {
    const update = 'UPDATE entries SET value = ?, version = ? WHERE key = ? AND version = ? RETURNING 1';
    return database.prepare(update).get(sealed, version, name, expected) !== undefined;
  }
  const conflict =
    expected === null ? 'DO NOTHING' : '(key) DO UPDATE SET value = excluded.value, version = excluded.version';
  const insert = `INSERT INTO entries (key, value, version) VALUES (?, ?, ?) ON CONFLICT ${conflict} RETURNING 1`;
  return database.prepare(insert).get(name, sealed, version) !== undefined;
}

function readRow(
  database: DatabaseSync,
  key: Buffer,
  name: string,
  warn: (warning: string) => void,
): StoredValue | undefined {
  const row = database.prepare('SELECT value, version FROM entries WHERE key = ?').get(name);
  const sealed = row?.value;
  if (!(sealed instanceof Uint8Array)) return undefined;
  const text = openText(key, boundToEntry(name), sealed);
  if (text !== undefined) return { value: JSON.parse(text) as JsonObject, version: String(row?.version) };
  database
    .prepare("INSERT INTO set_aside SELECT key, value, datetime('now') FROM entries WHERE key = ? AND value = ?")
    .run(name, sealed);
  database.prepare('DELETE FROM entries WHERE key = ? AND value = ?').run(name, sealed);
  warn('A stored token is damaged; it was set aside, and a new one is obtained.');
  return undefined;
}

interface Opened {
  readonly database: DatabaseSync;
  readonly key: Buffer;
}

/** A file that is no database any more keeps its bytes under another name, for support, and a new one begins. */
function openOrSetAside(options: FileStoreOptions, path: string, warn: (warning: string) => void): Opened {
  try {
    return openDatabase(options, path, warn);
  } catch (cause) {
    const code = sqliteCode(cause);
    if (code !== sqliteCodes.corrupt && code !== sqliteCodes.notADatabase) throw storeError(path, cause);
    const aside = `${path}.damaged-${Date.now()}`;
    for (const side of ['', ...sideFiles]) if (checkFile(path + side, warn)) renameSync(path + side, aside + side);
    warn(`The token store was damaged; it was set aside as ${aside}, and a new one was begun.`);
    return openDatabase(options, path, warn);
  }
}

const storeError = (path: string, cause: unknown): AuthError =>
  cause instanceof AuthError
    ? cause
    : new AuthError('store_damaged', `The token store ${path} cannot be used.`, { cause });

function openDatabase(options: FileStoreOptions, path: string, warn: (warning: string) => void): Opened {
  const created = prepareFile(path, warn);
  for (const side of sideFiles) checkFile(path + side, warn);
  if (!created && statSync(path).size === 0) warn('The token store was empty; it is set up again.');
  const database = new (sqlite().DatabaseSync)(path, { timeout: 5000 });
  try {
    setUp(database, options, warn);
    return { database, key: verifiedKey(database, options, warn) };
  } catch (cause) {
    database.close();
    throw cause;
  }
}

const hasSchema = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined;

/** The first process to hold the write lock sets the store up; the others find it done. */
function setUp(database: DatabaseSync, options: FileStoreOptions, warn: (warning: string) => void): void {
  if (hasSchema(database)) return;
  switchToLog(database);
  database.exec('BEGIN IMMEDIATE');
  try {
    if (!hasSchema(database)) {
      const salt = randomFillSync(new Uint8Array(16));
      const check = sealText(keyOf(options.key, salt, warn), boundToCheck, 'partner-auth');
      database.exec(`${schema} PRAGMA user_version = ${schemaVersion}`);
      const insert = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
      insert.run('salt', salt);
      insert.run('check', check);
    }
    database.exec('COMMIT');
  } catch (cause) {
    database.exec('ROLLBACK');
    throw cause;
  }
}

const waitMilliseconds = 10;
const waits = 500;

/** Changing the journal waits for nobody (SQLite's busy handler is not asked there), so the waiting is done here. */
function switchToLog(database: DatabaseSync): void {
  for (let wait = 0; ; wait++) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (cause) {
      if (sqliteCode(cause) !== sqliteCodes.busy || wait === waits) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMilliseconds);
    }
  }
}

/** The key, proven on a value known beforehand, so that another key is told from damage. */
function verifiedKey(database: DatabaseSync, options: FileStoreOptions, warn: (warning: string) => void): Buffer {
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  if (version !== schemaVersion) {
    throw new AuthError(
      'store_damaged',
      `The token store is of version ${version}; this program reads ${schemaVersion}.`,
    );
  }
  const meta = database.prepare('SELECT value FROM meta WHERE name = ?');
  const salt = meta.get('salt')?.value;
  const check = meta.get('check')?.value;
  if (!(salt instanceof Uint8Array) || !(check instanceof Uint8Array)) {
    throw new AuthError('store_damaged', `The token store in ${options.folder} lacks its salt or its check.`);
  }
  const key = keyOf(options.key, salt, warn);
  if (openText(key, boundToCheck, check) === undefined) {
    throw new AuthError('store_key', `The key does not open the token store in ${options.folder}.`, {
      hint: 'Give the key file or passphrase it was made with, or move the folder away and begin a new one.',
    });
  }
  return key;
}
