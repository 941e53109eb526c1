import type { X509Certificate } from 'node:crypto';
import { Secret } from '../../../base/secret.ts';
import { certificatesIn, describeCertificate, instantText } from '../../../client/certificate.ts';
import type { CommandContext } from '../../command.ts';
import { textValue } from '../../options.ts';
import { readSecret } from '../../secrets.ts';
import { variableOf } from '../../token-request.ts';
import { type Check, type Finding, ok, Skipped, warning, withWarnings } from '../check.ts';

/** The certificate that proves the application: that it and its key can be used, and for how long. */
export const certificate: Check = {
  name: 'certificate',
  run: async ({ context }) => {
    const { io, values } = context;
    const thumbprint = textValue(values, 'certificateThumbprint');
    const path = textValue(values, 'certificateFile') ?? variableOf(io.variables, 'certificateFile')?.value;
    if (thumbprint === undefined && path === undefined) throw new Skipped('no certificate is named');
    const warnings: string[] = [];
    const warn = (text: string) => void warnings.push(text);
    const { findCertificate, readCertificateFile } = await import('../../certificates/index.ts');
    const where = { variables: io.variables, clock: io.clock, warn, note: () => {} };
    const options = { password: () => passwordOf({ ...context, warn }) };
    const found =
      thumbprint === undefined
        ? await readCertificateFile(where, path ?? '', options)
        : await findCertificate(where, thumbprint, options);
    const [first] = certificatesIn(found.certificate, 'The certificate');
    if (!first) throw new Skipped('no certificate is named');
    return withWarnings(certificateFinding(first, io.clock.now()), warnings);
  },
};

const passwordVariables = ['PARTNER_AUTH_CERTIFICATE_PASSWORD', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'] as const;

/** Standard input is left to whoever signs in: it can be read once. */
async function passwordOf({ io, values, secrets, warn }: CommandContext): Promise<Secret | undefined> {
  const file = textValue(values, 'certificatePasswordFile');
  const variable = passwordVariables.find((name) => io.variables[name]);
  const read = async () => {
    if (file === '-') throw new Skipped('its password comes from standard input, which can be read once');
    const place = { kind: 'file', name: file ?? '', label: `--certificate-password-file ${file}` } as const;
    if (file !== undefined) return readSecret(io, place, warn);
    return variable === undefined ? undefined : new Secret(io.variables[variable] ?? '');
  };
  const password = await read();
  if (password) secrets.push(password);
  return password;
}

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
