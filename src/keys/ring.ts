import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { PartnerAuthError } from '../base/error.ts';
import type { Random } from '../base/random.ts';
import { open, type SealingKey, seal } from '../base/seal.ts';
import type { SigningKeyStore, StoredSigningKey } from '../domain/signing-keys.ts';
import {
  type Algorithm,
  generatePrivateKey,
  isAlgorithm,
  type KeyRing,
  type PublicJwk,
  publicJwkOf,
  type SigningKey,
  signerOf,
  thumbprintOf,
} from '../jwt/index.ts';

export interface RingOptions {
  readonly ring: StoredSigningKey['ring'];
  readonly algorithm: Algorithm;
  readonly store: SigningKeyStore;
  readonly sealingKey: SealingKey;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes a certificate for a new key; the key is then published with `x5c` and named by its SHA-1 thumbprint, as Entra does. */
  readonly certify?: (privateKeyPem: string) => Promise<string>;
}

/** Opens a ring, making its first key when it has none. Two processes that both find it empty end with the same key. */
export async function openKeyRing(options: RingOptions): Promise<KeyRing> {
  let stored = await options.store.list(options.ring);
  if (!stored.some((key) => key.algorithm === options.algorithm)) {
    await options.store.addFirst(await newStoredKey(options));
    stored = await options.store.list(options.ring);
  }
  const keys = stored.map((key) => unsealed(options, key));
  const signers = new Map(keys.map((key) => [key.kid, signerOf(key)]));
  const published = keys.map(publicationOf);
  const current = keys.findLast((key) => key.algorithm === options.algorithm);
  const signer = current && signers.get(current.kid);
  if (!signer) throw new Error(`The ring ${options.ring} holds no key for ${options.algorithm}.`);
  return { current: () => signer, find: (kid) => signers.get(kid), published: () => published };
}

async function newStoredKey(options: RingOptions): Promise<StoredSigningKey> {
  const privateKey = await generatePrivateKey(options.algorithm);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificate = options.certify && new X509Certificate(await options.certify(pem));
  const kid = certificate ? sha1Thumbprint(certificate) : await thumbprintOf(privateKey);
  return {
    kid,
    ring: options.ring,
    algorithm: options.algorithm,
    sealedPrivateKey: seal(options.sealingKey, place(options.ring, kid), Buffer.from(pem), options.random),
    certificate: certificate?.raw.toString('base64'),
    createdAt: options.clock.now(),
  };
}

const place = (ring: string, kid: string): string => `signing key ${ring} ${kid}`;

/** Entra names its keys by the certificate's SHA-1 thumbprint; it is a name here, not a proof. */
const sha1Thumbprint = (certificate: X509Certificate): string =>
  createHash('sha1').update(certificate.raw).digest('base64url');

function unsealed({ sealingKey }: RingOptions, stored: StoredSigningKey): SigningKey {
  const pem = open(sealingKey, place(stored.ring, stored.kid), stored.sealedPrivateKey);
  if (!pem || !isAlgorithm(stored.algorithm)) {
    throw new PartnerAuthError(
      'configuration',
      `The signing key ${stored.kid} cannot be opened: its sealing key is another, or it was changed.`,
    );
  }
  const privateKey: KeyObject = createPrivateKey(pem);
  const certificate = stored.certificate === undefined ? {} : { certificate: stored.certificate };
  return { kid: stored.kid, algorithm: stored.algorithm, privateKey, ...certificate };
}

function publicationOf({ kid, algorithm, privateKey, certificate }: SigningKey): PublicJwk {
  const jwk = { ...publicJwkOf(privateKey), use: 'sig', kid, alg: algorithm };
  return certificate === undefined ? jwk : { ...jwk, x5t: kid, x5c: [certificate] };
}
