import type { X509Certificate } from 'node:crypto';
import { describeCertificate, instantText } from '../../../client/certificate.ts';
import { type Check, type Finding, ok, warning, withWarnings } from '../check.ts';

/** The certificate that proves the application: that it and its key can be used, and for how long. */
export const certificate: Check = {
  name: 'certificate',
  run: async (examination) => {
    const { certificate, warnings } = await examination.certificate();
    return withWarnings(certificateFinding(certificate, examination.client.clock.now()), warnings);
  },
};

const warnDays = 30;

export function certificateFinding(certificate: X509Certificate, now: Date): Finding {
  const days = Math.floor((certificate.validToDate.getTime() - now.getTime()) / 86_400_000);
  const found = `${describeCertificate(certificate)} is good until ${instantText(certificate.validToDate)}`;
  if (days >= warnDays) return ok(`${found}.`);
  return warning(
    `${found}: ${days === 0 ? 'less than a day' : days === 1 ? 'one day' : `${days} days`} more.`,
    'Make a new one and upload its public part under Certificates & secrets, beside the old.',
  );
}
