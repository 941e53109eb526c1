import type { JsonObject } from '../../base/json.ts';
import type { TokenStore } from './store.ts';

interface KeptText {
  /** As JSON: nobody who holds what was put or got changes what is kept. */
  readonly text: string;
  readonly version: string;
}

/** For the life of this process. */
export function memoryStore(): TokenStore {
  const values = new Map<string, KeptText>();
  const locked = new Map<string, symbol>();
  let writings = 0;
  return {
    get: async (key) => {
      const kept = values.get(key);
      return kept && { value: JSON.parse(kept.text) as JsonObject, version: kept.version };
    },
    put: async (key, value, expected) => {
      if (expected !== undefined && (values.get(key)?.version ?? null) !== expected) return false;
      writings += 1;
      values.set(key, { text: JSON.stringify(value), version: String(writings) });
      return true;
    },
    delete: async (key) => void values.delete(key),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
    tryLock: async (key) => {
      if (locked.has(key)) return undefined;
      const lock = Symbol(key);
      locked.set(key, lock);
      return async () => void (locked.get(key) === lock && locked.delete(key));
    },
  };
}
