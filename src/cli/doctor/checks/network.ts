import { isBrokenTls, unreachableHint } from '../../../client/http.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, ok, Skipped, together } from '../check.ts';
import type { Host } from '../hosts.ts';

/** Whether the hosts answer at all. */
export const network: Check = { name: 'network', run: async ({ hosts }) => networkFinding(await hosts()) };

export function networkFinding(hosts: readonly Host[]): Finding {
  const findings = hosts.flatMap(({ name, way }) => {
    if (way?.end === 'stopped' && way.at === 'host' && !isBrokenTls(way.code)) {
      const found = `${name} could not be reached (${way.code}).`;
      return [failed(exitCodes.network, found, unreachableHint(name, way.code))];
    }
    const answers = way !== undefined && way.end !== 'refusedByProxy' && !(way.end === 'stopped' && way.at === 'proxy');
    return answers ? [ok(`${name} answers.`)] : [];
  });
  const [first, ...others] = findings;
  if (!first) throw new Skipped('needs a way past the proxy');
  return together([first, ...others]);
}
