import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isJsonObject, type JsonObject, ownText } from '../base/json.ts';
import { type Algorithm, fits } from './algorithms.ts';

export interface VerificationKey {
  readonly kid: string | undefined;
  /** The issuer the key set ties this key to; it may hold `{tenantid}`. A key tied to another issuer proves nothing. */
  readonly issuer: string | undefined;
  /** What the key set says the key is for (RFC 7517 section 4.4); it then verifies nothing else. */
  readonly algorithm: string | undefined;
  readonly key: KeyObject;
}

export interface KeySet {
  readonly keys: readonly VerificationKey[];
  /** Keys that were published and are not used, with the reason: each is an alarm for the log. */
  readonly refused: readonly { readonly kid: string | undefined; readonly reason: string }[];
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * The usable keys of a published JWK Set (RFC 7517 section 5). A weak or wrong key is refused alone; the others keep
 * working. Undefined when the document is no key set at all.
 */
export function keySetOf(document: unknown, algorithms: readonly Algorithm[]): KeySet | undefined {
  if (!isJsonObject(document) || !Array.isArray(document.keys)) return undefined;
  const published: readonly JsonObject[] = document.keys.filter(isJsonObject);
  const kids = published.map((jwk) => ownText(jwk, 'kid'));
  const keys: VerificationKey[] = [];
  const refused: { kid: string | undefined; reason: string }[] = [];
  for (const [index, jwk] of published.entries()) {
    const kid = kids[index];
    const ambiguous = kids.indexOf(kid) !== kids.lastIndexOf(kid);
    const result = ambiguous ? 'its kid is published more than once' : importKey(jwk, algorithms);
    if (typeof result === 'string') refused.push({ kid, reason: result });
    else keys.push({ kid, issuer: ownText(jwk, 'issuer'), algorithm: ownText(jwk, 'alg'), key: result });
  }
  return { keys, refused };
}

function importKey(jwk: JsonObject, algorithms: readonly Algorithm[]): KeyObject | string {
  if (privateMembers.some((member) => Object.hasOwn(jwk, member)))
    return 'it is published with private or symmetric members';
  if (jwk.use !== undefined && jwk.use !== 'sig') return 'its use is not sig';
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) {
    return 'its key_ops do not hold verify';
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return 'it cannot be read';
  }
  const usable = algorithms.filter((algorithm) => fits(algorithm, key));
  if (usable.length === 0) return 'its kind fits no configured algorithm';
  if (jwk.alg !== undefined && !usable.some((algorithm) => algorithm === jwk.alg))
    return 'its alg is not a configured one';
  return weaknessOf(key, jwk) ?? key;
}

function weaknessOf(key: KeyObject, jwk: JsonObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return undefined;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < 2048) return 'its modulus is shorter than 2048 bits';
  if (modulusLength > 8192) return 'its modulus is longer than 8192 bits';
  if (publicExponent < 3n || publicExponent % 2n === 0n) return 'its exponent is weak';
  const modulus = BigInt(`0x${Buffer.from(ownText(jwk, 'n') ?? '', 'base64url').toString('hex')}`);
  return hasRocaFingerprint(modulus) ? 'its modulus has the ROCA fingerprint (CVE-2017-15361)' : undefined;
}

/** Keys of the flawed generator are powers of 65537 modulo every small prime (Nemec and others, 2017, section 2). */
const rocaPrimes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

function hasRocaFingerprint(modulus: bigint): boolean {
  return rocaPrimes.every((prime) => {
    const residue = Number(modulus % BigInt(prime));
    for (let power = 1, exponent = 0; exponent < prime; exponent++, power = (power * 65537) % prime) {
      if (power === residue) return true;
    }
    return false;
  });
}
