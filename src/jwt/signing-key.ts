import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
} from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { turnEnds } from '../base/turn.ts';
import { type Algorithm, algorithms, keyInput } from './algorithms.ts';
import { encodeSegment } from './compact.ts';

/** A key pair that signs. `kid` is the RFC 7638 thumbprint unless a certificate gives it another. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  /** X.509 certificate of the key, DER in base64, where the key set is to publish one. */
  readonly certificate?: string;
}

/** A public key as a key set publishes it. */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly kid: string };

const generate = promisify(generateKeyPair);

/** A new pair: RSA 2048 (the size Entra uses; signing cost is all of the exchange's) or P-256. */
export async function generatePrivateKey(algorithm: Algorithm): Promise<KeyObject> {
  const { privateKey } =
    algorithms[algorithm].keyType === 'rsa'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: 'P-256' });
  return privateKey;
}

/** Of a key or its public half. */
export const publicJwkOf = (key: KeyObject): JsonWebKey =>
  (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'jwk' });

export const thumbprintOf = (key: KeyObject): Promise<string> =>
  calculateJwkThumbprint(publicJwkOf(key) as Parameters<typeof calculateJwkThumbprint>[0], 'sha256');

export const privateKeyFromPem = (pem: string): KeyObject => createPrivateKey(pem);

/** Signs claims, or their JSON text as it is; the header is `alg`, `typ` JWT, `kid` and what the caller adds. */
export interface Signer {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly deterministic: boolean;
  sign(claims: object | string, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Rejects where the last signature failed and one more does too. A key at hand has none: it does not fail. */
  readonly check?: () => Promise<void>;
}

/**
 * Signs with the parsed key. An RSA signature takes up to a millisecond, which the event loop must not wait for: with
 * several cores it is made on the thread pool. With one core the pool only adds switches between threads: all signatures of
 * a turn are made at its end instead, so that they take the processor's caches from the rest of it once, not each time.
 */
export function signerOf({ kid, algorithm, privateKey }: SigningKey, cores: number = availableParallelism()): Signer {
  const { digest, deterministic } = algorithms[algorithm];
  const key = keyInput(algorithm, privateKey);
  const plainHeader = { alg: algorithm, typ: 'JWT', kid };
  const plainSegment = encodeSegment(plainHeader);
  const signature = cores > 1 ? onThreadPool : atEndOfTurn();
  return {
    kid,
    algorithm,
    deterministic,
    async sign(claims, header) {
      const headerSegment = header ? encodeSegment({ ...plainHeader, ...header }) : plainSegment;
      const signingInput = `${headerSegment}.${encodeSegment(claims)}`;
      const bytes = await signature(digest, Buffer.from(signingInput, 'latin1'), key);
      return `${signingInput}.${bytes.toString('base64url')}`;
    },
  };
}

type SigningInput = KeyObject | SignKeyObjectInput;

const onThreadPool = promisify<string, Buffer, SigningInput, Buffer>(sign);

function atEndOfTurn() {
  const endOfTurn = turnEnds();
  return async (digest: string, bytes: Buffer, key: SigningInput): Promise<Buffer> => {
    await endOfTurn();
    return sign(digest, bytes, key);
  };
}
