import type { EntryStore, StoredEntry } from '../../domain/ports.ts';

export function memoryEntries(): EntryStore {
  const kinds = new Map<string, Map<string, StoredEntry>>();
  const ofKind = (kind: string): Map<string, StoredEntry> => {
    const entries = kinds.get(kind) ?? new Map<string, StoredEntry>();
    kinds.set(kind, entries);
    return entries;
  };
  const live = (kind: string, key: string, now: Date): StoredEntry | undefined => {
    const entry = ofKind(kind).get(key);
    return entry && entry.expiresAt > now ? entry : undefined;
  };
  const add = (entry: StoredEntry, now: Date): boolean => {
    if (live(entry.kind, entry.key, now)) return false;
    ofKind(entry.kind).set(entry.key, entry);
    return true;
  };
  return {
    add: async (entry, now) => add(entry, now),
    find: async (kind, key, now) => live(kind, key, now),
    async replace({ kind, key, value, version, expiresAt }, now, added = []) {
      const kept = live(kind, key, now);
      if (kept?.version !== version) return false;
      ofKind(kind).set(key, { ...kept, value, version: version + 1, expiresAt: expiresAt ?? kept.expiresAt });
      for (const one of added) add(one, now);
      return true;
    },
    async take(kind, key, now) {
      const entry = live(kind, key, now);
      if (entry) ofKind(kind).delete(key);
      return entry;
    },
    list: async (kind, owner, now) =>
      [...ofKind(kind).values()]
        .filter((entry) => entry.expiresAt > now && (owner === undefined || entry.owner === owner))
        .sort((one, other) => (one.key < other.key ? -1 : 1)),
    clear: async () => kinds.clear(),
    async purge(now, limit) {
      let purged = 0;
      for (const entries of kinds.values()) {
        for (const [key, { expiresAt }] of entries) {
          if (purged >= limit) return purged;
          if (expiresAt <= now && entries.delete(key)) purged += 1;
        }
      }
      return purged;
    },
  };
}
