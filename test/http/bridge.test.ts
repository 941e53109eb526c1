import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Handler } from '../../src/http/message.ts';
import { nodeListener } from '../../src/http/node.ts';
import { type Listening, listen } from '../../src/http/server.ts';

/** On a socket, because what is tested here is what only a socket has. */
let listening: Listening;

before(async () => {
  const echo: Handler = async (request) => ({
    status: 200,
    headers: [['Content-Type', 'application/json']],
    body: JSON.stringify({
      method: request.method,
      path: request.path,
      query: request.query,
      authorization: request.headers('authorization'),
      body: request.body === undefined ? null : request.body.length,
      origin: request.origin,
      remoteAddress: request.remoteAddress,
    }),
  });
  const options = { host: '127.0.0.1', port: 0 };
  listening = await listen(
    nodeListener(echo, (cause) => console.error(cause)),
    options,
  );
});

after(() => listening.drain(1));

/** Sends bytes as they are: fetch would join or refuse some of these headers. */
async function send(lines: readonly string[], body = ''): Promise<Record<string, unknown>> {
  const socket = connect(listening.port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  const text = Buffer.concat(pieces).toString();
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
}

test('method, path, query, origin and address are those of the socket', async () => {
  const request = await send(['GET /common/oauth2/token?a=1&a=2 HTTP/1.1', 'Host: LOCALHOST:8443']);
  assert.deepEqual(request, {
    method: 'GET',
    path: '/common/oauth2/token',
    query: 'a=1&a=2',
    authorization: [],
    body: 0,
    origin: 'http://localhost:8443',
    remoteAddress: '127.0.0.1',
  });
});

test('a header given twice arrives twice', async () => {
  const request = await send([
    'GET / HTTP/1.1',
    'Host: localhost',
    'Authorization: Bearer a',
    'AUTHORIZATION: Bearer b',
  ]);
  assert.deepEqual(request.authorization, ['Bearer a', 'Bearer b']);
});

const sizes = [
  [65_536, 65_536],
  [65_537, null],
  [1_000_000, null],
] as const;
for (const [sent, read] of sizes) {
  test(`of ${sent} bytes ${read === null ? 'nothing' : 'all'} is kept`, async () => {
    const request = await send(['POST / HTTP/1.1', 'Host: localhost', `Content-Length: ${sent}`], 'x'.repeat(sent));
    assert.equal(request.body, read);
  });
}

test('a body in pieces without a length is limited too', async () => {
  const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const request = await send(
    ['POST / HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked'],
    `${piece}${piece}0\r\n\r\n`,
  );
  assert.equal(request.body, null);
});
