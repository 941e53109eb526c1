import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { epochSeconds } from '../../src/base/clock.ts';
import { type Algorithm, type KeySource, keySetOf, localKeys } from '../../src/jwt/index.ts';
import type { TrustedIssuer } from '../../src/verify/index.ts';

/** An issuer of bearers with keys of its own; it signs with node:crypto alone, nothing of ours. */
export interface TestIssuer {
  readonly trusted: TrustedIssuer;
  readonly privateKey: KeyObject;
  readonly kid: string;
  /** The document its key endpoint would answer with. */
  readonly jwks: { readonly keys: readonly Jwk[] };
  /** An access token that the token service takes, unless a change makes it another. */
  bearer(changes?: BearerChanges): string;
}

export type Jwk = Readonly<Record<string, unknown>>;

export interface BearerChanges {
  /** Default `application`. `user` tokens carry `scp` and a fresh second factor. */
  readonly kind?: 'application' | 'user';
  /** Members that are `undefined` are left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** The payload's text instead of claims. */
  readonly payload?: string | Uint8Array;
  readonly headerText?: string | Uint8Array;
  readonly sign?: (signingInput: string) => Uint8Array;
}

export interface TestIssuerOptions {
  readonly version?: '1.0' | '2.0';
  /** The algorithm it signs with; default RS256. */
  readonly algorithm?: Algorithm;
  /** The algorithms its record allows; default the one it signs with. */
  readonly algorithms?: readonly Algorithm[];
  /** May hold `{tenantid}`. */
  readonly issuer?: string;
  readonly keyIssuer?: string;
  readonly now: () => Date;
  /** Default: a new one. */
  readonly privateKey?: KeyObject;
  /** Default: its own key, known beforehand. */
  readonly keys?: (jwks: { readonly keys: readonly Jwk[] }) => KeySource;
}

export const tenantId = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const applicationId = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const subjectId = '22223333-cccc-4444-dddd-5555eeee6666';
export const partnerCenterAudience = 'https://api.partnercenter.microsoft.com';

export const newKey = (algorithm: Algorithm): KeyObject =>
  algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

export function signBytes(algorithm: Algorithm, key: KeyObject, input: string): Buffer {
  const parameters = {
    RS256: {},
    PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    ES256: { dsaEncoding: 'ieee-p1363' },
  } as const;
  return sign('sha256', Buffer.from(input, 'latin1'), { key, ...parameters[algorithm] });
}

export const segment = (content: string | Uint8Array | object): string =>
  Buffer.from(
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  ).toString('base64url');

export function testIssuer(options: TestIssuerOptions): TestIssuer {
  const { version = '2.0', algorithm = 'RS256', now } = options;
  const issuer =
    options.issuer ??
    (version === '2.0' ? 'https://login.example.com/{tenantid}/v2.0' : 'https://sts.example.com/{tenantid}/');
  const privateKey = options.privateKey ?? newKey(algorithm);
  const kid = `${algorithm.toLowerCase()}-${version}`;
  const jwks = {
    keys: [{ ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig', alg: algorithm }],
  };
  const algorithms = options.algorithms ?? [algorithm];
  const ownKeys = () => localKeys(keySetOf(jwks, algorithms) ?? { keys: [], refused: [] });
  const tie = options.keyIssuer === undefined ? {} : { keyIssuer: options.keyIssuer };

  function bearer(changes: BearerChanges = {}): string {
    const user = changes.kind === 'user';
    const seconds = epochSeconds(now());
    const tid = String(changes.claims?.tid ?? tenantId);
    const claims = {
      aud: partnerCenterAudience,
      iss: issuer.replace('{tenantid}', tid),
      iat: seconds,
      nbf: seconds,
      exp: seconds + 3900,
      [version === '2.0' ? 'azp' : 'appid']: applicationId,
      oid: user ? '33334444-dddd-5555-eeee-6666ffff7777' : subjectId,
      sub: user ? 'pairwise-subject-of-a-user' : subjectId,
      tid,
      ver: version,
      ...(user ? { scp: 'user_impersonation', amr: ['pwd', 'mfa'], idtyp: 'user' } : { idtyp: 'app' }),
      ...changes.claims,
    };
    const header = { typ: 'JWT', alg: algorithm, kid, ...changes.header };
    const input = `${segment(changes.headerText ?? header)}.${segment(changes.payload ?? claims)}`;
    const signature = (changes.sign ?? ((text) => signBytes(algorithm, privateKey, text)))(input);
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  }

  return {
    trusted: {
      issuer,
      ...tie,
      tokenVersion: version,
      algorithms,
      keys: options.keys?.(jwks) ?? ownKeys(),
    },
    privateKey,
    kid,
    jwks,
    bearer,
  };
}
