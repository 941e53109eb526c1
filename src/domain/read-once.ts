import type { EntryStore, StoredEntry } from './entries.ts';

/**
 * A store in which an entry is read once: for the steps of one request, which all look at what was presented. What is
 * written goes to the store and is decided there; whoever wrote, or came too late, reads anew.
 */
export function readOnce(store: EntryStore): EntryStore {
  const found = new Map<string, Promise<StoredEntry | undefined>>();
  const keyOf = (kind: string, key: string) => `${kind} ${key}`;
  return {
    ...store,
    find(kind, key, now) {
      const place = keyOf(kind, key);
      const entry = found.get(place) ?? store.find(kind, key, now);
      found.set(place, entry);
      return entry;
    },
    add(entry, now) {
      found.delete(keyOf(entry.kind, entry.key));
      return store.add(entry, now);
    },
    replace(change, now, added = []) {
      for (const { kind, key } of [change, ...added]) found.delete(keyOf(kind, key));
      return store.replace(change, now, added);
    },
    take(kind, key, now) {
      found.delete(keyOf(kind, key));
      return store.take(kind, key, now);
    },
    clear() {
      found.clear();
      return store.clear();
    },
  };
}
