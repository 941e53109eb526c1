import { environments } from '../protocol/environments.ts';

/**
 * The hosts the sandbox can stand in for: sign-in, Partner Center, and the few answers around them, in every cloud. The
 * certificate authority is limited to these names from its first start, so that turning the proxy on asks for no new trust.
 */
export const proxyHosts: readonly string[] = [
  ...new Set([
    ...Object.values(environments).flatMap(({ authority, partnerCenter, partner }) =>
      [authority, partnerCenter, ...(partner === undefined ? [] : [partner])].map((origin) => new URL(origin).hostname),
    ),
    'login.windows.net',
    'login.microsoft.com',
    'sts.windows.net',
    'graph.microsoft.com',
    'graph.windows.net',
    'management.azure.com',
  ]),
];
