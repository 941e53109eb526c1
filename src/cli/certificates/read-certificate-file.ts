import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../base/secret.ts';
import { chainOf, pairOf, requireCurrent, unusable } from '../../client/certificate.ts';
import type { AuthError } from '../../client/errors.ts';
import type { Certificate } from '../../client/parameters.ts';
import { type CertificateFile, readBytes, requireOwn } from './certificate-file.ts';
import { openContents } from './contents.ts';
import type { CertificateContext, CertificateOptions, PasswordSource } from './context.ts';

/**
 * A certificate with its key from one file, PEM or PFX by what is in it: `--certificate-file`,
 * `PARTNER_AUTH_CERTIFICATE_FILE`, `AZURE_CLIENT_CERTIFICATE_PATH`. The password is asked for only when the file does not
 * open without; of several certificates, the one that fits the key is used, the others are its chain. Throws
 * `certificate_unusable`.
 */
export async function readCertificateFile(
  context: CertificateContext,
  path: string,
  options: CertificateOptions,
): Promise<Certificate> {
  return signingCertificate(context, readBytes(path), options);
}

/** `isWanted`: only these certificates of the file will do. */
export async function signingCertificate(
  context: CertificateContext,
  file: CertificateFile,
  options: CertificateOptions & { isWanted?: (certificate: X509Certificate) => boolean },
): Promise<Certificate> {
  const { isWanted, sendCertificateChain } = options;
  requireOwn(context, file);
  const { certificates, privateKeys } = await unlocked(file, options.password);
  const { certificate, privateKey } = pairOf(
    isWanted ? certificates.filter(isWanted) : certificates,
    privateKeys,
    file.path,
  );
  requireCurrent(certificate, context.clock.now());
  const all = [certificate, ...chainOf(certificate, certificates)];
  return { certificate: all.map(String).join(''), privateKey, sendCertificateChain };
}

interface Unlocked {
  readonly certificates: readonly X509Certificate[];
  readonly privateKeys: readonly KeyObject[];
}

async function unlocked(file: CertificateFile, source: PasswordSource): Promise<Unlocked> {
  const unprotected = await unlock(file, undefined);
  if (unprotected) return unprotected;
  const password = await source(file.path);
  const opened = password && (await unlock(file, password));
  if (opened) return opened;
  throw lockedRefusal(file.path, password);
}

/** Why a file stayed closed. */
export const lockedRefusal = (path: string, password: Secret | undefined): AuthError =>
  password
    ? unusable(`The password of ${path} is wrong.`)
    : unusable(`${path} needs a password.`, {
        hint: 'Give it by --certificate-password-file, PARTNER_AUTH_CERTIFICATE_PASSWORD, or on a terminal when asked.',
      });

async function unlock(file: CertificateFile, password: Secret | undefined): Promise<Unlocked | undefined> {
  const contents = await openContents(file, password);
  const privateKeys = contents?.privateKeys(password);
  return contents && privateKeys && { certificates: contents.certificates, privateKeys };
}
