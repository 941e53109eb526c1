import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { AuthError } from './errors.ts';
import { isCertificate, isEncrypted, isPrivateKey, pemBlocks } from './pem.ts';

/**
 * Certificates and the keys that fit them, as an assertion needs them. Every function throws `certificate_unusable` with
 * the name the caller gives the text by: a member of an object, or a file.
 */

const takenKeys = 'Microsoft Entra takes certificates of RSA keys of 2048 bits or more.';

export const unusable = (message: string, details: { hint?: string; cause?: unknown } = {}): AuthError =>
  new AuthError('certificate_unusable', message, details);

export function certificatesIn(pem: string, name: string): readonly X509Certificate[] {
  const found = pemBlocks(pem)
    .filter(isCertificate)
    .map(({ text }) => {
      try {
        return new X509Certificate(text);
      } catch (cause) {
        throw unusable(`${name} holds a certificate that cannot be read.`, { cause });
      }
    });
  if (found.length > 0) return found;
  throw unusable(`${name} holds no certificate.`, { hint: 'Give it as PEM: -----BEGIN CERTIFICATE-----.' });
}

export const holdsEncryptedKey = (pem: string): boolean =>
  pemBlocks(pem).some((block) => isPrivateKey(block) && isEncrypted(block));

/** `undefined`: the passphrase does not open it. */
export function privateKeysIn(
  pem: string,
  name: string,
  passphrase: string | undefined,
): readonly KeyObject[] | undefined {
  const keys: KeyObject[] = [];
  for (const block of pemBlocks(pem).filter(isPrivateKey)) {
    try {
      keys.push(createPrivateKey({ key: block.text, ...(passphrase === undefined ? {} : { passphrase }) }));
    } catch (cause) {
      if (isEncrypted(block)) return undefined;
      throw unusable(`${name} holds a private key that cannot be read.`, { cause });
    }
  }
  return keys;
}

/** Throws unless the key is one that signs for Entra. `key` may be either half. */
export function requireTaken(key: KeyObject, name: string): void {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const kind = key.asymmetricKeyType ?? key.type;
  if (kind === 'rsa' && bits >= 2048) return;
  const what = kind === 'rsa' ? `an RSA key of ${bits} bits` : `no RSA key (${kind})`;
  throw unusable(`The key of ${name} is ${what}.`, { hint: takenKeys });
}

export interface CertificateAndKey {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

/** The certificate and the key that belong together; of several pairs, the first of a kind that Entra takes. */
export function pairOf(
  certificates: readonly X509Certificate[],
  privateKeys: readonly KeyObject[],
  name: string,
): CertificateAndKey {
  if (certificates.length === 0) throw unusable(`${name} holds no certificate.`);
  if (privateKeys.length === 0) throw unusable(`${name} holds no private key.`);
  const pairs = certificates.flatMap((certificate) =>
    privateKeys.filter((key) => belongs(certificate, key)).map((privateKey) => ({ certificate, privateKey })),
  );
  const [first] = pairs;
  if (!first) throw unusable(`The private key of ${name} belongs to another certificate.`);
  const pair = pairs.find(({ privateKey }) => privateKey.asymmetricKeyType === 'rsa') ?? first;
  requireTaken(pair.privateKey, name);
  return pair;
}

function belongs(certificate: X509Certificate, privateKey: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(privateKey);
  } catch {
    return false;
  }
}

/** The certificates above it, each the issuer of the one before (RFC 7515 section 4.1.6), as far as they are there. */
export function chainOf(certificate: X509Certificate, others: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const left = new Set(others.filter(({ fingerprint256 }) => fingerprint256 !== certificate.fingerprint256));
  for (let last: X509Certificate | undefined = certificate; last; ) {
    const below: X509Certificate = last;
    last = [...left].find((issuer) => below.checkIssued(issuer));
    if (last) {
      left.delete(last);
      chain.push(last);
    }
  }
  return chain;
}

/** How far the machine's clock may be behind that of the machine which made the certificate. */
const toleratedSkewMilliseconds = 300_000;

export function requireCurrent(certificate: X509Certificate, now: Date): void {
  const { validFromDate, validToDate } = certificate;
  const what = `The certificate ${describeCertificate(certificate)}`;
  if (!(now < validToDate)) {
    throw unusable(`${what} expired at ${instantText(validToDate)}.`, {
      hint: 'Make a new one, and register it for the application beside the old.',
    });
  }
  if (!(now.getTime() + toleratedSkewMilliseconds >= validFromDate.getTime())) {
    throw unusable(`${what} is not valid before ${instantText(validFromDate)}.`, {
      hint: `Check this machine’s clock: it says ${instantText(now)}.`,
    });
  }
}

/** Its subject and the thumbprint that Entra's pages show. */
export const describeCertificate = (certificate: X509Certificate): string =>
  `${subjectOf(certificate)} (${certificate.fingerprint.replaceAll(':', '')})`;

/** On one line; a subject may be empty. */
export const subjectOf = ({ subject }: X509Certificate): string => (subject || 'of no name').replaceAll('\n', ', ');

/** A date of a certificate may be none. */
export const instantText = (instant: Date): string =>
  Number.isNaN(instant.getTime()) ? 'a time that cannot be read' : instant.toISOString().replace('.000Z', 'Z');
