import { PartnerAuthError } from '../../base/error.ts';
import { checkMilliseconds, within } from '../in-time.ts';
import type { Store } from '../store.ts';
import { addressOf, type PostgresAddress } from './address.ts';
import { connectPostgres, type Statement } from './connection.ts';
import { postgresEntries } from './entries.ts';
import { databaseFailure } from './failures.ts';
import { postgresIssuances } from './issuances.ts';
import { migrate } from './migrate.ts';
import { postgresSigningKeys } from './signing-keys.ts';

export interface PostgresStoreOptions {
  /** `postgresql://user:password@host:5432/database?sslmode=verify-full`: see `addressOf`. */
  readonly url: string;
  /** The most connections this process opens; default 10. */
  readonly connections?: number | undefined;
}

/** Refused where nothing can be written: by a standby, and to a role without the right. */
const writable: Statement = { name: 'check', text: 'SELECT 1 FROM partner_auth_issuances WHERE false FOR UPDATE' };

const clock: Statement = { name: 'clock', text: 'SELECT extract(epoch FROM now()) * 1000 AS now' };

/**
 * A store in PostgreSQL, or in a database that speaks its protocol, for any number of nodes. Its tables are in the first
 * schema of the connection's search path and are made or migrated here. Throws `PartnerAuthError`: `configuration`; the
 * store's methods throw `store_unavailable`.
 */
export async function postgresStore(options: string | PostgresStoreOptions): Promise<Store> {
  const { url, connections = 10 } = typeof options === 'string' ? { url: options } : options;
  const address = addressOf(url);
  await migrated(address);
  const connection = connectPostgres(address, connections);
  return {
    entries: postgresEntries(connection),
    issuances: postgresIssuances(connection),
    signingKeys: postgresSigningKeys(connection),
    check: () => within(checkMilliseconds, async () => void (await connection.rows(writable, []))),
    now: async () => new Date(Number((await connection.rows<{ now: string }>(clock, []))[0]?.now)),
    close: () => connection.close(),
  };
}

async function migrated(address: PostgresAddress): Promise<void> {
  try {
    await migrate(address);
  } catch (cause) {
    if (cause instanceof PartnerAuthError) throw cause;
    const { detail } = databaseFailure(cause);
    throw new PartnerAuthError('configuration', `The database of storage.databaseUrl cannot be used: ${detail}.`);
  }
}
