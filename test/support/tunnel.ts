import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';

export interface TunnelRequest {
  readonly port: number;
  readonly ca: string;
  /** What CONNECT names; default `login.microsoftonline.com:443`. */
  readonly target?: string;
  /** The name greeted; empty for none; default that of the target. */
  readonly serverName?: string;
  /** Send the greeting along with CONNECT instead of waiting for its answer. */
  readonly early?: boolean;
}

/** Opens a tunnel and TLS in it. Rejects with the status line when CONNECT is refused. */
export async function openTunnel(request: TunnelRequest): Promise<TLSSocket> {
  const { port, ca, target = 'login.microsoftonline.com:443', early = false } = request;
  const serverName = request.serverName ?? target.replace(/:\d+$/, '').toLowerCase();
  const raw = connect(port, '127.0.0.1');
  const head = `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
  let carrier: Duplex = raw;
  if (early) carrier = greetedEarly(raw, head);
  else {
    raw.write(head);
    await answeredYes(raw);
  }
  // Without a name nothing is greeted, and the certificate is compared with what was asked for.
  const name = serverName === '' ? { checkServerIdentity: () => undefined } : { servername: serverName };
  const tunnel = tlsConnect({ socket: carrier, ca, ...name });
  await once(tunnel, 'secureConnect');
  return tunnel;
}

async function answeredYes(raw: Socket): Promise<void> {
  const [answer] = (await once(raw, 'data')) as [Buffer];
  const [statusLine = ''] = answer.toString('latin1').split('\r\n');
  if (!statusLine.includes(' 200 ')) throw new Error(statusLine);
}

/** A carrier whose first bytes leave together with CONNECT, and whose reader never sees its answer. */
function greetedEarly(raw: Socket, head: string): Duplex {
  let held = Buffer.alloc(0);
  let open = false;
  let first = true;
  const carrier = new Duplex({
    read() {},
    write(piece: Buffer, _, done) {
      raw.write(first ? Buffer.concat([Buffer.from(head), piece]) : piece, () => done());
      first = false;
    },
    final(done) {
      raw.end(done);
    },
  });
  raw.on('data', (piece: Buffer) => {
    if (open) return void carrier.push(piece);
    held = Buffer.concat([held, piece]);
    const end = held.indexOf('\r\n\r\n');
    if (end < 0) return;
    open = true;
    if (held.length > end + 4) carrier.push(held.subarray(end + 4));
  });
  raw.on('close', () => carrier.destroy());
  return carrier;
}

/** Sends a request as it is and reads until the server closes. */
export async function askInside(tunnel: TLSSocket, ...lines: readonly string[]): Promise<string> {
  tunnel.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
  return text(tunnel);
}
