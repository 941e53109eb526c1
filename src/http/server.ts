import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { headerValues } from './node.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Without it plain HTTP is spoken. */
  readonly tls?: ServerCertificate;
  /** Takes CONNECT; without it they are cut off. */
  readonly tunnels?: Tunnels;
  /** How long a client may take to say what it wants, in milliseconds; default 15,000. */
  readonly headersTimeout?: number;
}

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** What becomes of connections that asked for a tunnel. */
export interface Tunnels {
  /** Takes the connection over. Bytes that came with the request are in `head`; `serve` reads requests from a socket. */
  open(incoming: IncomingMessage, socket: Duplex, head: Uint8Array, serve: (socket: Socket) => void): void;
  /** Ends every tunnel in which no answer is under way. */
  close(): void;
}

export interface Listening {
  readonly port: number;
  /** Takes no new connection, lets answers under way finish, and cuts what is left after `seconds` (default 10). */
  drain(seconds?: number): Promise<void>;
}

/** Limits of a connection: a slow client may hold a socket for this long, and no longer. */
const limits = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
} as const;
const sweepMilliseconds = 50;

export async function listen(listener: RequestListener, given: ListenOptions): Promise<Listening> {
  const { host, port, tls, tunnels, headersTimeout = limits.headersTimeout } = given;
  const connectionsCheckingInterval = Math.min(limits.connectionsCheckingInterval, headersTimeout);
  const patience = { ...limits, headersTimeout, connectionsCheckingInterval };
  const options = { ...patience, noDelay: true, insecureHTTPParser: false, requireHostHeader: false };
  const answer = requiringHost(listener);
  const server = tls
    ? createSecureServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout }, answer)
    : createServer(options, answer);
  // Their bytes are limited. A limit of their number makes some versions of node:http drop the rest without a word.
  server.maxHeadersCount = 0;
  server.on('clientError', answerUnreadable);
  server.on('checkExpectation', (_, outgoing) => refuse(outgoing, 417));
  if (tunnels) {
    const serve = (socket: Socket) => void server.emit('connection', socket);
    server.on('connect', (incoming, socket, head) => tunnels.open(incoming, socket, head, serve));
  }
  const sockets = openSocketsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    drain: (seconds = 10) => drain(server, { seconds, sockets, tunnels }),
  };
}

/** Every connection, also those that node:http does not count because nothing has been said or all was said. */
function openSocketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** A request without Host (RFC 9112 section 3.2), which node:http would refuse by an answer that may be stored. */
const requiringHost =
  (listener: RequestListener): RequestListener =>
  (incoming, outgoing) => {
    if (incoming.httpVersion === '1.1' && headerValues(incoming, 'host').length === 0) refuse(outgoing, 400);
    else listener(incoming, outgoing);
  };

export const refuse = (outgoing: ServerResponse, status: number): ServerResponse =>
  outgoing
    .writeHead(status, { 'Cache-Control': 'no-store', Pragma: 'no-cache', 'Content-Length': 0, Connection: 'close' })
    .end();

/** What the parser refuses never reaches a handler: two lengths, a folded header, too many bytes of headers. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const headers = 'Cache-Control: no-store\r\nPragma: no-cache\r\nContent-Length: 0\r\nConnection: close';
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n`);
}

async function drain(
  server: Pick<Server, 'close' | 'closeIdleConnections'>,
  { seconds, sockets, tunnels }: { seconds: number; sockets: ReadonlySet<Socket>; tunnels: Tunnels | undefined },
): Promise<void> {
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, seconds * 1000);
  // A connection that was kept alive falls idle once its answer is out; nothing closes it then but this.
  const sweep = setInterval(() => closeIdle(server, tunnels), sweepMilliseconds);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    closeIdle(server, tunnels);
  });
  clearInterval(sweep);
  clearTimeout(cut);
}

function closeIdle(server: Pick<Server, 'closeIdleConnections'>, tunnels: Tunnels | undefined): void {
  server.closeIdleConnections();
  tunnels?.close();
}
