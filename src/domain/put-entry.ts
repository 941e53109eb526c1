import type { Entries, EntryKind, NewEntry } from './entries.ts';

/** Long after every clock a sandbox may be set to: for entries that end when they are removed. */
export const endOfTime = new Date('9999-12-31T23:59:59Z');

/** Adds an entry, or writes its value over the one there is; whose it is stays as it was. */
export async function putEntry<Kind extends EntryKind>(
  entries: Entries,
  kind: Kind,
  key: string,
  entry: NewEntry<Kind>,
): Promise<void> {
  const { expiresAt } = entry;
  for (;;) {
    if ((await entries.change(kind, key, () => entry.value, { expiresAt })) !== undefined) return;
    if (await entries.add(kind, key, entry)) return;
  }
}
