import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { sha256 } from '../../../base/bytes.ts';
import { existingDatabase } from './existing-database.ts';
import { storeFailure } from './failures.ts';
import { checkFolder, prepareFile } from './safe-files.ts';
import { sqliteCode, sqliteCodes } from './sqlite.ts';

/**
 * Locks that the system takes back when their holder dies: an exclusive transaction on an empty SQLite database, which
 * writes nothing. One of 256 files for each key; two keys that share one wait for each other, and that is all.
 */
export function tryFileLock(folder: string, key: string, warn: (warning: string) => void): (() => void) | undefined {
  const locks = join(folder, 'locks');
  const path = join(locks, sha256(key).toString('hex').slice(0, 2));
  try {
    mkdirSync(locks, { recursive: true, mode: 0o700 });
    checkFolder(locks, warn);
    prepareFile(path, warn);
    const database = exclusive(path);
    return database && (() => void (database.isOpen && database.close()));
  } catch (cause) {
    throw storeFailure(path, cause);
  }
}

function exclusive(path: string, isSecondTry = false): DatabaseSync | undefined {
  const database = existingDatabase(path, 0);
  try {
    // A journal on the disk would be written before anything is.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database.close();
    const code = sqliteCode(cause);
    if (code === sqliteCodes.busy) return undefined;
    if (code !== sqliteCodes.notADatabase || isSecondTry) throw cause;
  }
  // Another program's file: nobody holds it, and emptied it serves. The file stays the same, for those who wait for it.
  truncateSync(path);
  return exclusive(path, true);
}

const pauseMilliseconds = 10;
const pauses = 500;

/**
 * The lock, waited for at most five seconds; undefined then: its holder was stopped. Blocks this thread: opening a store
 * is synchronous, and what is waited for takes some milliseconds.
 */
export function fileLockInTurn(folder: string, key: string, warn: (warning: string) => void): (() => void) | undefined {
  for (let pause = 0; pause < pauses; pause++) {
    const release = tryFileLock(folder, key, warn);
    if (release) return release;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
  }
  return undefined;
}
