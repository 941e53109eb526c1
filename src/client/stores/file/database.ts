import { randomFillSync } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AuthError } from '../../errors.ts';
import { keyOf, opensCheck, sealedCheck } from '../cipher.ts';
import { existingDatabase } from './existing-database.ts';
import { fileLockInTurn } from './locks.ts';
import { type FileStoreOptions, sideFiles } from './read.ts';
import { checkFile, prepareFile } from './safe-files.ts';

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
/** How long opening waits, milliseconds: for the process that puts right what a killed one left. */
const openingMilliseconds = 15_000;

/** Every commit on the disk before it counts, and nothing of a deleted row left in the file. */
const pragmas = 'PRAGMA synchronous = FULL; PRAGMA secure_delete = ON';

/** The file at a path, told from another that took its place. Undefined: there is none. */
export const fileAt = (path: string): bigint | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

/** Opens the store's database, and begins it where there is none. Throws what SQLite does, and `AuthError`. */
export function openDatabase(options: FileStoreOptions, path: string, warn: (warning: string) => void): OpenDatabase {
  for (const side of sideFiles) checkFile(path + side, warn);
  if (!isThere(path, warn)) begin(options, path, warn);
  const { ino: file } = statSync(path, { bigint: true });
  const database = existingDatabase(path, openingMilliseconds);
  try {
    database.exec(pragmas);
    const key = provenKey(database, options, warn);
    // From here on whoever waits does so itself.
    database.exec('PRAGMA busy_timeout = 0');
    return { database, key, file };
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** A store comes into being under another name and complete: an empty file was emptied by somebody. */
const isThere = (path: string, warn: (warning: string) => void): boolean =>
  checkFile(path, warn) && statSync(path).size > 0;

/**
 * By one process at a time; the others find it done. Where the one was stopped, each for itself, and whoever is late
 * finds it done too.
 */
function begin(options: FileStoreOptions, path: string, warn: (warning: string) => void): void {
  const release = fileLockInTurn(options.folder, 'begin', warn);
  const beginning = `${path}.new-${process.pid}`;
  try {
    if (isThere(path, warn)) return;
    if (fileAt(path) !== undefined) warn('The token store was empty; it is set up again.');
    if (release) removeBegun(path);
    prepareFile(beginning, warn);
    setUp(options, beginning, warn);
    if (isThere(path, warn)) return;
    for (const side of sideFiles) rmSync(path + side, { force: true });
    renameSync(beginning, path);
  } finally {
    rmSync(beginning, { force: true });
    release?.();
  }
}

/** What killed processes had begun. */
function removeBegun(path: string): void {
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${basename(path)}.new-`)) rmSync(join(dirname(path), name), { force: true });
  }
}

function setUp(options: FileStoreOptions, path: string, warn: (warning: string) => void): void {
  const salt = randomFillSync(new Uint8Array(16));
  const check = sealedCheck(keyOf(options.key, salt, warn));
  const database = existingDatabase(path, openingMilliseconds);
  try {
    database.exec(`PRAGMA journal_mode = WAL; ${pragmas}`);
    inTransaction(database, () => {
      database.exec(`${schema} PRAGMA user_version = ${schemaVersion}`);
      const insert = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
      insert.run('salt', salt);
      insert.run('check', check);
    });
  } finally {
    database.close();
  }
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
