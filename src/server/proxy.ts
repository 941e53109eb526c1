import type { Logger } from 'pino';
import type { Handler } from '../http/message.ts';
import { nodeListener } from '../http/node.ts';
import { listenAsProxy } from '../http/proxy.ts';
import type { Listening } from '../http/server.ts';
import type { TlsFiles } from '../http/tls/tls-files.ts';
import { proxyHosts } from '../sandbox/index.ts';

export interface RunningProxy {
  /** What HTTPS_PROXY is set to. */
  readonly url: string;
  /** The certificate authority that its clients trust. */
  readonly caFile: string;
  readonly listening: Listening;
}

/**
 * The sandbox under the names of Microsoft's hosts: on loopback, wherever the sandbox itself listens. Without a port there
 * is none.
 */
export async function startProxy(
  port: number | undefined,
  { played, tls, log }: { readonly played: Handler; readonly tls: TlsFiles | undefined; readonly log: Logger },
): Promise<RunningProxy | undefined> {
  if (port === undefined || tls === undefined) return undefined;
  const host = '127.0.0.1';
  const listener = nodeListener(played, (cause) => log.error({ reason: String(cause) }, 'a request failed'));
  const listening = await listenAsProxy(listener, {
    host,
    port,
    tls: { key: tls.keyPem, cert: tls.certificatePem },
    played: new Set(proxyHosts),
  });
  return { url: `http://${host}:${listening.port}`, caFile: tls.caFile, listening };
}
