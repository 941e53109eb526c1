import type { X509Certificate } from 'node:crypto';
import { certificatesIn } from '../../client/certificate.ts';
import { openedCertificate } from '../certificate-source.ts';
import { certificatePassword } from '../read-secrets.ts';
import { needed, Skipped } from './check.ts';
import { withoutPerson } from './credentials.ts';
import type { Examination } from './examination.ts';

/** The certificate that proves the application. */
export interface ExaminedCertificate {
  readonly certificate: X509Certificate;
  readonly warnings: readonly string[];
}

/** Throws `Skipped` where there is none to look at, and what reading and finding certificates throws. */
export async function certificateOf(examination: Examination): Promise<ExaminedCertificate> {
  const { context, request } = examination;
  const credentials = await needed(examination.credentials(), 'credentials');
  const place = request.certificate;
  if (credentials.kind === 'given' || credentials.order.authentication?.kind !== 'assertion' || !place) {
    throw new Skipped('no certificate is used');
  }
  if (place.kind === 'federated') throw new Skipped(`${place.variable} is used in place of a certificate`);
  const warnings: string[] = [];
  const quiet = withoutPerson(context, (text) => void warnings.push(text));
  const { environment, applicationId } = credentials.order.plan;
  const reading = { ...request, prompted: undefined, authority: environment.authority, applicationId, read: new Map() };
  const opened = await openedCertificate(quiet, place, certificatePassword(quiet, reading));
  const [certificate] = certificatesIn(opened.certificate, 'The certificate');
  if (!certificate) throw new Skipped('no certificate is used');
  return { certificate, warnings };
}
