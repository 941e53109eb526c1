import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { clientCertificate } from '../../src/http/tls/certificate-authority.ts';
import type { Algorithm } from '../../src/jwt/index.ts';
import { segment, signBytes } from './issuer.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A certificate with its key, and the names it goes by. */
export interface TestCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly privateKey: KeyObject;
  readonly sha1: string;
  readonly sha256: string;
}

export async function newCertificate(now: Date): Promise<TestCertificate> {
  return testCertificate(await clientCertificate({ commonName: 'A client', now, lifetimeDays: 365 }));
}

function testCertificate(pems: { certificatePem: string; privateKeyPem: string }): TestCertificate {
  const { raw } = new X509Certificate(pems.certificatePem);
  const digest = (algorithm: string) => createHash(algorithm).update(raw).digest('base64url');
  const { certificatePem, privateKeyPem } = pems;
  const privateKey = createPrivateKey(privateKeyPem);
  return { certificatePem, privateKeyPem, privateKey, sha1: digest('sha1'), sha256: digest('sha256') };
}

/** From a file that holds both, as `client.pem` does. */
export const testCertificateIn = (pem: string): TestCertificate =>
  testCertificate({
    certificatePem: new X509Certificate(pem).toString(),
    privateKeyPem: createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString(),
  });

type Members = Readonly<Record<string, unknown>>;

/** Members that are `undefined` are left out. */
export interface AssertionChanges {
  readonly header?: Members;
  readonly claims?: Members;
  /** The text of a segment instead of its members. */
  readonly headerText?: string;
  readonly payload?: string;
  /** Default RS256. */
  readonly algorithm?: Algorithm;
  readonly key?: KeyObject;
  /** The signature's bytes instead of a right one. */
  readonly sign?: (signingInput: string) => Uint8Array;
}

/** A JWT signed with node:crypto alone, nothing of ours. */
export function signedJwt(header: Members, claims: Members, changes: AssertionChanges & { key: KeyObject }): string {
  const { algorithm = 'RS256' } = changes;
  const input = [
    segment(changes.headerText ?? { alg: algorithm, ...header, ...changes.header }),
    segment(changes.payload ?? { ...claims, ...changes.claims }),
  ].join('.');
  const sign = changes.sign ?? ((text: string) => signBytes(algorithm, changes.key, text));
  return `${input}.${Buffer.from(sign(input)).toString('base64url')}`;
}

let count = 0;

/** What msal-node sends: good for ten minutes, a `jti` of its own each time. */
export function certificateAssertion(
  { certificate, clientId, audience, now }: AssertionPlace,
  changes: AssertionChanges = {},
): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const header = { typ: 'JWT', 'x5t#S256': certificate.sha256 };
  count += 1;
  const claims = {
    aud: audience,
    exp: seconds + 600,
    iss: clientId,
    sub: clientId,
    nbf: seconds,
    jti: `assertion-${count}`,
    iat: seconds,
  };
  return signedJwt(header, claims, { key: certificate.privateKey, ...changes });
}

export interface AssertionPlace {
  readonly certificate: TestCertificate;
  readonly clientId: string;
  readonly audience: string;
  readonly now: Date;
}
