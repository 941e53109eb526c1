import type { StoredValue, TokenStore } from './store.ts';

/** For the life of this process. */
export function memoryStore(): TokenStore {
  const values = new Map<string, StoredValue>();
  const locked = new Set<string>();
  let writings = 0;
  return {
    get: async (key) => values.get(key),
    put: async (key, value, expected) => {
      if (expected !== undefined && (values.get(key)?.version ?? null) !== expected) return false;
      writings += 1;
      values.set(key, { value, version: String(writings) });
      return true;
    },
    delete: async (key) => void values.delete(key),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
    tryLock: async (key) => {
      if (locked.has(key)) return undefined;
      locked.add(key);
      return async () => void locked.delete(key);
    },
  };
}
