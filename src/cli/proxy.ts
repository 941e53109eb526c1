import type { Io, Variables } from './io.ts';
import { warningLine } from './output/terminal-safe.ts';

const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/** Plain HTTP is spoken to this machine alone, because it does not leave it: through a proxy it would. */
const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Takes HTTPS_PROXY, HTTP_PROXY and NO_PROXY for the command's own process, as az does; this machine is never asked
 * through a proxy. A library's caller decides for itself. Without Node's switch for it (it came with 24.14),
 * NODE_USE_ENV_PROXY=1 does the same.
 */
export function useProxy({ variables, stderr }: Pick<Io, 'variables' | 'stderr'>): void {
  const name = names.find((each) => variables[each]);
  if (name === undefined) return;
  const http: object = process.getBuiltinModule('node:http');
  if ('setGlobalProxyFromEnv' in http && typeof http.setGlobalProxyFromEnv === 'function') {
    const NO_PROXY = withoutProxy(variables);
    http.setGlobalProxyFromEnv({ ...variables, NO_PROXY, no_proxy: NO_PROXY });
    return;
  }
  if (variables.NODE_USE_ENV_PROXY === '1') return;
  stderr.write(warningLine(`${name} is set, and this Node.js takes it only with NODE_USE_ENV_PROXY=1.`));
}

function withoutProxy({ no_proxy, NO_PROXY }: Variables): string {
  const named = no_proxy || NO_PROXY || '';
  return named.trim() === '*' ? '*' : [...(named === '' ? [] : [named]), ...loopback].join(',');
}
