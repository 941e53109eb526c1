import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { type Way, type WayOptions, wayTo } from '../../src/client/way.ts';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';

let sandbox: TestSandbox;
let ca = '';
let issuer = '';
const servers: Server[] = [];

const listening = async (server: Server): Promise<number> => {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Connections end with the test file. */
const answering = (answer: (socket: Socket, head: string) => void) => (socket: Socket) => {
  after(() => socket.destroy());
  socket.on('error', () => {}).once('data', (head) => answer(socket, String(head)));
};

const heads: string[] = [];

/** A proxy that lets through. */
const forwarding = answering((socket, head) => {
  heads.push(head);
  const [, host = '', port] = /^CONNECT (\S+):(\d+) /.exec(head) ?? [];
  const onward = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\nVia: a proxy\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => socket.destroy());
});

before(async () => {
  sandbox = await startSandbox({ port: 0 });
  ca = readFileSync(sandbox.caFile ?? '', 'utf8');
  const way = await wayTo(sandbox.url, { ca, proxy: undefined, timeoutSeconds: 5, signal: undefined });
  issuer = way.end === 'reached' ? (way.certificate?.issuer ?? '') : '';
});
after(async () => {
  await sandbox.close();
  for (const server of servers) server.close();
});

const way = (address: string, { proxy, ...options }: Partial<Omit<WayOptions, 'proxy'>> & { proxy?: string } = {}) =>
  wayTo(address, {
    ca,
    timeoutSeconds: 5,
    signal: undefined,
    ...options,
    proxy: proxy === undefined ? undefined : new URL(proxy),
  });

/** Without the certificate, which differs from run to run. */
const endOf = ({ end, ...more }: Way) => {
  const { certificate: _, ...others } = more as Partial<Extract<Way, { end: 'distrusted' }>>;
  return { end, ...others };
};

describe('directly', () => {
  test('reached, and who issued the certificate', async () => {
    const reached = await way(sandbox.url);
    assert.equal(reached.end, 'reached');
    assert.ok(issuer.startsWith('Partner Auth sandbox'), issuer);
    assert.ok(reached.end === 'reached' && (reached.certificate?.validTo.getTime() ?? 0) > Date.now());
  });

  test('by its address instead of its name', async () => {
    assert.equal((await way(sandbox.url.replace('localhost', '127.0.0.1'))).end, 'reached');
  });

  test('without its authority: why, and who issued the certificate all the same', async () => {
    const { certificate, ...told } = (await way(sandbox.url, { ca: undefined })) as Extract<Way, { end: 'distrusted' }>;
    assert.deepEqual(told, { end: 'distrusted', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    assert.equal(certificate?.issuer, issuer);
  });

  test('plain HTTP has no certificate', async () => {
    const port = await listening(createServer());
    assert.deepEqual(await way(`http://127.0.0.1:${port}`), { end: 'reached', certificate: undefined });
  });

  test('nobody listens', async () => {
    const port = await listening(createServer());
    servers.pop()?.close();
    assert.deepEqual(await way(`https://127.0.0.1:${port}`), { end: 'stopped', at: 'host', code: 'ECONNREFUSED' });
  });

  test('no TLS is spoken there', async () => {
    const port = await listening(createServer(answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))));
    const told = await way(`https://127.0.0.1:${port}`);
    assert.deepEqual(told, { end: 'stopped', at: 'host', code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
  });

  test('nothing is said within the time', async () => {
    const port = await listening(createServer(answering(() => {})));
    const told = await way(`https://127.0.0.1:${port}`, { timeoutSeconds: 0.2 });
    assert.deepEqual(told, { end: 'stopped', at: 'host', code: 'ETIMEDOUT' });
  });

  test('ended by the caller', async () => {
    const told = await way(sandbox.url, { signal: AbortSignal.abort() });
    assert.deepEqual(told, { end: 'stopped', at: 'host', code: 'ETIMEDOUT' });
  });
});

describe('through a proxy', () => {
  test('reached; the proxy is told where to, and by whom', async () => {
    const port = await listening(createServer(forwarding));
    assert.equal((await way(sandbox.url, { proxy: `http://user:p%40ss@127.0.0.1:${port}` })).end, 'reached');
    const target = new URL(sandbox.url).host;
    assert.equal(
      heads.at(-1),
      `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${btoa('user:p@ss')}\r\n\r\n`,
    );
  });

  for (const status of [403, 407, 502]) {
    test(`refused with ${status}`, async () => {
      const server = createServer(answering((socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)));
      const told = await way(sandbox.url, { proxy: `http://127.0.0.1:${await listening(server)}` });
      assert.deepEqual(told, { end: 'refusedByProxy', status });
    });
  }

  const stops: readonly (readonly [name: string, code: string, answer: (socket: Socket) => void])[] = [
    ['says nothing', 'ETIMEDOUT', () => {}],
    ['hangs up', 'ECONNRESET', (socket) => socket.end()],
    ['never comes to an end', 'unknown', (socket) => socket.write('x'.repeat(20_000))],
  ];
  for (const [name, code, answer] of stops) {
    test(`that ${name}`, async () => {
      const proxy = `http://127.0.0.1:${await listening(createServer(answering(answer)))}`;
      assert.deepEqual(await way(sandbox.url, { proxy, timeoutSeconds: 0.5 }), { end: 'stopped', at: 'proxy', code });
    });
  }

  test('that is not there', async () => {
    const port = await listening(createServer());
    servers.pop()?.close();
    const told = await way(sandbox.url, { proxy: `http://127.0.0.1:${port}` });
    assert.deepEqual(told, { end: 'stopped', at: 'proxy', code: 'ECONNREFUSED' });
  });

  test('over TLS that is not trusted: it is told nothing, its password least of all', async () => {
    const folder = dirname(sandbox.caFile ?? '');
    const [key, cert] = ['localhost.key', 'localhost.pem'].map((name) => readFileSync(join(folder, name)));
    let heard = '';
    const server = createTlsServer({ key, cert }, (socket) => {
      socket
        .on('error', () => {})
        .on('data', (piece) => {
          heard += piece;
        });
    });
    const told = await way(sandbox.url, { proxy: `https://user:CANARY@localhost:${await listening(server)}` });
    assert.deepEqual(told, { end: 'stopped', at: 'proxy', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    assert.equal(heard, '');
  });

  test('inspected on the way: distrusted as without a proxy', async () => {
    const proxy = `http://127.0.0.1:${await listening(createServer(forwarding))}`;
    const told = endOf(await way(sandbox.url, { proxy, ca: undefined }));
    assert.deepEqual(told, { end: 'distrusted', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });
});
