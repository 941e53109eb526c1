import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { type Algorithm, algorithms } from './algorithms.ts';
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

/** Signs claims; the header is `alg`, `typ` JWT, `kid` and what the caller adds. */
export interface Signer {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly deterministic: boolean;
  sign(claims: object, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/**
 * Signs on the thread pool with the parsed key: an RSA signature takes about a millisecond, which the event loop must
 * not wait for.
 */
export function signerOf({ kid, algorithm, privateKey }: SigningKey): Signer {
  const { digest, parameters, deterministic } = algorithms[algorithm];
  const key = { key: privateKey, ...parameters };
  const plainHeader = { alg: algorithm, typ: 'JWT', kid };
  const plainSegment = encodeSegment(plainHeader);
  return {
    kid,
    algorithm,
    deterministic,
    sign: (claims, header) =>
      new Promise((resolve, reject) => {
        const headerSegment = header ? encodeSegment({ ...plainHeader, ...header }) : plainSegment;
        const signingInput = `${headerSegment}.${encodeSegment(claims)}`;
        sign(digest, Buffer.from(signingInput, 'latin1'), key, (error, signature) => {
          if (error) reject(error);
          else resolve(`${signingInput}.${signature.toString('base64url')}`);
        });
      }),
  };
}
