import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { endUnread } from './last-words.ts';
import {
  type BodyLimit,
  ConnectionCut,
  type Handler,
  type HttpReply,
  type HttpRequest,
  usualBodyLimit,
} from './message.ts';

/**
 * The bridge from node:http, for the paths where every microsecond counts: bytes read by `data` events up to the limit,
 * headers looked up in the raw list, where a repeated one stays visible. A client that goes away in the middle of its
 * body ends its own request alone; `onFailure` hears of what is a defect of ours.
 */
export const nodeListener =
  (handler: Handler, onFailure: (cause: unknown) => void, bodyLimit: BodyLimit = usualBodyLimit): RequestListener =>
  (incoming, outgoing) => {
    const answer = async () => {
      const body = await readBody(incoming, bodyLimit(targetOf(incoming.url ?? '/').split('?', 1)[0] ?? ''));
      const reply = await handler(requestOfNode(incoming, body));
      writeReply(outgoing, reply, body === undefined);
    };
    answer().catch((cause) => {
      if (!incoming.destroyed && !(cause instanceof ConnectionCut)) onFailure(cause);
      outgoing.destroy();
    });
  };

const requestOfNode = (incoming: IncomingMessage, body: Uint8Array | undefined): HttpRequest =>
  new NodeRequest(incoming, body);

/** A class for its accessors alone: in an object literal they cost more than the rest of the bridge. */
class NodeRequest implements HttpRequest {
  readonly #incoming: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array | undefined;

  constructor(incoming: IncomingMessage, body: Uint8Array | undefined) {
    const target = targetOf(incoming.url ?? '/');
    const question = target.indexOf('?');
    this.#incoming = incoming;
    this.method = incoming.method ?? 'GET';
    this.path = question < 0 ? target : target.slice(0, question);
    this.query = question < 0 ? '' : target.slice(question + 1);
    this.body = body;
  }

  headers(name: string): readonly string[] {
    return headerValues(this.#incoming, name);
  }

  get origin(): string {
    return originOf(this.#incoming);
  }

  get remoteAddress(): string {
    return this.#incoming.socket.remoteAddress ?? '';
  }
}

/** The path and query of a request target; the absolute form (RFC 9112 section 3.2.2) loses its origin here. */
export function targetOf(url: string): string {
  if (url.startsWith('/')) return url;
  const match = /^https?:\/\/[^/?#]*(\/.*)?$/i.exec(url);
  return match ? (match[1] ?? '/') : '/*';
}

/** Every value of a header as it came; node's own objects join some names and keep the first of others. */
export function headerValues({ rawHeaders: raw }: IncomingMessage, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const header = raw[index] ?? '';
    if (header.length === name.length && header.toLowerCase() === name) values.push(raw[index + 1] ?? '');
  }
  return values;
}

function originOf({ socket, headers }: IncomingMessage): string {
  const [scheme, ownPort] = socket instanceof TLSSocket ? ['https', ':443'] : ['http', ':80'];
  const host = (headers.host ?? 'localhost').toLowerCase();
  return `${scheme}://${host.endsWith(ownPort) ? host.slice(0, -ownPort.length) : host}`;
}

/**
 * Every byte of the body, or undefined when there are more than the limit: reading stops there. Rejects when the client
 * goes away in the middle.
 */
function readBody(incoming: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  if (Number(headerValues(incoming, 'content-length')[0]) > limit) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    incoming.on('data', (piece: Uint8Array) => {
      size += piece.length;
      if (size > limit) {
        incoming.pause();
        resolve(undefined);
      } else pieces.push(piece);
    });
    incoming.on('end', () => resolve(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)));
    // A client that goes away in the middle raises an error here; after the end nothing can.
    incoming.on('error', reject);
  });
}

/** `last`: the rest of the request was not read, so the connection cannot be used again. */
function writeReply(outgoing: ServerResponse, reply: HttpReply, last: boolean): void {
  const headers: string[] = [];
  for (const [name, value] of reply.headers) headers.push(name, value);
  // RFC 9110 section 8.6: no length where no body is.
  if (reply.status !== 204) headers.push('Content-Length', String(Buffer.byteLength(reply.body)));
  if (last) {
    headers.push('Connection', 'close');
    const { socket } = outgoing;
    // What node:http calls when such an answer is out.
    if (socket) socket.destroySoon = () => endUnread(socket);
  }
  outgoing.writeHead(reply.status, headers);
  outgoing.end(reply.body);
}
