import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { PartnerAuthError } from '../base/error.ts';
import { type Algorithm, algorithms, encodeSegment, fits, isSignature, type Signer } from '../jwt/index.ts';

/** Signs with keys that never leave it: an HSM, a cloud's key vault. */
export interface ExternalSigner {
  /** The keys it may be asked to sign with, from the oldest to the youngest. */
  keys(): Promise<readonly ExternalKey[]>;
  /**
   * The signature over these bytes as JWS has it (RFC 7518 section 3): RS256 PKCS #1 v1.5, PS256 with a salt of 32 bytes,
   * ES256 r and s of 32 bytes each. Called at once for many; `signal` ends when nobody waits any more.
   */
  sign(name: string, signingInput: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

export interface ExternalKey {
  /** As the signer knows it. It is not published: `kid` is the key's thumbprint (RFC 7638). */
  readonly name: string;
  /** Without any private member. */
  readonly publicKey: JsonWebKey;
}

/** Seconds a signature may take: the caller of the service waits for it. */
const patienceSeconds = 3;
const leastRsaBits = 2048;

/** The public key; throws `PartnerAuthError` (`configuration`) where it is not one the algorithm can be verified with. */
export function externalPublicKey({ name, publicKey }: ExternalKey, algorithm: Algorithm): KeyObject {
  const wrong = (why: string) =>
    new PartnerAuthError('configuration', `keys.signerModule: the key ${JSON.stringify(name)} ${why}.`);
  if (typeof name !== 'string' || name === '') throw wrong('has no name');
  if (['d', 'k', 'p', 'q'].some((member) => Object.hasOwn(publicKey, member))) throw wrong('shows its private half');
  const key = publicKeyOf(publicKey);
  if (!key || !fits(algorithm, key)) throw wrong(`is no public key for ${algorithm}`);
  const { modulusLength = leastRsaBits } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < leastRsaBits) throw wrong(`is of ${modulusLength} bits; ${leastRsaBits} are the least`);
  return key;
}

function publicKeyOf(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

export interface ExternalSigning {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly key: ExternalKey;
  readonly signer: ExternalSigner;
}

/** What the signer gives is verified before it is used: a wrong signature never leaves, whoever made it. */
export function externalSignerOf({ kid, algorithm, key, signer }: ExternalSigning): Signer {
  const publicKey = externalPublicKey(key, algorithm);
  const signed: Signer['sign'] = async (claims, header) => {
    const text = `${encodeSegment({ alg: algorithm, typ: 'JWT', kid, ...header })}.${encodeSegment(claims)}`;
    const signingInput = Buffer.from(text, 'latin1');
    const signature = await inTime((signal) => signer.sign(key.name, signingInput, signal));
    if (!(signature instanceof Uint8Array) || !isSignature(algorithm, publicKey, { signingInput, signature })) {
      throw new Error(`the external signer gave no ${algorithm} signature of its key ${key.name}`);
    }
    return `${text}.${Buffer.from(signature).toString('base64url')}`;
  };
  let lastFailed = false;
  const sign: Signer['sign'] = async (claims, header) => {
    try {
      const token = await signed(claims, header);
      lastFailed = false;
      return token;
    } catch (cause) {
      lastFailed = true;
      throw cause;
    }
  };
  return {
    kid,
    algorithm,
    deterministic: algorithms[algorithm].deterministic,
    sign,
    // A signature costs money at a cloud's vault, and whoever reaches the node may ask whether it is ready.
    check: async () => {
      if (lastFailed) await sign({});
    },
  };
}

/** What the signer answers, or an error when it is late. Its time keeps the process alive: a signer may hold nothing that does. */
export async function inTime<Value>(ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const limit = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const cause = new Error('the external signer did not answer in time');
    late.reject(cause);
    limit.abort(cause);
  }, patienceSeconds * 1000);
  try {
    return await Promise.race([ask(limit.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws `PartnerAuthError` (`configuration`) where it has no key for the algorithm, or does not sign with its youngest. */
export async function proveExternalSigner(signer: ExternalSigner, algorithm: Algorithm): Promise<void> {
  try {
    const key = (await inTime(() => signer.keys())).at(-1);
    if (!key) throw new Error('it lists no key');
    await externalSignerOf({ kid: 'proof', algorithm, key, signer }).sign({});
  } catch (cause) {
    if (cause instanceof PartnerAuthError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PartnerAuthError('configuration', `keys.signerModule cannot be used: ${why}.`, { cause });
  }
}
