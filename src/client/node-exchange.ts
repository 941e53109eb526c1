import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';
import { whenAborted } from '../base/when-aborted.ts';
import { AnswerTooLong, type Exchange, isRedirect, type OpenedAnswer } from './exchange.ts';

/** Begins a request of node:http or node:https; the signal ends what has to be done before it has a connection. */
export type Open = (url: string, options: RequestOptions, signal: AbortSignal) => ClientRequest;

/** Over Node's own requests: the web's objects around each, and what finalizes them, cost more than the request itself. */
export const nodeExchange =
  (open: Open): Exchange =>
  async ({ url, method, headers, body = '' }, signal) => {
    const sending = open(url, { method, headers: { ...headers, ...lengthOf(body) } }, signal);
    return opened(await responseTo(sending, body, signal), signal);
  };

export const lengthOf = (body: string | Buffer) =>
  body.length > 0 ? { 'content-length': String(Buffer.byteLength(body)) } : {};

export const responseTo = (
  sending: ClientRequest,
  body: string | Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sending.on('error', (cause) => reject(signal.aborted ? signal.reason : cause));
    sending.once('response', resolve);
    const letGo = whenAborted(signal, () => {
      sending.destroy(signal.reason);
      // Without a connection it would not be told.
      reject(signal.reason);
    });
    sending.once('close', letGo);
    sending.end(body);
  });

function opened(incoming: IncomingMessage, signal: AbortSignal): OpenedAnswer {
  const status = incoming.statusCode ?? 0;
  // Nobody reads it.
  if (isRedirect(status)) incoming.destroy();
  return {
    status,
    headers: { get: (name) => incoming.headersDistinct[name.toLowerCase()]?.join(', ') ?? null },
    text: (maximumBytes) => textOf(incoming, maximumBytes, signal),
  };
}

function textOf(incoming: IncomingMessage, maximumBytes: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const body = decoded(incoming);
    body.on('data', (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size > maximumBytes) body.destroy(new AnswerTooLong());
    });
    body.once('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
    body.once('error', (cause) => reject(signal.aborted ? signal.reason : cause));
  });
}

const decoders = {
  gzip: 'createGunzip',
  'x-gzip': 'createGunzip',
  deflate: 'createInflate',
  br: 'createBrotliDecompress',
} as const;

/** Compression is not asked for; some send it all the same. */
function decoded(incoming: IncomingMessage): Readable {
  const coding = incoming.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (!Object.hasOwn(decoders, coding)) return incoming;
  const decoder = process.getBuiltinModule('node:zlib')[decoders[coding as keyof typeof decoders]]();
  return process.getBuiltinModule('node:stream').pipeline(incoming, decoder, () => {});
}
