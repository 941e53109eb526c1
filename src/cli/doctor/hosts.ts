import { type ProxyChoice, proxyFor } from '../../client/proxy-for.ts';
import { type Way, type WayOptions, wayTo } from '../../client/way.ts';
import { proxyVariables, takesProxy } from '../proxy.ts';
import { needed, networkLeftAlone, Skipped } from './check.ts';
import type { Examination } from './examination.ts';

/** A host that a token has to do with, and how far one gets on the way to it. */
export interface Host {
  /** The host, and the port where it is not the usual one. */
  readonly name: string;
  /** The proxy that the variables name for it, whether it is taken or not. */
  readonly proxy: ProxyChoice | undefined;
  readonly route: Route;
  /** Undefined: not looked at, because the way is by a proxy of a kind that is only known to be there. */
  readonly way: Way | undefined;
}

/** `leftOut`: NO_PROXY names the host, or it is this machine. `notTaken`: this Node.js does not take the variables. */
export type Route = 'direct' | 'leftOut' | 'notTaken' | 'proxy';

/** The authority first, then Partner Center, where that is another. */
export async function hostsOf({ context, client, mode, environment }: Examination): Promise<readonly Host[]> {
  if (mode.offline) throw new Skipped(networkLeftAlone);
  const { resolved, ca } = await needed(environment(), 'an environment');
  const { authority, apiOrigin, partnerCenter } = resolved.environment;
  const { variables } = context.io;
  const { timeoutSeconds, signal } = client;
  const addresses = [...new Set([authority, apiOrigin ?? partnerCenter])];
  return Promise.all(
    addresses.map(async (address) => {
      // What trusts the sandbox's authority alone goes past every proxy.
      const { proxy, leftOut } = ca === undefined ? proxyFor(address, proxyVariables(variables)) : direct;
      const route = routeBy(proxy, { leftOut, taken: takesProxy(variables) });
      const options = { ca, timeoutSeconds, signal, proxy: undefined };
      const way = route === 'proxy' && proxy ? wayThrough(proxy, address, options) : wayTo(address, options);
      return { name: new URL(address).host, proxy, route, way: await way };
    }),
  );
}

const direct = { proxy: undefined, leftOut: false };

function routeBy(proxy: ProxyChoice | undefined, { leftOut, taken }: { leftOut: boolean; taken: boolean }): Route {
  if (!proxy) return 'direct';
  if (leftOut) return 'leftOut';
  return taken ? 'proxy' : 'notTaken';
}

export const isSocks = ({ url }: ProxyChoice): boolean => url?.protocol.startsWith('socks') === true;

export const isHttpProxy = ({ url }: ProxyChoice): boolean => url?.protocol === 'http:' || url?.protocol === 'https:';

async function wayThrough(proxy: ProxyChoice, address: string, options: WayOptions): Promise<Way | undefined> {
  if (isSocks(proxy)) return undefined;
  if (!isHttpProxy(proxy)) return { end: 'stopped', at: 'proxy', code: 'ERR_INVALID_URL' };
  return wayTo(address, { ...options, proxy: proxy.url });
}
