import type { SigningKeyStore, StoredSigningKey } from '../../domain/ports.ts';
import { signingKeyRow } from '../rows.ts';
import type { PostgresConnection, Statement } from './connection.ts';

const columns = 'kid, ring, algorithm, sealed_private_key, certificate, created_at';

const list: Statement = {
  name: 'list_keys',
  text: `SELECT ${columns} FROM partner_auth_signing_keys WHERE ring = $1 ORDER BY created_at, kid`,
};
/** Two that both see none insert both; the unique index over the first of each algorithm keeps one. */
const addFirst: Statement = {
  name: 'add_first_key',
  text: `INSERT INTO partner_auth_signing_keys (${columns}, is_first)
    SELECT $1::text, $2::text, $3::text, $4::bytea, $5::text, $6::bigint, true
    WHERE NOT EXISTS (SELECT 1 FROM partner_auth_signing_keys WHERE ring = $2 AND algorithm = $3)
    ON CONFLICT DO NOTHING`,
};
const add: Statement = {
  name: 'add_key',
  text: `INSERT INTO partner_auth_signing_keys (${columns}, is_first) VALUES ($1, $2, $3, $4, $5, $6, false)`,
};
const remove: Statement = {
  name: 'remove_key',
  text: 'DELETE FROM partner_auth_signing_keys WHERE ring = $1 AND kid = $2 RETURNING 1',
};

interface KeyRow {
  readonly kid: string;
  readonly ring: StoredSigningKey['ring'];
  readonly algorithm: string;
  readonly sealed_private_key: Buffer;
  readonly certificate: string | null;
  readonly created_at: string;
}

export const postgresSigningKeys = ({ rows }: PostgresConnection): SigningKeyStore => ({
  list: async (ring) => (await rows<KeyRow>(list, [ring])).map(keyOf),
  addFirst: async (key) => void (await rows(addFirst, signingKeyRow(key))),
  add: async (key) => void (await rows(add, signingKeyRow(key))),
  remove: async (ring, kid) => (await rows(remove, [ring, kid])).length === 1,
});

const keyOf = (row: KeyRow): StoredSigningKey => ({
  kid: row.kid,
  ring: row.ring,
  algorithm: row.algorithm,
  sealedPrivateKey: new Uint8Array(row.sealed_private_key),
  certificate: row.certificate ?? undefined,
  createdAt: new Date(Number(row.created_at)),
});
