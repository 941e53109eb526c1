import type { Issuance } from '../../src/domain/ports.ts';

export const now = new Date('2026-11-21T09:00:00Z');

/** A record of an hour from `now`; its key and its token go by the number. */
export function issuance(number: number, changes: Partial<Issuance> = {}): Issuance {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, number);
  return {
    key,
    api: 'v3',
    keyId: 'kid',
    claims: `{"jti":"${number}"}`,
    sealedToken: undefined,
    tokenDigest: new Uint8Array(32),
    expiresAt: new Date(now.getTime() + 3_600_000),
    ...changes,
  };
}
