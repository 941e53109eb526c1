import { createHash, X509Certificate } from 'node:crypto';

/** A certificate registered for an application (Graph: `keyCredential`); its private half is the client's alone. */
export interface KeyCredential {
  readonly keyId: string;
  readonly displayName: string;
  readonly startDateTime: Date;
  readonly endDateTime: Date;
  /** X.509 certificate, DER in base64. */
  readonly key: string;
}

/** What a client says of the certificate it signed with: digests of the DER in base64url. At least one is given. */
export interface CertificateThumbprints {
  readonly sha1?: string | undefined;
  readonly sha256?: string | undefined;
}

type Described = Pick<KeyCredential, 'keyId' | 'displayName'> &
  Partial<Pick<KeyCredential, 'startDateTime' | 'endDateTime'>>;

/** Registers a certificate, for as long as it is valid itself unless other dates are given. */
export const keyCredentialOf = (certificate: X509Certificate, described: Described): KeyCredential => ({
  startDateTime: certificate.validFromDate,
  endDateTime: certificate.validToDate,
  ...described,
  key: certificate.raw.toString('base64'),
});

export const certificateOf = ({ key }: Pick<KeyCredential, 'key'>): X509Certificate =>
  new X509Certificate(Buffer.from(key, 'base64'));

/** What a certificate is given as: PEM (a private key beside it is left alone), or DER in base64. Throws for other text. */
export const certificateIn = (text: string): X509Certificate =>
  new X509Certificate(text.includes('-----') ? text : Buffer.from(text, 'base64'));

/** Why a certificate can never authenticate a client, or undefined. */
export function flawOfCertificate(text: string): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = certificateIn(text).publicKey;
    const usable = asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
    return usable ? undefined : 'certificate of an RSA key of 2048 bits or more, which Entra’s signatures need.';
  } catch {
    return 'X.509 certificate. Give it as PEM, or as DER in base64.';
  }
}

export type KeyCredentialJudgement =
  | { readonly judgement: 'valid' | 'outOfTime'; readonly credential: KeyCredential }
  | { readonly judgement: 'unknown' };

/**
 * The registered certificate that every given thumbprint names. A thumbprint is a name and proves nothing: SHA-1 is good
 * enough for it. One certificate may be registered twice, with different dates.
 */
export function judgeCertificate(
  credentials: readonly KeyCredential[],
  thumbprints: CertificateThumbprints,
  now: Date,
): KeyCredentialJudgement {
  const named = credentials.filter((credential) => isNamedBy(credential, thumbprints));
  const valid = named.find(({ startDateTime, endDateTime }) => startDateTime <= now && now < endDateTime);
  if (valid) return { judgement: 'valid', credential: valid };
  const [credential] = named;
  return credential ? { judgement: 'outOfTime', credential } : { judgement: 'unknown' };
}

function isNamedBy({ key }: KeyCredential, { sha1, sha256 }: CertificateThumbprints): boolean {
  if (sha1 === undefined && sha256 === undefined) return false;
  const der = Buffer.from(key, 'base64');
  const digest = (algorithm: string) => createHash(algorithm).update(der).digest('base64url');
  return (sha1 === undefined || digest('sha1') === sha1) && (sha256 === undefined || digest('sha256') === sha256);
}
