import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { developmentAuthority, serverCertificate } from '../../src/http/tls/certificate-authority.ts';

/** A document, or whatever else a server may do to who asks for one. */
export type KeyAnswer = object | RequestListener;

/**
 * Issuers' key endpoints over real sockets on loopback, by the names they have in the world. A served node has no other way
 * out: its proxy leads here, and nothing of it is changed.
 */
export interface KeyServer {
  /** What makes a program ask here. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is answered at an address from now on; nothing is found at any other. */
  publish(address: string, answer: KeyAnswer): void;
  /** Addresses asked for until now, in their order. */
  readonly asked: readonly string[];
  /** What a connection was wanted to, `host:port`, whether it was made or not. */
  readonly wanted: readonly string[];
  /** Nothing listens any more, and what is connected is cut; until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function keyServer(names: readonly string[]): Promise<KeyServer> {
  const lifetime = { now: new Date(), lifetimeDays: 7 };
  const permitted = { permittedNames: names, permittedAddresses: ['127.0.0.1/32'] };
  const authority = await developmentAuthority({ ...lifetime, ...permitted, commonName: 'Issuers' });
  const certificate = await serverCertificate(authority, { ...lifetime, names, addresses: [] });
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-issuers-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, authority.certificatePem);

  const answers = new Map<string, KeyAnswer>();
  const asked: string[] = [];
  const wanted: string[] = [];
  const open = new Set<Duplex>();

  const server = createServer(
    { cert: certificate.certificatePem, key: certificate.privateKeyPem },
    (request, response) => {
      const address = `https://${request.headers.host}${request.url}`;
      asked.push(address);
      const answer = answers.get(address);
      if (typeof answer === 'function') return void (answer as RequestListener)(request, response);
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(answer ? JSON.stringify(answer) : '');
    },
  );
  const proxy = createProxy((_, response) => response.writeHead(403).end());
  proxy.on('connect', ({ url = '' }, near: Duplex) => {
    wanted.push(url);
    if (!names.some((name) => url === `${name}:443`)) return void near.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const end = () => {
      for (const side of [near, far]) open.delete(side.destroy());
    };
    for (const side of [near, far]) open.add(side.on('error', end).on('close', end));
    near.write('HTTP/1.1 200 Connection established\r\n\r\n');
    near.pipe(far).pipe(near);
  });

  const listening = async (one: typeof proxy | typeof server, port: number) => {
    one.listen(port, '127.0.0.1');
    await once(one, 'listening');
    return (one.address() as AddressInfo).port;
  };
  await listening(server, 0);
  const port = await listening(proxy, 0);
  const shut = async () => {
    if (!proxy.listening) return;
    const closed = once(proxy, 'close');
    proxy.close();
    proxy.closeAllConnections();
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    variables: { HTTPS_PROXY: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: caFile },
    publish: (address, answer) => void answers.set(address, answer),
    ...{ asked, wanted, shut },
    open: async () => void (await listening(proxy, port)),
    async close() {
      await shut();
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}
