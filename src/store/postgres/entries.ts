import type { EntryStore, StoredEntry } from '../../domain/ports.ts';
import type { PostgresConnection, SqlValue, Statement } from './connection.ts';
import { purgeOf } from './purge.ts';

const columns = 'kind, key, owner, value, version, expires_at';
const statement = (name: string, text: string): Statement => ({ name: `${name}_entry`, text });

const add = statement(
  'add',
  `INSERT INTO partner_auth_entries AS kept (${columns}) VALUES ($1, $2, $3, $4, $5, $6)
   ON CONFLICT (kind, key) DO UPDATE SET owner = excluded.owner, value = excluded.value, version = excluded.version,
     expires_at = excluded.expires_at
   WHERE kept.expires_at <= $7 RETURNING 1`,
);
const find = statement(
  'find',
  `SELECT ${columns} FROM partner_auth_entries WHERE kind = $1 AND key = $2 AND expires_at > $3`,
);
const replace = statement(
  'replace',
  `UPDATE partner_auth_entries SET value = $3, version = version + 1, expires_at = coalesce($5, expires_at)
   WHERE kind = $1 AND key = $2 AND version = $4 AND expires_at > $6 RETURNING 1`,
);
/** Rows as a list of each column: one statement for any number of them. */
const replaceAndAdd = statement(
  'replace_and_add',
  `WITH replaced AS (
     UPDATE partner_auth_entries SET value = $3, version = version + 1, expires_at = coalesce($5, expires_at)
     WHERE kind = $1 AND key = $2 AND version = $4 AND expires_at > $6 RETURNING 1
   ), added AS (
     INSERT INTO partner_auth_entries AS kept (${columns})
     SELECT * FROM unnest($7::bytea[], $8::bytea[], $9::bytea[], $10::text[], $11::integer[], $12::bigint[])
     WHERE EXISTS (SELECT FROM replaced)
     ON CONFLICT (kind, key) DO UPDATE SET owner = excluded.owner, value = excluded.value, version = excluded.version,
       expires_at = excluded.expires_at
     WHERE kept.expires_at <= $6
   )
   SELECT 1 FROM replaced`,
);
const take = statement(
  'take',
  `DELETE FROM partner_auth_entries WHERE kind = $1 AND key = $2 AND expires_at > $3 RETURNING ${columns}`,
);
const list = statement(
  'list',
  `SELECT ${columns} FROM partner_auth_entries WHERE kind = $1 AND expires_at > $2 ORDER BY key`,
);
const listOwn = statement(
  'list_own',
  `SELECT ${columns} FROM partner_auth_entries WHERE kind = $1 AND expires_at > $2 AND owner = $3 ORDER BY key`,
);
const clear = statement('clear', 'DELETE FROM partner_auth_entries');

interface EntryRow {
  readonly kind: Buffer;
  readonly key: Buffer;
  readonly owner: Buffer;
  readonly value: string;
  readonly version: number;
  readonly expires_at: string;
}

/** What was decided is what RETURNING returned. */
export function postgresEntries(connection: PostgresConnection): EntryStore {
  const rows = (of: Statement, values: readonly SqlValue[]) => connection.rows<EntryRow>(of, values);
  const entry = async (of: Statement, values: readonly SqlValue[]) => (await rows(of, values)).map(entryOf)[0];
  return {
    add: async (entry, now) => (await rows(add, [...rowOf(entry), now.getTime()])).length === 1,
    find: (kind, key, now) => entry(find, [bytes(kind), bytes(key), now.getTime()]),
    replace: async ({ kind, key, value, version, expiresAt }, now, added = []) => {
      const values = [bytes(kind), bytes(key), value, version, expiresAt?.getTime() ?? null, now.getTime()];
      const changed = added.length > 0 ? rows(replaceAndAdd, [...values, ...columnsOf(added)]) : rows(replace, values);
      return (await changed).length === 1;
    },
    take: (kind, key, now) => entry(take, [bytes(kind), bytes(key), now.getTime()]),
    list: async (kind, owner, now) => {
      const values = [bytes(kind), now.getTime()];
      return (await (owner === undefined ? rows(list, values) : rows(listOwn, [...values, bytes(owner)]))).map(entryOf);
    },
    clear: async () => void (await rows(clear, [])),
    purge: purgeOf(connection, { name: 'purge_entries', table: 'partner_auth_entries', key: ['kind', 'key'] }),
  };
}

const bytes = (text: string): Buffer => Buffer.from(text);

const rowOf = ({ kind, key, owner, value, version, expiresAt }: StoredEntry): readonly SqlValue[] => [
  bytes(kind),
  bytes(key),
  bytes(owner),
  value,
  version,
  expiresAt.getTime(),
];

const columnsOf = (entries: readonly StoredEntry[]): readonly SqlValue[] => [
  entries.map(({ kind }) => bytes(kind)),
  entries.map(({ key }) => bytes(key)),
  entries.map(({ owner }) => bytes(owner)),
  entries.map(({ value }) => value),
  entries.map(({ version }) => version),
  entries.map(({ expiresAt }) => expiresAt.getTime()),
];

const entryOf = ({ kind, key, owner, value, version, expires_at }: EntryRow): StoredEntry => ({
  kind: kind.toString(),
  key: key.toString(),
  owner: owner.toString(),
  value,
  version,
  expiresAt: new Date(Number(expires_at)),
});
