import type { SigningKeyStore, StoredSigningKey } from '../../domain/ports.ts';

export function memorySigningKeys(): SigningKeyStore {
  const keys: StoredSigningKey[] = [];
  return {
    list: async (ring) =>
      keys.filter((key) => key.ring === ring).sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime()),
    async addFirst(key) {
      if (!keys.some(({ ring, algorithm }) => ring === key.ring && algorithm === key.algorithm)) keys.push(key);
    },
    async add(key) {
      keys.push(key);
    },
    async remove(ring, kid) {
      const index = keys.findIndex((key) => key.ring === ring && key.kid === kid);
      if (index >= 0) keys.splice(index, 1);
      return index >= 0;
    },
  };
}
