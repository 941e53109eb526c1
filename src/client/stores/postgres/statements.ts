import { AuthError } from '../../errors.ts';

/** The tables and every statement on them, for the table's name that was asked for. */

export type Statements = ReturnType<typeof statementsFor>;

/** As PostgreSQL reads it without quotes, so that `psql` finds it under the same name; 63 bytes with the longest suffix. */
const nameOfTable = /^(?:([a-z_][a-z0-9_]{0,62})\.)?([a-z_][a-z0-9_]{0,49})$/;

/** Leading characters of a key that an index holds; longer keys than an index can hold are told apart by the rest. */
export const indexedCharacters = 200;

export function statementsFor(table: string) {
  const [, schema, name] = nameOfTable.exec(table) ?? [];
  if (name === undefined) {
    throw new AuthError('invalid_parameters', `The table '${table}' is no name that PostgreSQL reads without quotes.`, {
      hint: 'Give letters a to z, digits and underscores, 50 at most, with a schema and a dot before it if you like.',
    });
  }
  const named = (suffix: string) => `${schema === undefined ? '' : `"${schema}".`}"${name}${suffix}"`;
  const [entries, meta, locks, setAside] = [named(''), named('_meta'), named('_locks'), named('_set_aside')];
  return {
    schema: `
CREATE TABLE IF NOT EXISTS ${meta} (name text PRIMARY KEY, value bytea NOT NULL);
CREATE TABLE IF NOT EXISTS ${entries} (
  digest bytea PRIMARY KEY,
  key text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  version text NOT NULL
);
CREATE INDEX IF NOT EXISTS "${name}_key" ON ${entries} (left(key, ${indexedCharacters}));
CREATE TABLE IF NOT EXISTS ${locks} (stripe integer PRIMARY KEY);
CREATE TABLE IF NOT EXISTS ${setAside} (
  digest bytea NOT NULL,
  value bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
`,
    meta: `SELECT name, value FROM ${meta}`,
    // Salt and check come and go together: the first node's, whole, are everybody's.
    begin: `INSERT INTO ${meta} (name, value) VALUES ('key', $1) ON CONFLICT (name) DO NOTHING RETURNING 1`,
    get: `SELECT value, version FROM ${entries} WHERE digest = $1`,
    put: `INSERT INTO ${entries} (digest, key, value, version) VALUES ($1, $2, $3, $4)
      ON CONFLICT (digest) DO UPDATE SET value = excluded.value, version = excluded.version RETURNING 1`,
    putNew: `INSERT INTO ${entries} (digest, key, value, version) VALUES ($1, $2, $3, $4)
      ON CONFLICT (digest) DO NOTHING RETURNING 1`,
    putOver: `UPDATE ${entries} SET value = $2, version = $3 WHERE digest = $1 AND version = $4 RETURNING 1`,
    remove: `WITH damaged AS (DELETE FROM ${setAside} WHERE digest = $1) DELETE FROM ${entries} WHERE digest = $1`,
    setAside: `WITH damaged AS (DELETE FROM ${entries} WHERE digest = $1 AND version = $2 RETURNING digest, value)
      INSERT INTO ${setAside} (digest, value) SELECT digest, value FROM damaged`,
    keys: `SELECT key FROM ${entries} WHERE left(key, ${indexedCharacters}) BETWEEN $1 AND $2 AND starts_with(key, $3)`,
    makeLock: `INSERT INTO ${locks} (stripe) VALUES ($1) ON CONFLICT (stripe) DO NOTHING`,
    takeLock: `SELECT 1 FROM ${locks} WHERE stripe = $1 FOR UPDATE SKIP LOCKED`,
  } as const;
}
