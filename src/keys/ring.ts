import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { PartnerAuthError } from '../base/error.ts';
import { inTurn } from '../base/in-turn.ts';
import type { Random } from '../base/random.ts';
import { open, type SealingKey, seal } from '../base/seal.ts';
import { type KeyRules, keyCreatedAt, keyStanding, signingKey } from '../domain/key-rotation.ts';
import type { SigningKeyStore, StoredSigningKey } from '../domain/signing-keys.ts';
import {
  type Algorithm,
  generatePrivateKey,
  isAlgorithm,
  type PublicJwk,
  publicJwkOf,
  type RingKey,
  type Signer,
  signerOf,
  type TurningKeyRing,
  thumbprintOf,
} from '../jwt/index.ts';
import {
  type ExternalKey,
  type ExternalSigner,
  externalPublicKey,
  externalSignerOf,
  inTime,
} from './external-signer.ts';

export interface RingOptions {
  readonly ring: StoredSigningKey['ring'];
  readonly algorithm: Algorithm;
  /** Seconds a new key is published before it signs; default 0. */
  readonly leadSeconds?: number;
  readonly store: SigningKeyStore;
  readonly sealingKey: SealingKey;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes a certificate for a new key; the key is then published with `x5c` and named by its SHA-1 thumbprint, as Entra does. */
  readonly certify?: (privateKeyPem: string) => Promise<string>;
  /** Has the private keys: the ring takes its keys from there instead of making them. */
  readonly externalSigner?: ExternalSigner | undefined;
}

/** Opens a ring, making its first key when it has none. Two processes that both find it empty end with the same key. */
export async function openKeyRing(options: RingOptions): Promise<TurningKeyRing> {
  const { store, ring, clock } = options;
  let stored = await storedKeys(options);
  let keys = openedKeys(options, stored);
  const turn = inTurn();
  const reload = async () => {
    const known = stored.map(({ kid }) => kid).join();
    const now = await storedKeys(options);
    if (now.map(({ kid }) => kid).join() === known) return;
    keys = openedKeys(options, now);
    stored = now;
  };
  const add = async (unwanted?: string) => {
    const there = await store.list(ring);
    const kids = new Set([...there.map(({ kid }) => kid), ...(unwanted === undefined ? [] : [unwanted])]);
    const key = await newStoredKey(options, keyCreatedAt(there, clock.now()), kids);
    await store.add(key);
    await reload();
    return key.kid;
  };
  return {
    current: () => keys.current(clock.now()),
    find: (kid) => keys.find(kid),
    published: () => keys.published(clock.now()),
    list: () => stored.map((key) => ringKeyOf(key, stored, options)),
    rotate: () =>
      turn(async () => {
        const kid = await add();
        return keys.find(kid) ?? keys.current(clock.now());
      }),
    refresh: () => turn(reload),
    remove: (kid) =>
      turn(async () => {
        await reload();
        const removed = stored.find((key) => key.kid === kid);
        const others = stored.filter((key) => key !== removed && key.algorithm === options.algorithm);
        // Before it goes: whatever fails in between, there is a key that signs. What an older one signs until the
        // successor is known everywhere is no harm.
        if (removed && !others.some(({ createdAt }) => createdAt > removed.createdAt)) await add(kid);
        if (!(await store.remove(ring, kid))) return false;
        await reload();
        return true;
      }),
  };
}

/** The keys of a ring, of which one at least can sign. */
async function storedKeys(options: RingOptions): Promise<readonly StoredSigningKey[]> {
  const { store, ring, algorithm, clock } = options;
  const stored = await store.list(ring);
  if (stored.some((key) => key.algorithm === algorithm)) return stored;
  const kids = new Set(stored.map(({ kid }) => kid));
  await store.addFirst(await newStoredKey(options, keyCreatedAt(stored, clock.now()), kids));
  return store.list(ring);
}

const rulesOf = ({ algorithm, leadSeconds = 0 }: RingOptions): KeyRules => ({ algorithm, leadSeconds });

function openedKeys(options: RingOptions, stored: readonly StoredSigningKey[]) {
  const rules = rulesOf(options);
  const opened = stored.map((key) => unsealed(options, key));
  const signers = new Map(opened.map(({ signer }) => [signer.kid, signer]));
  const signerAt = (now: Date) => signers.get(signingKey(stored, rules, now)?.kid ?? '');
  if (!signerAt(options.clock.now())) throw new Error(`The ring ${options.ring} holds no key for ${rules.algorithm}.`);
  let known = '';
  let publications: readonly PublicJwk[] = [];
  return {
    // There is one at every time, since there is one now.
    current: (now: Date) => signerAt(now) as Signer,
    find: (kid: string) => signers.get(kid),
    published: (now: Date): readonly PublicJwk[] => {
      const standing = stored.map((key) => keyStanding(key, stored, rules, now).standing);
      if (known !== standing.join()) {
        known = standing.join();
        publications = opened.filter((_, index) => standing[index] !== 'retired').map(({ publication }) => publication);
      }
      return publications;
    },
  };
}

const ringKeyOf = (key: StoredSigningKey, stored: readonly StoredSigningKey[], options: RingOptions): RingKey => ({
  kid: key.kid,
  algorithm: key.algorithm,
  createdAt: key.createdAt,
  ...keyStanding(key, stored, rulesOf(options), options.clock.now()),
});

/** `known`: the keys it may not be. */
function newStoredKey(options: RingOptions, createdAt: Date, known: ReadonlySet<string>): Promise<StoredSigningKey> {
  const { externalSigner } = options;
  return externalSigner ? takenKey(options, externalSigner, { createdAt, known }) : madeKey(options, createdAt);
}

async function madeKey(options: RingOptions, createdAt: Date): Promise<StoredSigningKey> {
  const privateKey = await generatePrivateKey(options.algorithm);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificate = options.certify && new X509Certificate(await options.certify(pem));
  const kid = certificate ? sha1Thumbprint(certificate) : await thumbprintOf(privateKey);
  return storedKey(options, { kid, certificate: certificate?.raw.toString('base64'), createdAt, secret: pem });
}

/** The youngest of the signer's keys that is not known yet. */
async function takenKey(
  options: RingOptions,
  signer: ExternalSigner,
  { createdAt, known }: { createdAt: Date; known: ReadonlySet<string> },
): Promise<StoredSigningKey> {
  for (const { name, publicKey } of (await inTime(() => signer.keys())).toReversed()) {
    const kid = await thumbprintOf(externalPublicKey({ name, publicKey }, options.algorithm));
    // Sealed for its place alone: nothing of it is secret, but nobody may put another in.
    const secret = JSON.stringify({ name, publicKey } satisfies ExternalKey);
    if (!known.has(kid)) return storedKey(options, { kid, certificate: undefined, createdAt, secret });
  }
  throw new PartnerAuthError(
    'configuration',
    `keys.signerModule has no other key for ${options.algorithm}. Make the next one where it keeps them, then turn to it.`,
  );
}

function storedKey(
  { ring, algorithm, sealingKey, random }: RingOptions,
  key: Pick<StoredSigningKey, 'kid' | 'certificate' | 'createdAt'> & { readonly secret: string },
): StoredSigningKey {
  const { kid, certificate, createdAt, secret } = key;
  const sealedPrivateKey = seal(sealingKey, place(ring, kid), Buffer.from(secret), random);
  return { kid, ring, algorithm, sealedPrivateKey, certificate, createdAt };
}

const place = (ring: string, kid: string): string => `signing key ${ring} ${kid}`;

/** Entra names its keys by the certificate's SHA-1 thumbprint; it is a name here, not a proof. */
const sha1Thumbprint = (certificate: X509Certificate): string =>
  createHash('sha1').update(certificate.raw).digest('base64url');

interface OpenedKey {
  readonly signer: Signer;
  readonly publication: PublicJwk;
}

function unsealed({ sealingKey, externalSigner }: RingOptions, stored: StoredSigningKey): OpenedKey {
  const { kid, algorithm, certificate } = stored;
  const secret = open(sealingKey, place(stored.ring, kid), stored.sealedPrivateKey)?.toString();
  if (secret === undefined || !isAlgorithm(algorithm)) {
    throw new PartnerAuthError(
      'configuration',
      `The signing key ${kid} cannot be opened: its sealing key is another, or it was changed.`,
    );
  }
  const named = { kid, algorithm, certificate };
  if (!secret.startsWith('{')) {
    const privateKey: KeyObject = createPrivateKey(secret);
    return { signer: signerOf({ kid, algorithm, privateKey }), publication: publicationOf(named, privateKey) };
  }
  if (!externalSigner) {
    throw new PartnerAuthError(
      'configuration',
      `The signing key ${kid} is an external signer’s: name keys.signerModule.`,
    );
  }
  const key: ExternalKey = JSON.parse(secret);
  const signer = externalSignerOf({ kid, algorithm, key, signer: externalSigner });
  return { signer, publication: publicationOf(named, externalPublicKey(key, algorithm)) };
}

function publicationOf(
  { kid, algorithm, certificate }: { kid: string; algorithm: Algorithm; certificate: string | undefined },
  key: KeyObject,
): PublicJwk {
  const jwk = { ...publicJwkOf(key), use: 'sig', kid, alg: algorithm };
  return certificate === undefined ? jwk : { ...jwk, x5t: kid, x5c: [certificate] };
}
