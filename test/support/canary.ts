import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that nobody may be made to ask. */
export interface Canary {
  readonly url: string;
  /** Connections made until now. */
  readonly connections: () => number;
  close(): void;
}

export async function canary(): Promise<Canary> {
  let connections = 0;
  const server = createServer((_, response) => response.end('{}')).on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/keys`, connections: () => connections, close: () => server.close() };
}
