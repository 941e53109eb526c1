import type { Issuance, IssuanceStore } from '../../domain/ports.ts';
import { issuanceRow } from '../rows.ts';
import type { SqliteConnection } from './connection.ts';
import type { SqlRow } from './operations.ts';

export const sqliteIssuances = ({ call }: SqliteConnection): IssuanceStore => ({
  async claim(candidate, now) {
    const kept = await call('claimIssuance', issuanceRow(candidate), now.getTime());
    return kept ? { first: false, issuance: issuanceOf(candidate.key, kept) } : { first: true, issuance: candidate };
  },
  purge: (now, limit) => call('purgeIssuances', now.getTime(), limit),
});

type KeptRow = readonly [string, string, string, Uint8Array | null, Uint8Array, number];

function issuanceOf(key: Uint8Array, row: SqlRow): Issuance {
  const [api, keyId, claims, sealedToken, tokenDigest, expiresAt] = row as KeptRow;
  return {
    key,
    api,
    keyId,
    claims,
    sealedToken: sealedToken ?? undefined,
    tokenDigest,
    expiresAt: new Date(expiresAt),
  };
}
