import type { StoredToken } from '../stored-token.ts';
import type { TokenStore } from './store.ts';

/** Tokens for the life of this process. */
export function memoryStore(): TokenStore {
  const tokens = new Map<string, StoredToken>();
  return {
    get: async (key) => tokens.get(key),
    set: async (key, token) => void tokens.set(key, token),
    delete: async (key) => void tokens.delete(key),
    keys: async () => [...tokens.keys()],
  };
}
