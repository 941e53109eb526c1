import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { withExchange } from './exchange.ts';
import { lengthOf, nodeExchange, responseTo } from './node-exchange.ts';

/**
 * A `fetch` that trusts one certificate authority and no other, for the sandbox's `ca.pem`. The process's own trust stays
 * as it is: whoever else speaks TLS in it is not touched, and nothing that is set for it (a proxy, an authority of its own,
 * `NODE_TLS_REJECT_UNAUTHORIZED`) counts here. It follows no redirect, as everything of the client.
 */
export function trustingFetch(caPem: string): typeof fetch {
  let agent: import('node:https').Agent | undefined;
  // Loaded when it is needed: a token that is kept needs no TLS.
  const open = (url: string, options: import('node:https').RequestOptions): ClientRequest => {
    const { Agent, request } = process.getBuiltinModule('node:https');
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
    agent ??= new Agent({ ca: caPem, keepAlive: true, rejectUnauthorized: true });
    return request(url, { ...options, agent });
  };
  const fetchIt: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = Buffer.from(await request.arrayBuffer());
    const headers = { ...Object.fromEntries(request.headers), ...lengthOf(body) };
    const { method, signal } = request;
    return webResponse(await responseTo(open(request.url, { method, headers }), body, signal));
  };
  return withExchange(fetchIt, nodeExchange(open));
}

function webResponse(incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
  }
  const status = incoming.statusCode ?? 0;
  const empty = status === 204 || status === 304;
  if (empty) incoming.resume();
  const stream = empty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  return new Response(stream, { status, headers });
}
