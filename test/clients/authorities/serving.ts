import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedAuthority extends AsyncDisposable {
  readonly authority: string;
  /** Method and path of every request, in order. */
  readonly received: readonly string[];
}

/** A port on loopback, known before whoever answers there is set up for it. */
export async function serving(
  listenerAt: (authority: string) => RequestListener | Promise<RequestListener>,
): Promise<ServedAuthority> {
  const received: string[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const listener = await listenerAt(authority);
  server.on('request', (request: IncomingMessage, response) => {
    received.push(`${request.method} ${(request.url ?? '').split('?', 1)[0]}`);
    listener(request, response);
  });
  return {
    authority,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
