import type { X509Certificate } from 'node:crypto';
import { AuthError } from '../../client/errors.ts';

/** A digest of a certificate's DER, as Entra's pages and PowerShell show it (SHA-1), or in SHA-256. */
export interface Thumbprint {
  readonly digest: 'SHA-1' | 'SHA-256';
  /** In capitals, without anything between. */
  readonly hex: string;
}

const digestOfLength: Readonly<Record<number, Thumbprint['digest']>> = { 40: 'SHA-1', 64: 'SHA-256' };

/** Colons, blanks and the invisible marks that a copy from Windows' certificate dialog begins with. */
const ignored = /[\s:\u200b-\u200f\u202a-\u202e\ufeff]/g;

/** Throws `invalid_parameters`. The text is not repeated: it may be a secret in the wrong place. */
export function parseThumbprint(text: string): Thumbprint {
  const hex = text.replace(ignored, '').toUpperCase();
  const digest = digestOfLength[hex.length];
  if (digest && /^[0-9A-F]*$/.test(hex)) return { digest, hex };
  throw new AuthError('invalid_parameters', 'The certificate thumbprint is no SHA-1 and no SHA-256.', {
    hint: 'Give 40 or 64 hexadecimal digits; letter case, colons and blanks do not matter.',
  });
}

export const thumbprintOf = (certificate: X509Certificate, digest: Thumbprint['digest']): string =>
  (digest === 'SHA-1' ? certificate.fingerprint : certificate.fingerprint256).replaceAll(':', '');

export const hasThumbprint = (certificate: X509Certificate, { digest, hex }: Thumbprint): boolean =>
  thumbprintOf(certificate, digest) === hex;
