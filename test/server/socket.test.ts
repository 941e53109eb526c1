import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';

/** What only a socket can show of the whole server. */
let sandbox: TestSandbox;
let port: number;
let ca: string;

before(async () => {
  sandbox = await startSandbox({ port: 0 });
  port = Number(new URL(sandbox.url).port);
  ca = readFileSync(sandbox.caFile ?? '', 'utf8');
});

after(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they are and reads until the server closes: fetch would not send most of these. */
async function send(lines: readonly string[], body = '', address = '127.0.0.1'): Promise<Answer> {
  const socket = connect({ port, host: address, servername: 'localhost', ca });
  socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  await once(socket, 'close');
  const text = Buffer.concat(pieces).toString();
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...headers] = head.split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(
      headers.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    ),
    body: rest.join('\r\n\r\n'),
  };
}

test('a client that goes away in the middle of its body ends its own request and nothing else', async () => {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const head = `POST /common/oauth2/token HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 100\r\n\r\nresource=`;
  await new Promise((resolve) => socket.write(head, resolve));
  await send(['GET /livez HTTP/1.1', `Host: localhost:${port}`]);
  socket.destroy();
  await once(socket, 'close');
  assert.equal((await send(['GET /livez HTTP/1.1', `Host: localhost:${port}`])).status, 200);
});
