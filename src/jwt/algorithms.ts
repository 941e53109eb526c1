import { constants, type KeyObject, type SignKeyObjectInput } from 'node:crypto';

/**
 * The signature algorithms taken and given. One entry knows everything of an algorithm; what is not here (none, HS*,
 * everything symmetric) does not exist for this package.
 */
export type Algorithm = 'RS256' | 'PS256' | 'ES256';

interface AlgorithmEntry {
  readonly keyType: 'rsa' | 'ec';
  readonly digest: 'sha256';
  /** Signing the same bytes with the same key gives the same signature: a token can be made again instead of stored. */
  readonly deterministic: boolean;
  /** Undefined where they are node:crypto's own for the key: a key handed over plain verifies in two thirds of the time. */
  readonly parameters: Omit<SignKeyObjectInput, 'key'> | undefined;
  /** Length of a valid signature in bytes, where the algorithm fixes it. */
  readonly signatureBytes: number | undefined;
}

export const algorithms: Readonly<Record<Algorithm, AlgorithmEntry>> = {
  RS256: {
    keyType: 'rsa',
    digest: 'sha256',
    deterministic: true,
    parameters: undefined,
    signatureBytes: undefined,
  },
  PS256: {
    keyType: 'rsa',
    digest: 'sha256',
    deterministic: false,
    parameters: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    signatureBytes: undefined,
  },
  ES256: {
    keyType: 'ec',
    digest: 'sha256',
    deterministic: false,
    parameters: { dsaEncoding: 'ieee-p1363' },
    signatureBytes: 64,
  },
};

export const isAlgorithm = (name: unknown): name is Algorithm =>
  typeof name === 'string' && Object.hasOwn(algorithms, name);

/** Whether the key is of the kind the algorithm needs, on the curve it needs. */
export function fits(algorithm: Algorithm, key: KeyObject): boolean {
  const entry = algorithms[algorithm];
  if (key.asymmetricKeyType !== entry.keyType) return false;
  return entry.keyType === 'rsa' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

/** The key as node:crypto takes it for the algorithm. */
export function keyInput(algorithm: Algorithm, key: KeyObject): KeyObject | SignKeyObjectInput {
  const { parameters } = algorithms[algorithm];
  return parameters ? { key, ...parameters } : key;
}
