import { createServer, type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { endUnread } from './last-words.ts';
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
  /** How long until all of a request is here, in milliseconds; default 30,000. */
  readonly requestTimeout?: number;
  /** How long a client may leave an answer untaken, in milliseconds; an answer itself may not take longer. Default: for ever. */
  readonly silenceTimeout?: number;
  /** How long an idle connection may stay while the server drains, in milliseconds; default: it is closed at once. */
  readonly lingerTimeout?: number;
  /** Connections at one time, further ones are cut; default: as many as the system gives. */
  readonly maximumConnections?: number;
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
const limits = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 60_000 } as const;
/** How exact they are: node:http looks for late ones now and then. */
const checkMilliseconds = 1000;
/**
 * Connections the kernel keeps until they are taken; its own limit (somaxconn, usually 4096) counts too. Of those beyond it
 * a client hears nothing, and tries again after a second.
 */
const backlog = 4096;
const sweepMilliseconds = 50;

export async function listen(listener: RequestListener, given: ListenOptions): Promise<Listening> {
  const {
    host,
    port,
    tls,
    tunnels,
    headersTimeout = limits.headersTimeout,
    requestTimeout = limits.requestTimeout,
  } = given;
  const state = { isDraining: false };
  const options = {
    ServerResponse: responseIn(state),
    ...patienceOf(headersTimeout, requestTimeout),
    noDelay: true,
    insecureHTTPParser: false,
    requireHostHeader: false,
  };
  const answer = requiringHost(listener);
  const server = tls
    ? createSecureServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout }, answer)
    : createServer(options, answer);
  // Their bytes are limited. A limit of their number makes some versions of node:http drop the rest without a word.
  server.maxHeadersCount = 0;
  server.timeout = given.silenceTimeout ?? 0;
  if (given.maximumConnections !== undefined) {
    // By a worker too: handed back, a connection would go round all that are full. The types do not know the second yet.
    Object.assign(server, { maxConnections: given.maximumConnections, dropMaxConnection: true });
  }
  server.on('clientError', answerUnreadable);
  server.on('checkExpectation', (_, outgoing) => refuse(outgoing, 417));
  if (tunnels) {
    const serve = (socket: Socket) => void server.emit('connection', socket);
    server.on('connect', (incoming, socket, head) => tunnels.open(incoming, socket, head, serve));
  }
  const sockets = openSocketsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    drain: (seconds = 10) => {
      state.isDraining = true;
      return drain(server, { seconds, lingerTimeout: given.lingerTimeout ?? 0, sockets, tunnels });
    },
  };
}

/** Answers that are the last on their connection while the server drains. */
const responseIn = (state: { readonly isDraining: boolean }): typeof ServerResponse =>
  class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, ...rest: readonly unknown[]): this {
      if (state.isDraining) this.shouldKeepAlive = false;
      return super.writeHead(status, ...(rest as []));
    }
  };

/** A late one is seen at the check after it, which is within its time. */
function patienceOf(headersTimeout: number, requestTimeout: number) {
  const connectionsCheckingInterval = Math.min(checkMilliseconds, Math.ceil(headersTimeout / 4));
  return {
    headersTimeout: headersTimeout - connectionsCheckingInterval,
    requestTimeout: requestTimeout - connectionsCheckingInterval,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval,
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
  endUnread(socket, `HTTP/1.1 ${status}\r\n${headers}\r\n\r\n`);
}

interface Draining {
  readonly seconds: number;
  readonly lingerTimeout: number;
  readonly sockets: ReadonlySet<Socket>;
  readonly tunnels: Tunnels | undefined;
}

/**
 * A connection that is kept alive ends with its next answer, which says so. One that is closed while it is idle could meet
 * a request on its way, which whoever sent it may not send again: so it is closed only when none came for a time.
 */
async function drain(server: Server, { seconds, lingerTimeout, sockets, tunnels }: Draining): Promise<void> {
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, seconds * 1000);
  let sweep: NodeJS.Timeout | undefined;
  const sweepAll = () => {
    closeIdle(server, tunnels);
    // A connection that was kept alive falls idle once its answer is out; nothing closes it then but this.
    sweep = setInterval(() => closeIdle(server, tunnels), sweepMilliseconds);
  };
  await new Promise<void>((resolve) => {
    // Of node:net: that of node:http closes what is idle at once.
    NetServer.prototype.close.call(server, () => resolve());
    if (lingerTimeout === 0) sweepAll();
    else sweep = setTimeout(sweepAll, Math.min(lingerTimeout, seconds * 1000));
  });
  clearInterval(sweep);
  clearTimeout(cut);
  // It also looked for connections that are late; there are none any more.
  server.close();
}

function closeIdle(server: Pick<Server, 'closeIdleConnections'>, tunnels: Tunnels | undefined): void {
  server.closeIdleConnections();
  tunnels?.close();
}
