import type { Agent as PlainAgent } from 'node:http';
import type { Agent, RequestOptions } from 'node:https';
import { remembering } from '../base/remember.ts';
import { whenAborted } from '../base/when-aborted.ts';
import { type Exchange, exchangeOf, withExchange } from '../client/exchange.ts';
import { nodeExchange, type Open } from '../client/node-exchange.ts';
import { proxyFor } from '../client/proxy-for.ts';
import type { Variables } from './io.ts';
import { proxyVariables, takesProxy } from './proxy.ts';

/**
 * The global fetch, for the command's own process, with a way beside it over Node's agents: many requests then stay small.
 * It trusts what the process trusts and takes the proxy that fetch would take. Node's agents read the variables otherwise
 * (a name in NO_PROXY alone, and not those below it; HTTP_PROXY not for https), and are therefore told the proxy.
 */
export function processFetch(variables: Variables): typeof fetch {
  const throughFetch = exchangeOf((input, init) => fetch(input, init));
  const directly = nodeExchange(opening());
  const through = remembering(4, (proxy) => nodeExchange(opening(proxy)));
  const exchange: Exchange = (request, signal) => {
    const { proxy, leftOut } = proxyFor(request.url, proxyVariables(variables));
    if (!proxy || leftOut || !takesProxy(variables)) return directly(request, signal);
    // Of another kind, or no address: what becomes of it is for fetch to say.
    const isTaken = request.url.startsWith('https:') && /^https?:$/.test(proxy.url?.protocol ?? '');
    return (isTaken ? through(proxy.url?.href ?? '') : throughFetch)(request, signal);
  };
  return withExchange((input, init) => fetch(input, init), exchange);
}

/** What Node's agent hands on to `createConnection`: all options of the request. */
interface ConnectionOptions extends RequestOptions {
  readonly endedBy?: AbortSignal;
}

/** Loaded when it is needed: a token that is kept needs no network. */
function opening(proxy?: string): Open {
  let plain: PlainAgent | undefined;
  let secure: Agent | undefined;
  return (url, given, signal) => {
    const options = { ...given, headers: { 'user-agent': 'node', ...given.headers } };
    if (url.startsWith('http:')) {
      const { Agent, request } = process.getBuiltinModule('node:http');
      plain ??= new Agent({ keepAlive: true, proxyEnv: {} });
      return request(url, { ...options, agent: plain });
    }
    secure ??= secureAgent(proxy);
    const connection: ConnectionOptions = { ...options, agent: secure, endedBy: signal };
    return process.getBuiltinModule('node:https').request(url, connection);
  };
}

function secureAgent(proxy: string | undefined): Agent {
  const { Agent } = process.getBuiltinModule('node:https');
  if (proxy === undefined) return new Agent({ keepAlive: true, proxyEnv: {} });
  const agent = new Agent({ keepAlive: true, proxyEnv: { HTTPS_PROXY: proxy } });
  const connect = agent.createConnection.bind(agent);
  // While the proxy has not answered the request has no connection that it could end.
  agent.createConnection = (options, done) => {
    const { endedBy }: ConnectionOptions = options;
    const socket = connect(options, (...outcome) => {
      letGo();
      done?.(...outcome);
    });
    const letGo = whenAborted(endedBy, () => void socket?.destroy(endedBy?.reason));
    return socket;
  };
  return agent;
}
