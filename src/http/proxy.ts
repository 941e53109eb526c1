import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { headerValues } from './node.ts';
import { type Listening, listen, refuse, type ServerCertificate } from './server.ts';
import { playedTunnels, type TunnelRefusal } from './tunnels.ts';

export interface ProxyOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Carries every name of `played`. */
  readonly tls: ServerCertificate;
  /** The hosts it answers for, in lower case. */
  readonly played: ReadonlySet<string>;
  /** Tunnels open at one time; default 256. */
  readonly maximumTunnels?: number;
  /** How long a client may say nothing, before its CONNECT and after it, in milliseconds; default 15,000. */
  readonly headersTimeout?: number;
}

/**
 * A forward proxy that forwards nothing: it is itself the other end of the tunnels it is asked for, under the names it
 * plays, and refuses everything else. It has no code that opens a connection.
 */
export function listenAsProxy(
  listener: RequestListener,
  { host, port, tls, played, maximumTunnels = 256, headersTimeout = 15_000 }: ProxyOptions,
): Promise<Listening> {
  const tunnels = playedTunnels({ tls, played, maximumTunnels, headersTimeout, refuse: answerAndEnd });
  const answer: RequestListener = (incoming, outgoing) => {
    const playing = tunnels.hostOf(incoming.socket);
    if (playing === undefined) return void refuseToForward(outgoing);
    tunnels.began(outgoing);
    const status = misdirection(incoming, playing);
    if (status === undefined) listener(incoming, outgoing);
    else refuse(outgoing, status);
  };
  return listen(answer, { host, port, tunnels, headersTimeout });
}

/** What is asked inside a tunnel is asked of the host the tunnel leads to: one Host, and no other in the request line. */
function misdirection(incoming: IncomingMessage, playing: string): 400 | 421 | undefined {
  const [host, ...others] = headerValues(incoming, 'host');
  if (host === undefined || others.length > 0) return 400;
  const { url = '/' } = incoming;
  const named = url.startsWith('/') ? host : /^https:\/\/([^/?#]*)/i.exec(url)?.[1];
  return [host, named].every((name) => name?.toLowerCase().replace(/:443$/, '') === playing) ? undefined : 421;
}

const forwardsNothing =
  'This is the proxy of a partner-auth sandbox. It answers for the sign-in and partner hosts it plays, by CONNECT to port 443, and forwards nothing. Leave other hosts out by NO_PROXY.';

const refusals: Readonly<Record<TunnelRefusal, { status: string; text: string; headers?: string }>> = {
  unreadable: { status: '400 Bad Request', text: 'CONNECT takes host:port.' },
  notPlayed: { status: '403 Forbidden', text: forwardsNothing },
  tooMany: {
    status: '503 Service Unavailable',
    text: 'Too many tunnels are open.',
    headers: 'Retry-After: 1\r\n',
  },
};

function refuseToForward(outgoing: ServerResponse): void {
  const body = `${forwardsNothing}\n`;
  outgoing
    .writeHead(403, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
    })
    .end(body);
}

function answerAndEnd(socket: Duplex, refusal: TunnelRefusal): void {
  const { status, text, headers = '' } = refusals[refusal];
  const body = `${text}\n`;
  const length = Buffer.byteLength(body);
  const fixed = `Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: ${length}\r\n`;
  socket.end(`HTTP/1.1 ${status}\r\n${fixed}${headers}Connection: close\r\n\r\n${body}`);
}
