import type { EntryStore, StoredEntry } from '../../domain/ports.ts';
import type { SqliteConnection } from './connection.ts';
import type { SqlRow } from './operations.ts';

export const sqliteEntries = ({ call }: SqliteConnection): EntryStore => ({
  add: (entry, now) => call('addEntry', rowOf(entry), now.getTime()),
  find: async (kind, key, now) => entryAt(kind, key, await call('findEntry', kind, key, now.getTime())),
  replace: ({ kind, key, value, version, expiresAt }, now, added = []) => {
    const change = [value, kind, key, version, expiresAt?.getTime() ?? null];
    return call('replaceEntry', change, now.getTime(), added.map(rowOf));
  },
  take: async (kind, key, now) => entryAt(kind, key, await call('takeEntry', kind, key, now.getTime())),
  list: async (kind, owner, now) =>
    (await call('listEntries', kind, owner ?? null, now.getTime())).flatMap(
      ([of, key, ...row]) => entryAt(String(of), String(key), row) ?? [],
    ),
  clear: async () => {
    await call('clearEntries');
  },
  purge: (now, limit) => call('purgeEntries', now.getTime(), limit),
});

const rowOf = ({ kind, key, owner, value, version, expiresAt }: StoredEntry): SqlRow => [
  kind,
  key,
  owner,
  value,
  version,
  expiresAt.getTime(),
];

function entryAt(kind: string, key: string, row: SqlRow | null): StoredEntry | undefined {
  if (!row) return undefined;
  const [owner, value, version, expiresAt] = row as readonly [string, string, number, number];
  return { kind, key, owner, value, version, expiresAt: new Date(expiresAt) };
}
