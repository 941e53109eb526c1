import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Context } from 'hono';
import { type HttpReply, type HttpRequest, maximumBodyBytes, requestOf, responseOf } from './message.ts';

type PathParameter = (name: string) => string;

/** Turns a handler of ours into one of hono's: hono matches the path, and nothing behind this line knows it. */
export const honoHandler =
  (handle: (request: HttpRequest, parameter: PathParameter) => Promise<HttpReply>) =>
  async (context: Context): Promise<Response> => {
    const incoming = incomingOf(context);
    const request = incoming ? await requestOfIncoming(incoming) : await requestOf(context.req.raw);
    return responseOf(await handle(request, (name) => context.req.param(name) ?? ''));
  };

/** Node's own request behind hono, when a socket is; undefined in tests and for the in-process fetch. */
function incomingOf(context: Context): IncomingMessage | undefined {
  const env: unknown = context.env;
  return typeof env === 'object' && env !== null && 'incoming' in env ? (env.incoming as IncomingMessage) : undefined;
}

async function requestOfIncoming(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  const scheme = (incoming.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  const body = await bodyOf(incoming);
  return {
    method: incoming.method ?? 'GET',
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? '' : url.slice(question + 1),
    headers: (name) => headerValues(incoming.rawHeaders, name),
    body,
    origin: originOf(scheme, incoming.headers.host),
    remoteAddress: incoming.socket.remoteAddress ?? '',
  };
}

/** The origin asked for, in its one spelling: lower case, default port left out. */
function originOf(scheme: string, host = 'localhost'): string {
  const origin = `${scheme}://${host}`;
  return URL.canParse(origin) ? new URL(origin).origin : `${scheme}://localhost`;
}

/** Every value as it came: node's `headers` joins some names, and keeps the first of others in silence. */
function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

/** The body's bytes, or undefined as soon as there are more than the limit: the rest is thrown away unread. */
function bodyOf(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    incoming.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > maximumBodyBytes) {
        pieces.length = 0;
        resolve(undefined);
      } else pieces.push(piece);
    });
    incoming.on('end', () => resolve(Buffer.concat(pieces)));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('The connection was closed before the request was complete.')));
  });
}
