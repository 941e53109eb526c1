import type { Io } from './io.ts';
import { warningLine } from './output/terminal-safe.ts';

const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/**
 * Takes HTTPS_PROXY, HTTP_PROXY and NO_PROXY for the command's own process, as az does. A library's caller decides for
 * itself. Without Node's switch for it (it came with 24.14), NODE_USE_ENV_PROXY=1 does the same.
 */
export function useProxy({ variables, stderr }: Pick<Io, 'variables' | 'stderr'>): void {
  const name = names.find((each) => variables[each]);
  if (name === undefined || variables.NODE_USE_ENV_PROXY === '1') return;
  const http: object = process.getBuiltinModule('node:http');
  if ('setGlobalProxyFromEnv' in http && typeof http.setGlobalProxyFromEnv === 'function') {
    http.setGlobalProxyFromEnv(variables);
    return;
  }
  stderr.write(warningLine(`${name} is set, and this Node.js takes it only with NODE_USE_ENV_PROXY=1.`));
}
