import { type Entries, type PartnerRegistry, readRegistry, registryVersion, standingsOf } from '../../domain/index.ts';

export interface RegistryCache extends PartnerRegistry {
  /** Looks for changes once; resolves when what is known is as new as the store. Rejects when the store cannot be asked. */
  refresh(): Promise<void>;
}

/**
 * What is registered, as this node knows it: one row is asked for at each refresh, and the rest only when that says that
 * something changed. While the store cannot be asked the last known registry goes on to hold.
 */
export async function registryCache(entries: Entries): Promise<RegistryCache> {
  let content = await readRegistry({ entries });
  let standing = standingsOf(content);
  return {
    standing: (tenantId, applicationId) => standing(tenantId, applicationId),
    async refresh() {
      if ((await registryVersion({ entries })) === content.version) return;
      content = await readRegistry({ entries });
      standing = standingsOf(content);
    },
  };
}
