import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../base/secret.ts';
import { certificatesIn, privateKeysIn, unusable } from '../../client/certificate.ts';
import { holdsPem } from '../../client/pem.ts';
import type { CertificateFile } from './certificate-file.ts';

/** What a file holds. In a PEM the certificates are in clear; a PFX mostly says nothing without its password. */
export interface Contents {
  readonly certificates: readonly X509Certificate[];
  /** `undefined`: the password, or none, does not open them. */
  privateKeys(password: Secret | undefined): readonly KeyObject[] | undefined;
}

/**
 * Reads a file by what is in it, whatever its name. `undefined`: the password, or none, does not open it. Throws
 * `certificate_unusable`.
 */
export async function openContents(
  { path, bytes }: CertificateFile,
  password: Secret | undefined,
): Promise<Contents | undefined> {
  const text = bytes.toString('latin1');
  if (holdsPem(text)) {
    return {
      certificates: certificatesIn(text, path),
      privateKeys: (passphrase) => privateKeysIn(text, path, passphrase?.reveal()),
    };
  }
  const certificate = certificateAlone(bytes);
  if (certificate) return { certificates: [certificate], privateKeys: () => [] };
  if (bytes[0] !== 0x30) throw unusable(`${path} is neither PEM nor PFX.`);
  const { openPfx, UnreadablePfx } = await import('./pfx/index.ts');
  const legible = <Value>(read: () => Value): Value => {
    try {
      return read();
    } catch (cause) {
      const why = cause instanceof UnreadablePfx ? `: ${cause.message}` : '';
      throw unusable(`${path} cannot be read as a PFX${why}.`, { cause });
    }
  };
  const contents = legible(() => openPfx(bytes, password));
  return contents && { ...contents, privateKeys: () => legible(() => contents.privateKeys(password)) };
}

/** DER, as Windows exports a certificate without its key (.cer). */
function certificateAlone(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}
