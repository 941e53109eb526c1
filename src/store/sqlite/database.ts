import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sqliteMigrations } from '../migrations/sqlite.ts';

/**
 * Opens the database for one writer in this process and any number of processes: write-ahead log, every commit synced
 * to the disk (`synchronous = FULL`), five seconds' wait for another process's lock. The file is for its owner alone.
 */
export function openDatabase(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;');
  migrate(database);
  return database;
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > sqliteMigrations.length) {
      throw new Error(
        'The database was made by a newer version of partner-auth. Update partner-auth, or use another data folder.',
      );
    }
    for (const migration of sqliteMigrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${sqliteMigrations.length}`);
    database.exec('COMMIT');
  } catch (cause) {
    database.exec('ROLLBACK');
    throw cause;
  }
}
