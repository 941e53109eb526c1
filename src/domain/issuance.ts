import { sha256 } from '../base/bytes.ts';
import { canonicalGuid } from '../base/guid.ts';

/** Who asks, as far as idempotency is concerned: two callers never share a request id. */
export interface Caller {
  readonly issuer: string;
  readonly tenantId: string;
  readonly applicationId: string;
  readonly subject: string;
}

/**
 * What is kept of an issued token, so that a repeat of the request gets the same one. It holds no token: the claims and
 * the key re-create it bit by bit where the algorithm is deterministic; else the token is kept sealed.
 */
export interface Issuance {
  /** 32 bytes: see `issuanceKey`. */
  readonly key: Uint8Array;
  /** Which of the two APIs was called; a repeat on the other one is a mistake. */
  readonly api: string;
  readonly keyId: string;
  /** The claims as JSON text: the bytes that were signed. */
  readonly claims: string;
  readonly sealedToken: Uint8Array | undefined;
  /** 32 bytes: see `tokenDigest`. */
  readonly tokenDigest: Uint8Array;
  readonly expiresAt: Date;
}

/**
 * What proves that a re-created token is the one that was issued for the key: SHA-256 over the key and the token's
 * signature, which covers the rest. Whoever can write to the store can change claims or move a record to another key, but
 * cannot know the digest of a signature that was never made.
 */
export const tokenDigest = (key: Uint8Array, token: string): Buffer =>
  sha256(Buffer.concat([key, Buffer.from(token.slice(token.lastIndexOf('.')), 'latin1')]));

/**
 * The port to the record of issuances. `claim` is atomic and durable before it resolves: of all claims of one key whose
 * record has not expired, on any node, one is first; every other gets the first one's record.
 */
export interface IssuanceStore {
  claim(candidate: Issuance, now: Date): Promise<{ readonly first: boolean; readonly issuance: Issuance }>;
  /** Deletes at most `limit` expired records and says how many went. */
  purge(now: Date, limit: number): Promise<number>;
}

/**
 * The key of a caller's request: SHA-256 over a typed list of parts, so that no part runs into the next and no other
 * kind of single-use entry can be mistaken for one. A GUID counts the same in every spelling.
 */
export const issuanceKey = (caller: Caller, requestId: string): Buffer =>
  sha256(
    JSON.stringify([
      'issuance',
      caller.issuer,
      caller.tenantId,
      caller.applicationId,
      caller.subject,
      canonicalGuid(requestId),
    ]),
  );
