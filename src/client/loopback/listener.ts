import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { AuthError } from '../errors.ts';

/** A port of this machine's own, on which nobody else can reach it, and which holds nothing for long. */
export interface Listener {
  readonly port: number;
  /** Takes no connection any more and cuts those there are. */
  close(): Promise<void>;
}

export interface ListenerOptions {
  /** The first free one is taken; default 8400 to 8999, as the document of the cmdlet says. */
  readonly ports?: PortRange;
  /** A browser resolves `localhost` to either; one that this machine does not have is left out. */
  readonly addresses?: readonly string[];
  /** How long a client may take to say what it wants, in milliseconds; default 5,000. */
  readonly patience?: number;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const usualPorts: PortRange = { first: 8400, last: 8999 };
const loopbackAddresses = ['127.0.0.1', '::1'];

/** The longest query that is read, in characters; a code of Entra's has some 1,500. */
export const maximumQuery = 16_384;
/** The query, and as much again for headers: a browser sends the cookies of everything that ever ran on localhost. */
const maximumHeaderBytes = 2 * maximumQuery;
/** One more cuts the oldest: whoever holds connections open keeps nobody out. */
const maximumConnections = 64;

/** Binds a port on every loopback address before it is named to anyone. Throws `configuration`. */
export async function listenOnLoopback(handler: RequestListener, options: ListenerOptions = {}): Promise<Listener> {
  const { ports = usualPorts, addresses = loopbackAddresses, patience = 5_000 } = options;
  let reason = '';
  for (let port = ports.first; port <= ports.last; port++) {
    const sockets = new Set<Socket>();
    const servers = addresses.map(() => serverOf(handler, sockets, patience));
    const failures = await Promise.all(servers.map((server, index) => bind(server, port, addresses[index] ?? '')));
    const close = async () => {
      const closed = Promise.all(servers.map(closeServer));
      for (const socket of sockets) socket.destroy();
      await closed;
    };
    const failure = failures.find((code) => code !== undefined && !isMissing(code));
    if (failure === undefined && servers.some(({ listening }) => listening)) return { port, close };
    reason = failure ?? failures[0] ?? '';
    await close();
  }
  throw noPort(ports, reason);
}

function serverOf(handler: RequestListener, sockets: Set<Socket>, patience: number): Server {
  const server = createServer(
    {
      keepAlive: false,
      maxHeaderSize: maximumHeaderBytes,
      headersTimeout: patience,
      requestTimeout: patience,
      connectionsCheckingInterval: Math.min(patience, 1_000),
      insecureHTTPParser: false,
      // The handler refuses a request without one, as every other Host that is not ours.
      requireHostHeader: false,
    },
    handler,
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const [oldest] = sockets;
    if (sockets.size > maximumConnections) oldest?.destroy();
  });
  return server;
}

/** The system's code when it cannot be had. What fails later, such as a connection there is no file for, is the client's. */
const bind = (server: Server, port: number, host: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => resolve(undefined));
  });

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });

/** The machine has no such address: no IPv6, mostly. */
const isMissing = (code: string): boolean => code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';

function noPort({ first, last }: PortRange, code: string): AuthError {
  const isOne = first === last;
  const message = isOne
    ? `The port ${first}, where the answer to the sign-in is to come, cannot be used (${code}).`
    : `No port from ${first} to ${last}, where the answer to the sign-in could come, can be used (${code}).`;
  return new AuthError('configuration', message, {
    detail: code,
    reason: code === 'EADDRINUSE' ? 'Another program listens there.' : undefined,
    hint: isOne
      ? 'Choose another one with --redirect-port (redirectPort), or leave it out: the first free one is taken then.'
      : 'End a program that listens there, or choose a port of your own with --redirect-port (redirectPort).',
  });
}
