import { type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { type Algorithm, algorithms, keyInput } from './algorithms.ts';
import { encodeSegment } from './compact.ts';

/** Signs bytes: a key at hand, or one that never leaves its holder. */
export type SignBytes = (signingInput: Uint8Array) => Promise<Uint8Array>;

const onThreadPool = promisify(sign);

export function signBytesWith(algorithm: Algorithm, privateKey: KeyObject): SignBytes {
  const { digest } = algorithms[algorithm];
  const key = keyInput(algorithm, privateKey);
  return (signingInput) => onThreadPool(digest, signingInput, key);
}

/** A compact JWS (RFC 7515 section 3.1) with exactly this header, whose `alg` is what `signBytes` does. */
export async function signCompact(header: object, claims: object, signBytes: SignBytes): Promise<string> {
  const signingInput = `${encodeSegment(header)}.${encodeSegment(claims)}`;
  const signature = await signBytes(Buffer.from(signingInput, 'latin1'));
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`;
}
