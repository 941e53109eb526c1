import type { Issuance, StoredSigningKey } from '../domain/ports.ts';

/** Records as the columns of a database, in the order both schemas have them; instants in milliseconds since 1970. */
export type Column = string | number | Uint8Array | null;

export const issuanceRow = (issuance: Issuance): readonly Column[] => [
  issuance.key,
  issuance.api,
  issuance.keyId,
  issuance.claims,
  issuance.sealedToken ?? null,
  issuance.tokenDigest,
  issuance.expiresAt.getTime(),
];

export const signingKeyRow = (key: StoredSigningKey): readonly Column[] => [
  key.kid,
  key.ring,
  key.algorithm,
  key.sealedPrivateKey,
  key.certificate ?? null,
  key.createdAt.getTime(),
];
