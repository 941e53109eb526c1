import { randomFillSync } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { AuthError } from '../../errors.ts';
import { keyOf, opensCheck, sealedCheck } from '../cipher.ts';
import type { FileStoreOptions } from './read.ts';
import { sideFiles } from './read.ts';
import { checkFile, prepareFile } from './safe-files.ts';
import { sqlite, sqliteCode, sqliteCodes } from './sqlite.ts';

/** A database that is open, with the key that has been proven on it. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly key: Buffer;
  /** The file that was opened, whatever stands at its path by now. */
  readonly file: bigint;
}

const schema = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, version TEXT NOT NULL) STRICT;
  CREATE TABLE set_aside (key TEXT NOT NULL, value BLOB NOT NULL, at TEXT NOT NULL) STRICT;
`;
const schemaVersion = 2;
/** How long SQLite waits for another process's write, milliseconds. A write takes one, so this is thousands of them. */
const busyMilliseconds = 15_000;

/** Every commit on the disk before it counts, and nothing of a deleted row left in the file. */
const pragmas = 'PRAGMA synchronous = FULL; PRAGMA secure_delete = ON';

/** The file at a path, told from another that took its place. Undefined: there is none. */
export const fileAt = (path: string): bigint | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

/** Opens a database that is there. SQLite makes none: it would be readable by others until its mode is set. */
export const existingDatabase = (path: string, timeout: number): DatabaseSync => {
  const url = pathToFileURL(path);
  url.searchParams.set('mode', 'rw');
  return new (sqlite().DatabaseSync)(url, { timeout });
};

/** Opens the store's database, and sets it up where it is new. Throws what SQLite does, and `AuthError`. */
export function openDatabase(options: FileStoreOptions, path: string, warn: (warning: string) => void): OpenDatabase {
  const created = prepareFile(path, warn);
  for (const side of sideFiles) checkFile(path + side, warn);
  const { ino: file, size } = statSync(path, { bigint: true });
  if (!created && size === 0n) warn('The token store was empty; it is set up again.');
  const database = existingDatabase(path, busyMilliseconds);
  try {
    database.exec(pragmas);
    setUp(database, options, warn);
    return { database, key: provenKey(database, options, warn), file };
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
  inTransaction(database, () => {
    if (hasSchema(database)) return;
    const salt = randomFillSync(new Uint8Array(16));
    const check = sealedCheck(keyOf(options.key, salt, warn));
    database.exec(`${schema} PRAGMA user_version = ${schemaVersion}`);
    const insert = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
    insert.run('salt', salt);
    insert.run('check', check);
  });
}

/** All of it or nothing, with the write lock from its beginning. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (cause) {
    // SQLite has ended it itself where the disk failed.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

const waitMilliseconds = 10;

/** Blocks this thread: opening is synchronous, and what is waited for takes some milliseconds. */
export const waitAMoment = (): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMilliseconds);

/** Changing the journal waits for nobody (SQLite's busy handler is not asked there), so the waiting is done here. */
function switchToLog(database: DatabaseSync): void {
  for (let waited = 0; ; waited += waitMilliseconds) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (cause) {
      if (sqliteCode(cause) !== sqliteCodes.busy || waited >= busyMilliseconds) throw cause;
      waitAMoment();
    }
  }
}

/** The key, proven on a value known beforehand, so that another key is told from damage. */
function provenKey(database: DatabaseSync, options: FileStoreOptions, warn: (warning: string) => void): Buffer {
  const { folder } = options;
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  if (version !== schemaVersion) {
    throw new AuthError(
      'store_damaged',
      `The token store in ${folder} is of version ${version}; this program reads ${schemaVersion}.`,
      { hint: 'Use the program that wrote it, or move the folder away and begin a new one.' },
    );
  }
  const meta = database.prepare('SELECT value FROM meta WHERE name = ?');
  const salt = meta.get('salt')?.value;
  const check = meta.get('check')?.value;
  if (!(salt instanceof Uint8Array) || !(check instanceof Uint8Array)) {
    throw new AuthError('store_damaged', `The token store in ${folder} lacks its salt or its check.`, {
      hint: 'Move the folder away and begin a new one.',
    });
  }
  const key = keyOf(options.key, salt, warn);
  if (opensCheck(key, check)) return key;
  throw new AuthError('store_key', `The key does not open the token store in ${folder}.`, {
    hint: 'Give the key file or passphrase it was made with, or move the folder away and begin a new one.',
  });
}
