import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { sqlite } from './sqlite.ts';

/** Opens a database that is there. SQLite makes none: it would be readable by others until its mode is set. */
export function existingDatabase(path: string, busyMilliseconds: number): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('mode', 'rw');
  return new (sqlite().DatabaseSync)(url, { timeout: busyMilliseconds });
}
