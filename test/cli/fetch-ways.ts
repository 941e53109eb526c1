import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server, setGlobalProxyFromEnv } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { processFetch } from '../../src/cli/process-fetch.ts';
import { clientContext } from '../../src/client/context.ts';
import { AuthError } from '../../src/client/errors.ts';
import type { OutgoingRequest } from '../../src/client/exchange.ts';
import { send } from '../../src/client/http.ts';

/** The two ways the command's requests may go, so that each case is run over both. */

type Variables = Readonly<Record<string, string>>;

export interface Way {
  readonly name: string;
  /** A fetch that takes the proxies of the variables, until it is disposed of. */
  open(variables: Variables): { readonly fetch: typeof fetch } & Disposable;
}

export const ways: readonly Way[] = [
  {
    name: 'the global fetch',
    open: (variables) => {
      const restore = setGlobalProxyFromEnv(variables);
      return { fetch: (input, init) => fetch(input, init), [Symbol.dispose]: restore };
    },
  },
  { name: 'the command’s own', open: (variables) => ({ fetch: processFetch(variables), [Symbol.dispose]: () => {} }) },
];

/** A server and how many of its connections are open. */
export async function serving<Listening extends Server>(server: Listening) {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return { port, url: `http://127.0.0.1:${port}/`, open, [Symbol.asyncDispose]: stop };
}

export const answering = (listener: RequestListener) => serving(createServer(listener));

interface Asking extends Partial<OutgoingRequest> {
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

export function ask(fetchIt: typeof fetch, url: string, { timeoutSeconds = 5, signal, ...request }: Asking = {}) {
  const context = clientContext({ timeoutSeconds, signal });
  return send(context, fetchIt, { method: 'GET', url, headers: {}, ...request });
}

/** What became of it: the status and the text, or the error's code, detail and message without the address. */
export async function outcome(work: Promise<{ readonly status: number; readonly text: string }>): Promise<unknown> {
  try {
    const { status, text: body } = await work;
    return [status, body];
  } catch (error) {
    assert.ok(error instanceof AuthError, String(error));
    return [error.code, error.detail, error.message.replace(/(127\.0\.0\.1|localhost|login\.test):?\d*/, 'HOST')];
  }
}

export const sending =
  (body: Buffer | string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(200, headers).end(body);
