import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** What a broken or a hostile server may answer a token request with, one thing wrong in each. */
export interface Hostile {
  readonly name: string;
  /** The documented exit code of the command. */
  readonly exit: 0 | 5 | 6;
  /** What its sentence says; the rest of it may differ. */
  readonly says: string;
  readonly answer: RequestListener;
}

const jsonType = { 'content-type': 'application/json' };

export const json =
  (body: unknown, status = 200, headers = {}): RequestListener =>
  (_, response) =>
    void response
      .writeHead(status, { ...jsonType, ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

export const goodToken = { token_type: 'Bearer', expires_in: 3600, access_token: 'good-token' };

/** Moves the cursor, sets the title, writes a link, writes backwards, hides, breaks the line. */
export const terminalText = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u2066\u200b\r\n\u0000\u007f\ud800';

const html = '<!doctype html><html><body>502 Bad Gateway \u001b[31m</body></html>';
const drip = (response: ServerResponse) => {
  const timer = setInterval(() => response.write(' '), 50);
  response.once('close', () => clearInterval(timer));
};

const compressed = gzipSync(Buffer.alloc(50_000_000, ' '));

const unreadable = 'The authority’s answer holds no token that can be read.';
const tooLarge = 'is larger than 1048576 bytes.';
const raw =
  (text: string): RequestListener =>
  ({ socket }) =>
    void socket.end(text);

export const hostileAnswers: readonly Hostile[] = [
  {
    name: 'HTML, 200',
    exit: 6,
    says: unreadable,
    answer: (_, to) => void to.writeHead(200, { 'content-type': 'text/html' }).end(html),
  },
  {
    name: 'HTML, 502',
    exit: 6,
    says: 'HTTP 502',
    answer: (_, to) => void to.writeHead(502, { 'content-type': 'text/html' }).end(html),
  },
  {
    name: 'HTML, 403',
    exit: 5,
    says: 'HTTP 403',
    answer: (_, to) => void to.writeHead(403, { 'content-type': 'text/html' }).end(html),
  },
  { name: '50 MB', exit: 6, says: tooLarge, answer: json(Buffer.alloc(50_000_000, ' ').toString()) },
  {
    name: 'a drip without end',
    exit: 6,
    says: 'did not answer within 1 seconds',
    answer: (_, to) => drip(to.writeHead(200, jsonType)),
  },
  {
    name: 'headers without end',
    exit: 6,
    says: 'could not be reached',
    answer: ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write(`x-more: ${'x'.repeat(8_000)}\r\n`), 5);
      socket.once('close', () => clearInterval(timer));
    },
  },
  { name: 'silence', exit: 6, says: 'did not answer within 1 seconds', answer: () => {} },
  {
    name: 'a compressed flood',
    exit: 6,
    says: tooLarge,
    answer: (_, to) => void to.writeHead(200, { ...jsonType, 'content-encoding': 'gzip' }).end(compressed),
  },
  {
    name: 'compressed, and not',
    exit: 6,
    says: 'broke off',
    answer: (_, to) => void to.writeHead(200, { ...jsonType, 'content-encoding': 'gzip' }).end('{}'),
  },
  { name: 'another protocol', exit: 6, says: 'could not be reached', answer: raw('SSH-2.0-OpenSSH_9.6\r\n') },
  {
    name: 'a connection cut off in the body',
    exit: 6,
    says: 'broke off',
    answer: (_, to) => void to.writeHead(200, { ...jsonType, 'content-length': '99' }).write('{', () => to.destroy()),
  },
  {
    name: 'a connection cut off at once',
    exit: 6,
    says: 'could not be reached',
    answer: ({ socket }) => void socket.destroy(),
  },
  { name: '204', exit: 6, says: 'HTTP 204', answer: (_, to) => void to.writeHead(204).end() },
  { name: 'nothing', exit: 6, says: unreadable, answer: json('') },
  { name: 'truncated', exit: 6, says: unreadable, answer: json('{"access_token":"good-tok') },
  { name: 'a list', exit: 6, says: unreadable, answer: json('[]') },
  { name: 'nested a million times', exit: 6, says: unreadable, answer: json('['.repeat(1_000_000)) },
  {
    name: 'a member twice',
    exit: 6,
    says: unreadable,
    answer: json('{"token_type":"Bearer","expires_in":1,"access_token":"a","access_token":"b"}'),
  },
  { name: 'NUL bytes', exit: 6, says: unreadable, answer: json('\0{"access_token":"a"}\0') },
  {
    name: 'a token with a line break',
    exit: 6,
    says: unreadable,
    answer: json({ ...goodToken, access_token: 'a\r\nx: y' }),
  },
  {
    name: 'a token with a sequence',
    exit: 6,
    says: unreadable,
    answer: json({ ...goodToken, access_token: terminalText }),
  },
  { name: 'a token that is a number', exit: 6, says: unreadable, answer: json({ ...goodToken, access_token: 1 }) },
  { name: 'another token type', exit: 6, says: unreadable, answer: json({ ...goodToken, token_type: 'DPoP' }) },
  {
    name: 'a life without measure',
    exit: 6,
    says: unreadable,
    answer: json({ ...goodToken, expires_in: 9_007_199_254_740_991 }),
  },
  {
    name: 'a longer life without measure',
    exit: 6,
    says: unreadable,
    answer: json({ ...goodToken, ext_expires_in: '999999999999' }),
  },
  { name: 'a life below nothing', exit: 6, says: unreadable, answer: json({ ...goodToken, expires_in: -1 }) },
  {
    name: 'sequences in every text',
    exit: 5,
    says: 'invalid_client',
    answer: json(
      {
        error: `invalid_client${terminalText}`,
        error_description: terminalText,
        error_codes: [7000215],
        trace_id: terminalText,
        correlation_id: terminalText,
        error_uri: terminalText,
        suberror: terminalText,
        claims: terminalText,
      },
      401,
    ),
  },
  {
    name: 'a description of half a megabyte',
    exit: 5,
    says: 'invalid_client',
    answer: json(
      { error: 'invalid_client', error_description: 'x'.repeat(500_000), trace_id: 'y'.repeat(200_000) },
      401,
    ),
  },
  {
    name: 'numbers without end',
    exit: 5,
    says: 'invalid_client',
    answer: json({ error: 'invalid_client', error_codes: Array.from({ length: 50_000 }, (_, index) => index) }, 401),
  },
  {
    name: 'an error that is an object',
    exit: 5,
    says: 'HTTP 400',
    answer: json({ error: { message: terminalText } }, 400),
  },
  {
    name: 'a name of every object',
    exit: 5,
    says: 'constructor',
    answer: json({ error: 'constructor', suberror: '__proto__' }, 400),
  },
  { name: '429 for ever', exit: 6, says: 'HTTP 429', answer: json('', 429, { 'retry-after': '999999999' }) },
  { name: '429 until nobody knows when', exit: 6, says: 'HTTP 429', answer: json('', 429, { 'retry-after': 'soon' }) },
  {
    name: 'a redirect',
    exit: 6,
    says: 'answered with a redirect',
    answer: (_, to) => void to.writeHead(302, { location: 'https://x.test/' }).end(),
  },
  {
    name: 'another media type, and a token',
    exit: 0,
    says: '',
    answer: (_, to) => void to.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(goodToken)),
  },
];
