import type { JsonObject } from '../../base/json.ts';
import { storedEntries } from '../../client/inventory.ts';
import { holders } from '../../client/plan.ts';
import { type StoredKey, storedKeyText } from '../../client/stored-keys.ts';
import type { TokenStore } from '../../client/stores/store.ts';

/**
 * Copies what is stored for a profile under another name, and hands back the removal of what it was copied from. What is
 * remembered of refusals stays behind.
 */
export async function moveStored(store: TokenStore, from: string, to: string): Promise<() => Promise<void>> {
  const entries = (await storedEntries(store)).flatMap(({ key, is }) => {
    const renamed = renamedKey(is, from, to);
    return renamed ? [{ key, renamed: is.kind === 'refusal' ? undefined : storedKeyText(renamed) }] : [];
  });
  for (const { key, renamed } of entries) {
    const value: JsonObject | undefined = renamed === undefined ? undefined : (await store.get(key))?.value;
    if (value && renamed !== undefined) await store.put(renamed, value);
  }
  return async () => {
    await Promise.all(entries.map(({ key }) => store.delete(key)));
  };
}

/** Undefined: not of the profile. */
function renamedKey(key: StoredKey, from: string, to: string): StoredKey | undefined {
  if (key.kind === 'secret') return key.profile === from ? { ...key, profile: to } : undefined;
  if (!('holder' in key) || key.holder !== holders.signIn(from)) return undefined;
  return { ...key, holder: holders.signIn(to) };
}
