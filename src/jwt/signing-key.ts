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
import { type Awaitable, isPromise } from '../base/awaitable.ts';
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

export const publicJwkOf = (privateKey: KeyObject): JsonWebKey => createPublicKey(privateKey).export({ format: 'jwk' });

export const thumbprintOf = (privateKey: KeyObject): Promise<string> =>
  calculateJwkThumbprint(publicJwkOf(privateKey) as Parameters<typeof calculateJwkThumbprint>[0], 'sha256');

export const privateKeyFromPem = (pem: string): KeyObject => createPrivateKey(pem);

/** Signs claims, or their JSON text as it is; the header is `alg`, `typ` JWT, `kid` and what the caller adds. */
export interface Signer {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly deterministic: boolean;
  sign(claims: object | string, header?: Readonly<Record<string, unknown>>): Awaitable<string>;
}

/**
 * Signs with the parsed key. An RSA signature takes up to a millisecond, which the event loop must not wait for: with
 * several cores it is made on the thread pool. With one core the pool only adds switches between threads, and is not used.
 */
export function signerOf({ kid, algorithm, privateKey }: SigningKey, cores: number = availableParallelism()): Signer {
  const { digest, deterministic } = algorithms[algorithm];
  const key = keyInput(algorithm, privateKey);
  const plainHeader = { alg: algorithm, typ: 'JWT', kid };
  const plainSegment = encodeSegment(plainHeader);
  const signature: (digest: string, bytes: Buffer, key: SigningInput) => Awaitable<Buffer> =
    cores > 1 ? onThreadPool : inPlace;
  return {
    kid,
    algorithm,
    deterministic,
    sign(claims, header) {
      const headerSegment = header ? encodeSegment({ ...plainHeader, ...header }) : plainSegment;
      const signingInput = `${headerSegment}.${encodeSegment(claims)}`;
      const signed = signature(digest, Buffer.from(signingInput, 'latin1'), key);
      const token = (bytes: Buffer) => `${signingInput}.${bytes.toString('base64url')}`;
      return isPromise(signed) ? signed.then(token) : token(signed);
    },
  };
}

type SigningInput = KeyObject | SignKeyObjectInput;

const onThreadPool = promisify<string, Buffer, SigningInput, Buffer>(sign);
const inPlace = (digest: string, bytes: Buffer, key: SigningInput): Buffer => sign(digest, bytes, key);
