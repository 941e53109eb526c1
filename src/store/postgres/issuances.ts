import type { Issuance, IssuanceStore } from '../../domain/ports.ts';
import { within } from '../in-time.ts';
import { issuanceRow } from '../rows.ts';
import { type BatchLimits, inBatches } from './batches.ts';
import type { PostgresConnection, Statement } from './connection.ts';
import { purgeOf } from './purge.ts';

const columns = 'key, api, key_id, claims, sealed_token, token_digest, expires_at';
const columnCount = 7;

/** Each size of batch is a prepared statement on each connection: as many as this. Past 32 a claim costs hardly less. */
const limits: BatchLimits = { largest: 32, most: 4, holdMilliseconds: 20, waitMilliseconds: 1000 };

/** In the line, for the claim and for the record that was there. */
const claimMilliseconds = 4000;

/** A record that is there is not touched: whoever comes second neither locks it nor waits for the disk. */
const claimStatements: readonly Statement[] = Array.from({ length: limits.largest + 1 }, (_, size) => ({
  name: `claim_${size}`,
  text: `INSERT INTO partner_auth_issuances (${columns}) VALUES ${rowsOfPlaces(size)}
    ON CONFLICT (key) DO NOTHING RETURNING key`,
}));

const find: Statement = {
  name: 'find_claims',
  text: `SELECT ${columns} FROM partner_auth_issuances WHERE key = ANY($1::bytea[])`,
};

const takeOver: Statement = {
  name: 'take_over_claim',
  text: `UPDATE partner_auth_issuances SET api = $2, key_id = $3, claims = $4, sealed_token = $5, token_digest = $6,
      expires_at = $7
    WHERE key = $1 AND expires_at <= $8 RETURNING 1`,
};

interface KeptRow {
  readonly key: Buffer;
  readonly api: string;
  readonly key_id: string;
  readonly claims: string;
  readonly sealed_token: Buffer | null;
  readonly token_digest: Buffer;
  readonly expires_at: string;
}

/** First, or the record that was in the way; neither when that has gone since. */
interface Claimed {
  readonly first: boolean;
  readonly kept?: KeptRow | undefined;
}

/**
 * A claim is one statement for the first of a key, and a second one for whoever is later, both shared with the claims of
 * the same moment. A claim whose answer was lost may have counted: claimed again it is not first, and gets its own record.
 */
export function postgresIssuances(connection: PostgresConnection): IssuanceStore {
  const claimed = inBatches(limits, (candidates: readonly Issuance[]) => claimAll(connection, candidates));
  const claim: IssuanceStore['claim'] = async (candidate, now) => {
    for (;;) {
      const { first, kept } = await claimed(candidate);
      if (first) return { first, issuance: candidate };
      if (!kept) continue;
      if (Number(kept.expires_at) > now.getTime()) return { first, issuance: issuanceOf(candidate.key, kept) };
      const taken = await connection.rows(takeOver, [...issuanceRow(candidate), now.getTime()]);
      if (taken.length > 0) return { first: true, issuance: candidate };
    }
  };
  return {
    claim: (candidate, now) => within(claimMilliseconds, () => claim(candidate, now)),
    purge: purgeOf(connection, { name: 'purge_claims', table: 'partner_auth_issuances', key: ['key'] }),
  };
}

/** In the order of the keys: were two nodes' batches in different orders, each could wait for a key of the other. */
async function claimAll({ rows }: PostgresConnection, candidates: readonly Issuance[]): Promise<readonly Claimed[]> {
  const statement = claimStatements[candidates.length] as Statement;
  const inOrder = candidates.toSorted((one, other) => Buffer.compare(one.key, other.key));
  const inserted = new Set((await rows<Pick<KeptRow, 'key'>>(statement, inOrder.flatMap(issuanceRow))).map(textOf));
  // Of several with one key in the batch the first is in the table: the sort kept their order.
  const firsts = candidates.map((candidate) => inserted.delete(textOf(candidate)));
  const later = candidates.filter((_, index) => !firsts[index]).map(({ key }) => key);
  const found = later.length > 0 ? await rows<KeptRow>(find, [later]) : [];
  const kept = new Map(found.map((row) => [textOf(row), row]));
  return candidates.map((candidate, index) => ({ first: firsts[index] === true, kept: kept.get(textOf(candidate)) }));
}

const textOf = ({ key }: { readonly key: Uint8Array }): string =>
  Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');

function rowsOfPlaces(size: number): string {
  const row = (first: number) =>
    `(${Array.from({ length: columnCount }, (_, index) => `$${first + index}`).join(', ')})`;
  return Array.from({ length: size }, (_, index) => row(1 + index * columnCount)).join(', ');
}

const issuanceOf = (key: Uint8Array, row: KeptRow): Issuance => ({
  key,
  api: row.api,
  keyId: row.key_id,
  claims: row.claims,
  sealedToken: row.sealed_token ? new Uint8Array(row.sealed_token) : undefined,
  tokenDigest: new Uint8Array(row.token_digest),
  expiresAt: new Date(Number(row.expires_at)),
});
