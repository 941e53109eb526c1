import { KeyObject, type X509Certificate } from 'node:crypto';
import { base64url, sha256 } from '../base/bytes.ts';
import { epochSeconds } from '../base/clock.ts';
import { Secret } from '../base/secret.ts';
import { type SignBytes, signBytesWith, signCompact } from '../jwt/sign-compact.ts';
import { isSignature } from '../jwt/verify.ts';
import {
  certificatesIn,
  chainOf,
  holdsEncryptedKey,
  pairOf,
  privateKeysIn,
  requireCurrent,
  requireTaken,
  unusable,
} from './certificate.ts';
import type { ClientContext } from './context.ts';
import type { Certificate } from './parameters.ts';

/** A new proof of who the client is for an audience, the token endpoint: `client_assertion` (RFC 7523 section 2.2). */
export type ClientAssertion = (audience: string) => Promise<Secret>;

/** As Microsoft's own libraries: long enough for a clock that differs, and a stolen one is soon worthless. */
const lifetimeSeconds = 600;

/**
 * Assertions signed with a certificate's key, each with a `jti` of its own: PS256, the certificate named by `x5t#S256`
 * (Microsoft identity platform, "Application authentication certificate credentials"). The certificate is judged when
 * this is called and again for each assertion. Throws `certificate_unusable`, and a `TypeError` for members of other types.
 */
export function certificateAssertion(
  { clock, random }: Pick<ClientContext, 'clock' | 'random'>,
  applicationId: string,
  given: Certificate,
): ClientAssertion {
  const { certificate, chain, sign } = openCertificate(given);
  requireCurrent(certificate, clock.now());
  const header = {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': base64url(sha256(certificate.raw)),
    ...(given.sendCertificateChain ? { x5c: [certificate, ...chain].map(({ raw }) => raw.toString('base64')) } : {}),
  };
  return async (audience) => {
    const now = clock.now();
    requireCurrent(certificate, now);
    const iat = epochSeconds(now);
    const client = { iss: applicationId, sub: applicationId, aud: audience };
    const claims = { ...client, jti: random.guid(), iat, nbf: iat, exp: iat + lifetimeSeconds };
    return new Secret(await signCompact(header, claims, sign));
  };
}

interface OpenedCertificate {
  readonly certificate: X509Certificate;
  readonly chain: readonly X509Certificate[];
  readonly sign: SignBytes;
}

const certificateName = 'certificate.certificate';
const keyName = 'certificate.privateKey';

function openCertificate({ certificate: pem, privateKey, passphrase }: Certificate): OpenedCertificate {
  if (typeof pem !== 'string') throw new TypeError(`${certificateName} must be PEM text`);
  const certificates = certificatesIn(pem, certificateName);
  const [first] = certificates;
  if (typeof privateKey === 'function' && first) {
    requireTaken(first.publicKey, certificateName);
    const sign = checked(privateKey, first, functionFaults);
    return { certificate: first, chain: chainOf(first, certificates), sign };
  }
  const pair = pairOf(certificates, keysOf(privateKey, passphrase), keyName);
  const sign = checked(signBytesWith('PS256', pair.privateKey), pair.certificate, {
    failed: `The key of ${keyName} cannot sign.`,
    mismatch: `The key of ${keyName} is damaged: what it signs is not the certificate’s.`,
  });
  return { certificate: pair.certificate, chain: chainOf(pair.certificate, certificates), sign };
}

function keysOf(privateKey: Certificate['privateKey'], passphrase: string | undefined): readonly KeyObject[] {
  if (privateKey instanceof KeyObject) {
    if (privateKey.type !== 'private') throw unusable(`${keyName} is a ${privateKey.type} key, not a private one.`);
    return [privateKey];
  }
  if (typeof privateKey !== 'string') throw new TypeError(`${keyName} must be PEM text, a KeyObject or a function`);
  if (passphrase === undefined && holdsEncryptedKey(privateKey)) {
    throw unusable(`${keyName} is encrypted.`, { hint: 'Give its passphrase as certificate.passphrase.' });
  }
  const keys = privateKeysIn(privateKey, keyName, passphrase);
  if (keys) return keys;
  throw unusable(`${keyName} is encrypted, and certificate.passphrase does not open it.`);
}

const functionFaults = {
  failed: `The function in ${keyName} failed.`,
  mismatch: `The function in ${keyName} gave no PS256 signature of the certificate’s key.`,
  hint: 'RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes; of several certificates, the first is the key’s.',
};

interface SignerFaults {
  readonly failed: string;
  readonly mismatch: string;
  readonly hint?: string;
}

/**
 * Verifies each signature before it leaves: a key vault's with another key or algorithm is refused where the reason is
 * known, and that of a damaged key, from which the key could be computed, is not handed out.
 */
function checked(
  signer: SignBytes,
  { publicKey }: X509Certificate,
  { failed, mismatch, hint }: SignerFaults,
): SignBytes {
  return async (signingInput) => {
    let signature: unknown;
    try {
      signature = await signer(signingInput);
    } catch (cause) {
      throw unusable(failed, { cause });
    }
    if (signature instanceof Uint8Array && isSignature('PS256', publicKey, { signingInput, signature })) {
      return signature;
    }
    throw unusable(mismatch, hint === undefined ? {} : { hint });
  };
}
