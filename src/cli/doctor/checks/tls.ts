import { errorCode } from '../../../base/error-code.ts';
import { boundedFileText } from '../../../client/bounded-input.ts';
import { certificatesIn } from '../../../client/certificate.ts';
import { brokenTlsHint, distrustHint, isBrokenTls } from '../../../client/http.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Variables } from '../../io.ts';
import { isVerificationOff } from '../calls.ts';
import { type Check, type Finding, failed, needed, ok, Skipped, together } from '../check.ts';
import type { Host } from '../hosts.ts';

/** Whether the hosts prove who they are, by whose certificates, and what was done to trust on the way here. */
export const tls: Check = {
  name: 'tls',
  run: async ({ context, hosts }) => {
    const trust = trustFindings(context.io.variables);
    // What is wrong with trust itself is said whether or not there is a host to show it.
    const found = await needed(hosts(), 'a connection').then(tlsFindings, (skipped) => {
      if (trust.length === 0) throw skipped;
      return [];
    });
    const [first, ...others] = [...found, ...trust];
    if (!first) throw new Skipped('needs a connection');
    return together([first, ...others]);
  },
};

export const tlsFindings = (hosts: readonly Host[]): readonly Finding[] =>
  hosts.flatMap(({ name, way }) => {
    if (way?.end === 'reached' && !way.certificate) return [ok(`${name} speaks plain HTTP, on this machine alone.`)];
    if (way?.end === 'reached') return [ok(`${name} is verified, issued by ${way.certificate?.issuer}.`)];
    if (way?.end === 'stopped' && isBrokenTls(way.code)) {
      const found = `${name} speaks no TLS that can be trusted (${way.code}).`;
      return [failed(exitCodes.network, found, brokenTlsHint)];
    }
    if (way?.end !== 'distrusted') return [];
    const issuer = way.certificate ? `, issued by ${way.certificate.issuer},` : '';
    const found = `The certificate of ${name}${issuer} is not trusted (${way.code}).`;
    return [failed(exitCodes.network, found, distrustHint(way.code))];
  });

/** What the variables do to trust. */
export function trustFindings(variables: Variables): readonly Finding[] {
  const findings: Finding[] = [];
  if (isVerificationOff(variables)) {
    const found = 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: this process believes whoever answers.';
    const next = 'Unset it. To trust an authority of your own, name its file by NODE_EXTRA_CA_CERTS.';
    findings.push(failed(exitCodes.configuration, found, next));
  }
  const extra = variables.NODE_EXTRA_CA_CERTS;
  if (extra) findings.push(extraAuthorities(extra));
  return findings;
}

const maximumBytes = 4 * 1024 * 1024;

function extraAuthorities(path: string): Finding {
  try {
    const count = certificatesIn(boundedFileText(path, { maximumBytes }), path).length;
    return ok(`NODE_EXTRA_CA_CERTS adds ${count === 1 ? 'one authority' : `${count} authorities`}.`);
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown';
    const why = code === 'certificate_unusable' ? 'holds no certificate that can be read' : `cannot be read (${code})`;
    const next = 'Name a file in PEM: -----BEGIN CERTIFICATE-----. Node.js goes on without one that it cannot read.';
    return failed(exitCodes.configuration, `The file of NODE_EXTRA_CA_CERTS, ${path}, ${why}.`, next);
  }
}
