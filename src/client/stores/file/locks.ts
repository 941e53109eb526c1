import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../base/bytes.ts';
import type { Unlock } from '../store.ts';
import { checkFolder, prepareFile } from './safe-files.ts';
import { sqlite, sqliteCode, sqliteCodes } from './sqlite.ts';

/**
 * Locks that the system takes back when their holder dies: an exclusive transaction on an empty SQLite database, which
 * writes nothing. One of 256 files for each key; two keys that share one wait for each other, and that is all.
 */
export function tryFileLock(folder: string, key: string, warn: (warning: string) => void): Unlock | undefined {
  const locks = join(folder, 'locks');
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  checkFolder(locks, warn);
  const path = join(locks, sha256(key).toString('hex').slice(0, 2));
  prepareFile(path, warn);
  const database = new (sqlite().DatabaseSync)(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (sqliteCode(cause) === sqliteCodes.busy) return undefined;
    throw cause;
  }
  return async () => database.close();
}
