import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sqliteMigrations } from '../migrations/sqlite.ts';

/**
 * Opens the database for one writer in this process and any number of processes: write-ahead log, every commit synced
 * to the disk (`synchronous = FULL`), nine seconds' wait for another process's lock. The file is for its owner alone.
 */
export function openDatabase(file: string, migrations = sqliteMigrations): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 9000 });
  useWriteAheadLog(database);
  database.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;');
  migrate(database, migrations);
  return database;
}

const waits = 90;
const busy = 5;

/**
 * Two processes that open a new database at once both turn its log on. SQLite does not wait for a lock there, it refuses
 * at once, so the nine seconds are waited here; this is a worker's thread, nobody else stands still.
 */
function useWriteAheadLog(database: DatabaseSync): void {
  for (let wait = 0; ; wait++) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (cause) {
      if (wait === waits || !(cause instanceof Error && 'errcode' in cause && cause.errcode === busy)) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > migrations.length) {
      throw new Error(
        'The database was made by a newer version of partner-auth. Update partner-auth, or store elsewhere.',
      );
    }
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (cause) {
    database.exec('ROLLBACK');
    throw cause;
  }
}
