import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { PartnerAuthError } from '../base/error.ts';
import { inTurn } from '../base/in-turn.ts';
import type { Random } from '../base/random.ts';
import { open, type SealingKey, seal } from '../base/seal.ts';
import { keyCreatedAt, keyStanding } from '../domain/key-rotation.ts';
import type { SigningKeyStore, StoredSigningKey } from '../domain/signing-keys.ts';
import {
  type Algorithm,
  generatePrivateKey,
  isAlgorithm,
  type PublicJwk,
  publicJwkOf,
  type RingKey,
  type SigningKey,
  signerOf,
  type TurningKeyRing,
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
export async function openKeyRing(options: RingOptions): Promise<TurningKeyRing> {
  const { store, ring, algorithm, clock } = options;
  let stored = await store.list(ring);
  if (!stored.some((key) => key.algorithm === algorithm)) {
    await store.addFirst(await newStoredKey(options, clock.now()));
    stored = await store.list(ring);
  }
  let keys = openedKeys(options, stored);
  const turn = inTurn();
  return {
    current: () => keys.current,
    find: (kid) => keys.find(kid),
    published: () => keys.published(clock.now()),
    list: () => stored.map((key) => ringKeyOf(key, stored, options)),
    rotate: () =>
      turn(async () => {
        const known = await store.list(ring);
        await store.add(await newStoredKey(options, keyCreatedAt(known, clock.now())));
        stored = await store.list(ring);
        keys = openedKeys(options, stored);
        return keys.current;
      }),
  };
}

function openedKeys(options: RingOptions, stored: readonly StoredSigningKey[]) {
  const { ring, algorithm } = options;
  const opened = stored.map((key) => ({ stored: key, key: unsealed(options, key) }));
  const signers = new Map(opened.map(({ key }) => [key.kid, signerOf(key)]));
  const current = signers.get(opened.findLast(({ key }) => key.algorithm === algorithm)?.key.kid ?? '');
  if (!current) throw new Error(`The ring ${ring} holds no key for ${algorithm}.`);
  const standings = (now: Date) => opened.map((one) => keyStanding(one.stored, stored, algorithm, now).standing);
  let known = '';
  let publications: readonly PublicJwk[] = [];
  return {
    current,
    find: (kid: string) => signers.get(kid),
    published: (now: Date): readonly PublicJwk[] => {
      const standing = standings(now);
      if (known !== standing.join()) {
        known = standing.join();
        publications = opened.filter((_, index) => standing[index] !== 'retired').map(({ key }) => publicationOf(key));
      }
      return publications;
    },
  };
}

const ringKeyOf = (
  key: StoredSigningKey,
  stored: readonly StoredSigningKey[],
  { algorithm, clock }: RingOptions,
): RingKey => ({
  kid: key.kid,
  algorithm: key.algorithm,
  createdAt: key.createdAt,
  ...keyStanding(key, stored, algorithm, clock.now()),
});

async function newStoredKey(options: RingOptions, createdAt: Date): Promise<StoredSigningKey> {
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
    createdAt,
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
