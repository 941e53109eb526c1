import { PartnerAuthError } from '../../base/error.ts';
import type { Store } from '../../store/store.ts';
import type { ProductionConfig } from './config-schema.ts';

/**
 * The store of a configuration. Throws `PartnerAuthError` (`configuration`) for one that cannot be used, and for a sandbox's,
 * whose keys sign for anybody.
 */
export async function openStore({ storage }: ProductionConfig): Promise<Store> {
  const store = await storeOf(storage);
  try {
    if ((await store.signingKeys.list('authority')).length === 0) return store;
    throw new PartnerAuthError(
      'configuration',
      'storage: this is the store of a sandbox. Give the service one of its own.',
    );
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** Of the two drivers the one that is needed is loaded. */
async function storeOf({ sqliteFile, databaseUrl }: ProductionConfig['storage']): Promise<Store> {
  if (sqliteFile !== undefined) return inFile(sqliteFile);
  return (await import('../../store/postgres/index.ts')).postgresStore(databaseUrl ?? '');
}

async function inFile(file: string): Promise<Store> {
  const { sqliteStore } = await import('../../store/sqlite/index.ts');
  try {
    return await sqliteStore(file);
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\.?$/, '.');
    throw new PartnerAuthError('configuration', `storage.sqliteFile: ${file} cannot be used: ${why}`, { cause });
  }
}
