import { sha256 } from '../../../base/bytes.ts';
import type { JsonObject } from '../../../base/json.ts';
import { systemRandom } from '../../../base/random.ts';
import { boundToEntry, type KeySource, openText, sealText } from '../cipher.ts';
import type { TokenStore } from '../store.ts';
import type { PostgresPool } from './driver.ts';
import { made, sent } from './failures.ts';
import { locksIn } from './locks.ts';
import { provenKeyIn } from './proven-key.ts';
import { indexedCharacters, statementsFor } from './statements.ts';

/**
 * Tokens in PostgreSQL, for a fleet of processes on many machines: sealed as in the file store, renewed by one process at
 * a time. The driver and its connections are the caller's. The rows' keys stand in clear, user names among them. What is
 * deleted is gone for every reader at once; from the database's own files, its log and its backups it goes, sealed as it
 * is, when PostgreSQL overwrites them.
 */

export type { PostgresClient, PostgresPool, PostgresRows } from './driver.ts';

export interface PostgresStoreOptions {
  /**
   * `new Pool(…)` of `pg`, of two connections or more. It stays the caller's: to set its time-outs, to hear its `error`
   * events, to end.
   */
  readonly pool: PostgresPool;
  /** The same for every process. */
  readonly key: KeySource;
  /** Default `partner_auth_tokens`; a schema may stand before it. Three more tables have its name and a suffix. */
  readonly table?: string | undefined;
  /** Sentences for a person. Default: nothing. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

export interface PostgresTokenStore extends TokenStore {
  /** Creates what is missing of the tables. Any number of processes may call it at once. */
  prepare(): Promise<void>;
}

const defaultTable = 'partner_auth_tokens';

/** The tables' definition, for migrations of one's own. Throws `AuthError`: `invalid_parameters`. */
export const postgresStoreSql = (table = defaultTable): string => statementsFor(table).schema;

/**
 * A token store in PostgreSQL.
 *
 * Throws `AuthError`: `invalid_parameters` (the table's name), `configuration` (a pool of one connection); its methods
 * throw `store_unavailable`, `store_key` (another key than the tables were begun with) and `configuration` (no tables).
 *
 * ```ts
 * const store = postgresStore({ pool: new Pool({ connectionString }), key: { kind: 'file', path: '/run/secrets/token-key' } });
 * await store.prepare();
 * const client = new PartnerClient({ applicationId, credential, tenant, store });
 * ```
 */
export function postgresStore(options: PostgresStoreOptions): PostgresTokenStore {
  const { pool, table = defaultTable, onWarning: warn = () => {} } = options;
  const statements = statementsFor(table);
  const query = async (text: string, values: unknown[]) => (await sent(() => pool.query(text, values))).rows;
  const keyOfStore = provenKeyIn({ query, statements, source: options.key, warn });
  return {
    prepare: async () => void (await made(() => pool.query(statements.schema))),

    get: async (name) => {
      const key = await keyOfStore();
      const digest = sha256(name);
      const [row] = await query(statements.get, [digest]);
      if (!row) return undefined;
      const text = openText(key, boundToEntry(name), row.value as Uint8Array);
      if (text !== undefined) return { value: JSON.parse(text) as JsonObject, version: String(row.version) };
      await query(statements.setAside, [digest, row.version]);
      warn('A stored token is damaged; it was set aside, and a new one is obtained.');
      return undefined;
    },

    put: async (name, value, expected) => {
      const sealed = sealText(await keyOfStore(), boundToEntry(name), JSON.stringify(value));
      const [digest, version] = [sha256(name), systemRandom.guid()];
      const rows =
        typeof expected === 'string'
          ? await query(statements.putOver, [digest, sealed, version, expected])
          : await query(expected === null ? statements.putNew : statements.put, [digest, name, sealed, version]);
      return rows.length === 1;
    },

    delete: async (name) => void (await query(statements.remove, [sha256(name)])),

    keys: async (prefix) => {
      const first = [...prefix].slice(0, indexedCharacters).join('');
      const last = first + '\u{10ffff}'.repeat(indexedCharacters);
      return (await query(statements.keys, [first, last, prefix])).map(({ key }) => String(key)).sort();
    },

    tryLock: locksIn(pool, statements),
  };
}
