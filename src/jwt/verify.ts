import { type KeyObject, verify } from 'node:crypto';
import { type Algorithm, algorithms, fits, keyInput } from './algorithms.ts';
import type { OpaqueJws } from './compact.ts';
import type { VerificationKey } from './verification-keys.ts';

/**
 * Whether the signature is this key's, with an algorithm that the header names and the issuer's record and the key's own
 * `alg` allow: the token alone never chooses. Any `crit` is refused: no extension is known here (RFC 7515 section
 * 4.1.11), so a payload is never unencoded (RFC 7797).
 */
export function verifySignature(
  jws: OpaqueJws,
  verificationKey: VerificationKey,
  allowed: readonly Algorithm[],
): boolean {
  const { key } = verificationKey;
  const algorithm = allowed.find((name) => name === jws.header.alg);
  if (algorithm === undefined || !fits(algorithm, key)) return false;
  if (verificationKey.algorithm !== undefined && verificationKey.algorithm !== algorithm) return false;
  if (Object.hasOwn(jws.header, 'crit') || Object.hasOwn(jws.header, 'b64')) return false;
  return isSignature(algorithm, key, jws);
}

/** Whether the signature is this key's over these bytes; the key is of the algorithm's kind. */
export function isSignature(
  algorithm: Algorithm,
  key: KeyObject,
  { signingInput, signature }: { readonly signingInput: Uint8Array; readonly signature: Uint8Array },
): boolean {
  const { digest, signatureBytes } = algorithms[algorithm];
  if (signatureBytes !== undefined && signature.length !== signatureBytes) return false;
  return verify(digest, signingInput, keyInput(algorithm, key), signature);
}
