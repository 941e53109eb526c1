import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { ServerCertificate, Tunnels } from './server.ts';

/** Why a tunnel is not opened: no `host:port`; a host or port that is not played; as many as there may be. */
export type TunnelRefusal = 'unreadable' | 'notPlayed' | 'tooMany';

/** Tunnels that end here, and which host each of them leads to. */
export interface PlayedTunnels extends Tunnels {
  /** The host a connection's tunnel leads to; undefined for one that is no tunnel. */
  hostOf(socket: Socket): string | undefined;
  /** An answer is under way: its tunnel stays open until it is out. */
  began(outgoing: ServerResponse): void;
}

interface TunnelOptions {
  readonly tls: ServerCertificate;
  readonly played: ReadonlySet<string>;
  readonly maximumTunnels: number;
  readonly headersTimeout: number;
  /** Says why, and ends the connection. */
  readonly refuse: (socket: Duplex, refusal: TunnelRefusal) => void;
}

export function playedTunnels(options: TunnelOptions): PlayedTunnels {
  const { tls, played, maximumTunnels, headersTimeout } = options;
  const secureContext = createSecureContext({ ...tls, minVersion: 'TLSv1.2' });
  const hosts = new Map<Socket, string>();
  const underWay = new Set<ServerResponse>();
  return {
    hostOf: (socket) => hosts.get(socket),
    began(outgoing) {
      underWay.add(outgoing);
      outgoing.once('close', () => underWay.delete(outgoing));
    },
    open(incoming, socket, head, serve) {
      socket.on('error', () => socket.destroy());
      const asked = hosts.size < maximumTunnels ? hostAsked(incoming, played) : 'tooMany';
      if (typeof asked === 'string') {
        options.refuse(socket, asked);
        endWithin(socket.resume(), headersTimeout);
        return;
      }
      const tunnel = tunnelIn(socket, { head, host: asked.host, secureContext });
      hosts.set(tunnel, asked.host);
      tunnel.once('close', () => hosts.delete(tunnel));
      tunnel.once('secure', endWithin(tunnel, headersTimeout));
      tunnel.once('secure', () => serve(tunnel));
    },
    close() {
      const busy = new Set<Socket>([...underWay].map(({ req }) => req.socket));
      for (const tunnel of hosts.keys()) if (!busy.has(tunnel)) tunnel.destroy();
    },
  };
}

/** The authority form of a request's target (RFC 9112 section 3.2.3). */
const authorityForm = /^(\[[0-9a-f:.]+\]|[^\s@:/?#[\]]+):(\d{1,5})$/i;

function hostAsked(
  { url = '', socket }: IncomingMessage,
  played: ReadonlySet<string>,
): { readonly host: string } | TunnelRefusal {
  const [, name, port] = authorityForm.exec(url) ?? [];
  if (name === undefined) return 'unreadable';
  const host = name.toLowerCase();
  // A tunnel within a tunnel would lead nowhere else.
  return port === '443' && played.has(host) && !(socket instanceof TLSSocket) ? { host } : 'notPlayed';
}

/** Says yes and becomes the other end. A client that greets another host than it asked for is cut off. */
function tunnelIn(
  socket: Duplex,
  { head, host, secureContext }: { head: Uint8Array; host: string; secureContext: SecureContext },
): TLSSocket {
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  if (head.length > 0) socket.unshift(head);
  const tunnel = new TLSSocket(socket as Socket, {
    isServer: true,
    secureContext,
    SNICallback: (name, done) => {
      if (name.toLowerCase() === host) done(null, secureContext);
      else done(new Error('The name in the greeting is not the one asked for.'));
    },
  });
  // An error nobody listens to ends the process.
  return tunnel.on('error', () => tunnel.destroy());
}

/** Ends a connection after a time, unless it closes or is let go before. */
function endWithin(socket: Duplex, milliseconds: number): () => void {
  const late = setTimeout(() => socket.destroy(), milliseconds);
  const letGo = () => clearTimeout(late);
  socket.once('close', letGo);
  return letGo;
}
