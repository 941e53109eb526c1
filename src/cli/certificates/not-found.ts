import { instantText, subjectOf } from '../../client/certificate.ts';
import { AuthError } from '../../client/errors.ts';
import type { CertificateFolder } from './certificate-folders.ts';
import type { Look } from './find-certificate.ts';
import { type Thumbprint, thumbprintOf } from './thumbprint.ts';

/** A screen of them. */
const mostShown = 20;

/** Says where was looked and what is there: a thumbprint is mistyped, or of the certificate before the last renewal. */
export function notFound(wanted: Thumbprint, folders: readonly CertificateFolder[], looks: readonly Look[]): AuthError {
  const lines = [
    `Looked in ${folders.map(describeFolder).join(', ')}.`,
    ...foundThere(wanted, looks),
    ...lockedThere(looks),
  ];
  const message = `No certificate with the ${wanted.digest} thumbprint ${wanted.hex} is in the certificate folders.`;
  return new AuthError('certificate_not_found', message, {
    reason: lines.join('\n'),
    hint: 'Put it there with its key, as PEM or PFX; name its folder by PARTNER_AUTH_CERTIFICATES; or give --certificate-file.',
  });
}

const describeFolder = ({ folder, files, fault }: CertificateFolder): string =>
  `${folder} (${fault ?? (files.length === 1 ? '1 file' : `${files.length} files`)})`;

function foundThere({ digest }: Thumbprint, looks: readonly Look[]): readonly string[] {
  const found = looks.flatMap(({ path, others = [] }) =>
    others.map(
      (certificate) =>
        `${thumbprintOf(certificate, digest)} ${subjectOf(certificate)}, until ${instantText(certificate.validToDate)}, in ${path}`,
    ),
  );
  if (found.length === 0) return ['No other certificate was found there.'];
  const more = found.length - mostShown;
  return ['Found there:', ...found.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
}

function lockedThere(looks: readonly Look[]): readonly string[] {
  const locked = looks.filter((look) => look.locked).map(({ path }) => path);
  if (locked.length === 0) return [];
  const more = locked.length - mostShown;
  const named = locked.slice(0, mostShown).join(', ');
  return [`Closed by a password that was not given, or by another: ${named}${more > 0 ? ` and ${more} more` : ''}.`];
}
