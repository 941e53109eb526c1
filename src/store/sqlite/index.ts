import { checkMilliseconds, within } from '../in-time.ts';
import type { Store } from '../store.ts';
import { connectSqlite } from './connection.ts';
import { sqliteEntries } from './entries.ts';
import { sqliteIssuances } from './issuances.ts';
import { sqliteSigningKeys } from './signing-keys.ts';

/** A store in one file, for one node: durable, crash safe, and off the event loop. */
export async function sqliteStore(file: string): Promise<Store> {
  const connection = connectSqlite(file);
  await connection.call('check');
  return {
    entries: sqliteEntries(connection),
    issuances: sqliteIssuances(connection),
    signingKeys: sqliteSigningKeys(connection),
    check: () => within(checkMilliseconds, async () => void (await connection.call('check'))),
    close: () => connection.close(),
  };
}
