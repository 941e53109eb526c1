import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { deadline } from '../base/deadline.ts';
import { errorCode } from '../base/error-code.ts';

/**
 * How far one gets on the way to an address: through the proxy, to the host, into TLS. Nothing is sent to the host but the
 * greeting, and nothing that is secret but what the proxy's address itself holds for the proxy.
 */
export type Way =
  | { readonly end: 'reached'; readonly certificate: SeenCertificate | undefined }
  /** TLS was spoken, and the certificate is not to be trusted: OpenSSL's or Node's code for why. */
  | { readonly end: 'distrusted'; readonly code: string; readonly certificate: SeenCertificate | undefined }
  /** The proxy answered CONNECT with this status. */
  | { readonly end: 'refusedByProxy'; readonly status: number }
  | { readonly end: 'stopped'; readonly at: 'proxy' | 'host'; readonly code: string };

export interface SeenCertificate {
  /** Who issued it: organisation, or common name where there is none. */
  readonly issuer: string;
  readonly validTo: Date;
}

export interface WayOptions {
  readonly proxy: URL | undefined;
  /** PEM; default what Node.js trusts. */
  readonly ca: string | undefined;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/** Never rejects: what stops it is the answer. */
export async function wayTo(address: string, options: WayOptions): Promise<Way> {
  const target = placeOf(new URL(address));
  const signal = deadline(options.timeoutSeconds, options.signal);
  const open: Socket[] = [];
  let at: 'proxy' | 'host' = options.proxy ? 'proxy' : 'host';
  try {
    const first = options.proxy ? placeOf(options.proxy) : target;
    let socket = await connected(first, signal, open);
    if (options.proxy) {
      if (first.isSecure) {
        const carrier = await secured(socket, first, { ca: undefined, signal, open });
        // The proxy's password is for that proxy alone.
        if (carrier.distrust !== undefined) return { end: 'stopped', at, code: carrier.distrust };
        socket = carrier.socket;
      }
      const status = await tunnelled(socket, target, options.proxy, signal);
      if (status !== 200) return { end: 'refusedByProxy', status };
      at = 'host';
    }
    if (!target.isSecure) return { end: 'reached', certificate: undefined };
    const { certificate, distrust } = await secured(socket, target, { ca: options.ca, signal, open });
    return distrust === undefined
      ? { end: 'reached', certificate }
      : { end: 'distrusted', code: distrust, certificate };
  } catch (error) {
    return { end: 'stopped', at, code: signal.aborted ? 'ETIMEDOUT' : codeOf(error) };
  } finally {
    // The outermost takes those beneath with it; Node.js crashes where one beneath it goes first.
    open.at(-1)?.destroy();
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

function placeOf({ hostname, port, protocol }: URL): Place {
  const isSecure = protocol === 'https:';
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (isSecure ? 443 : 80), isSecure };
}

function connected({ host, port }: Place, signal: AbortSignal, open: Socket[]): Promise<Socket> {
  const socket = netConnect({ host, port });
  open.push(socket);
  return settled(socket, signal, (resolve) => socket.once('connect', () => resolve(socket)));
}

interface TlsOptions {
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
  readonly open: Socket[];
}

interface Secured {
  readonly socket: Socket;
  readonly certificate: SeenCertificate | undefined;
  /** Why it is not to be trusted; undefined when it is. */
  readonly distrust: string | undefined;
}

/** TLS on the socket. What cannot be trusted is looked at all the same, for nothing is sent on it. */
function secured(socket: Socket, { host }: Place, { ca, signal, open }: TlsOptions): Promise<Secured> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const tls = tlsConnect({ socket, host, ...name, rejectUnauthorized: false, ...(ca === undefined ? {} : { ca }) });
  open.push(tls);
  return settled(tls, signal, (resolve) =>
    tls.once('secureConnect', () => {
      const seen = tls.getPeerX509Certificate();
      resolve({
        socket: tls,
        certificate: seen && { issuer: issuerIn(seen.issuer), validTo: seen.validToDate },
        // Node's types say Error; for a chain that does not verify it is the code itself.
        distrust: tls.authorized ? undefined : codeOf(tls.authorizationError),
      });
    }),
  );
}

/** Of a distinguished name in lines. */
function issuerIn(name: string): string {
  const parts = new Map(name.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
  return parts.get('O') || parts.get('CN') || 'someone without a name';
}

/** CONNECT (RFC 9110 section 9.3.6): the status that the proxy answers with. */
function tunnelled(socket: Socket, target: Place, proxy: URL, signal: AbortSignal): Promise<number> {
  const authority = `${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...proxyAuthorization(proxy), '', ''];
  let head = '';
  return settled(socket, signal, (resolve, reject) => {
    const read = (piece: Buffer) => {
      head += piece.toString('latin1');
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (head.includes('\r\n\r\n') && status !== undefined) {
        socket.off('data', read);
        resolve(Number(status));
      } else if (head.length > 16_384) reject(new Error('no answer of a proxy'));
    };
    socket.on('data', read);
    socket.write(lines.join('\r\n'));
  });
}

function proxyAuthorization({ username, password }: URL): readonly string[] {
  if (username === '' && password === '') return [];
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return [`Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}`];
}

/** One outcome of a socket, or the end of its time. */
function settled<Value>(
  socket: Socket,
  signal: AbortSignal,
  begin: (resolve: (value: Value) => void, reject: (cause: unknown) => void) => void,
): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const closed = () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
  const ended = () => reject(signal.reason);
  socket.on('error', reject).once('close', closed);
  signal.addEventListener('abort', ended, { once: true });
  begin(resolve, reject);
  if (signal.aborted) ended();
  return promise.finally(() => signal.removeEventListener('abort', ended));
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  return errorCode(cause) ?? (typeof cause === 'string' ? cause : 'unknown');
}
