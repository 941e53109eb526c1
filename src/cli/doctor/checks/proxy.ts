import { proxyRefusalHint } from '../../../client/http.ts';
import { type ProxyChoice, shownProxy } from '../../../client/proxy-for.ts';
import type { Way } from '../../../client/way.ts';
import { exitCodes } from '../../exit-codes.ts';
import { notAnAddress } from '../../proxy.ts';
import { type Check, type Finding, failed, findingOf, ok, together, warning } from '../check.ts';
import { type Host, isHttpProxy, isSocks } from '../hosts.ts';

/** Which proxy the variables name for each host, whether it is taken, and whether it lets through. */
export const proxy: Check = {
  name: 'proxy',
  run: async ({ hosts, environment }) => {
    const found = await hosts();
    const { ca } = await environment();
    return ca === undefined ? proxyFinding(found) : ok('The sandbox is reached without one.');
  },
};

export function proxyFinding(hosts: readonly Host[]): Finding {
  const [first, ...others] = hosts.map(findingFor);
  return first ? together([first, ...others.filter(({ found }) => found !== first.found)]) : ok('No proxy is named.');
}

function findingFor({ name, proxy, route, way }: Host): Finding {
  if (!proxy) return ok('No proxy is named.');
  const shown = shownProxy(proxy);
  if (route === 'leftOut') return ok(`${name} is reached directly, past ${shown}.`);
  if (route === 'notTaken') {
    return warning(`${shown} is named for ${name}, and this Node.js does not take it.`, 'Set NODE_USE_ENV_PROXY=1.');
  }
  if (isSocks(proxy)) return warning(`${shown} is a SOCKS proxy; Node.js’s support for them is new.`, httpHint);
  if (!isHttpProxy(proxy)) return findingOf(notAnAddress(proxy.name));
  return throughProxy(proxy, name, way);
}

const httpHint = 'Where it fails, use a proxy at an http address.';

function throughProxy(proxy: ProxyChoice, name: string, way: Way | undefined): Finding {
  const shown = shownProxy(proxy);
  if (way?.end === 'refusedByProxy') {
    const found = `${shown} refused the way to ${name} with HTTP ${way.status}.`;
    return failed(exitCodes.network, found, proxyRefusalHint(way.status));
  }
  if (way?.end === 'stopped' && way.at === 'proxy') {
    const next = `Check the address in ${proxy.name}, and whether the proxy is there for you.`;
    return failed(exitCodes.network, `${shown} could not be reached (${way.code}).`, next);
  }
  return ok(`${name} is reached through ${shown}.`);
}
