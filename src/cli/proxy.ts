import { AuthError } from '../client/errors.ts';
import type { Io, Variables } from './io.ts';
import { warningLine } from './output/terminal-safe.ts';

const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/** Plain HTTP is spoken to this machine alone, because it does not leave it: through a proxy it would. */
const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Node's switch for it came with 24.14; NODE_USE_ENV_PROXY=1 does the same before the process begins. */
export const takesProxy = ({ NODE_USE_ENV_PROXY }: Variables): boolean =>
  NODE_USE_ENV_PROXY === '1' || setGlobalProxy() !== undefined;

function setGlobalProxy(): ((variables: Variables) => void) | undefined {
  const http: object = process.getBuiltinModule('node:http');
  return 'setGlobalProxyFromEnv' in http && typeof http.setGlobalProxyFromEnv === 'function'
    ? (http.setGlobalProxyFromEnv as (variables: Variables) => void)
    : undefined;
}

/**
 * Takes HTTPS_PROXY, HTTP_PROXY and NO_PROXY for the command's own process, as az does; this machine is never asked
 * through a proxy. A library's caller decides for itself. What comes back is what to go on with: a proxy that cannot be
 * used is nothing to go around, so every request then fails with `configuration`, and whatever needs no network still works.
 */
export function useProxy(io: Io): Io {
  const { variables, stderr } = io;
  const name = names.find((each) => variables[each]);
  if (name === undefined) return io;
  const take = setGlobalProxy();
  if (!take) {
    if (takesProxy(variables)) return io;
    stderr.write(warningLine(`${name} is set, and this Node.js takes it only with NODE_USE_ENV_PROXY=1.`));
    return io;
  }
  try {
    take(proxyVariables(variables));
    return io;
  } catch (cause) {
    const refusal = notAnAddress(names.find((each) => variables[each] && !isAddress(variables[each])) ?? name, cause);
    return { ...io, fetch: () => Promise.reject(refusal) };
  }
}

/** The variables as Node is given them: past the proxy to this machine. */
export function proxyVariables(variables: Variables): Variables {
  const named = variables.no_proxy || variables.NO_PROXY || '';
  const NO_PROXY = named.trim() === '*' ? '*' : [...(named === '' ? [] : [named]), ...loopback].join(',');
  return { ...variables, NO_PROXY, no_proxy: NO_PROXY };
}

const isAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** Said without the value, which may hold a password. */
export const notAnAddress = (name: string, cause?: unknown): AuthError =>
  new AuthError('configuration', `${name} holds no address of a proxy.`, {
    cause,
    hint: `Set it to http://HOST:PORT, or unset it to go without a proxy.`,
  });
