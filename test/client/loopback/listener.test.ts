import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { AuthError } from '../../../src/client/errors.ts';
import { openLoopback } from '../../../src/client/loopback/index.ts';
import { listenOnLoopback, maximumQuery } from '../../../src/client/loopback/listener.ts';
import { ask, freePorts, isError, reach, right, succeeds, waiting } from './fixture.ts';

async function occupied(host: string, port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

describe('row 20: where it listens', () => {
  test('row 20: the first free port from 8400 to 8999, on both loopback addresses', async () => {
    await using loopback = await openLoopback();
    assert.ok(loopback.port >= 8400 && loopback.port <= 8999);
    assert.equal(loopback.redirectUri, `http://localhost:${loopback.port}`);
    assert.deepEqual(
      [
        await reach('127.0.0.1', loopback.port),
        await reach('::1', loopback.port),
        await reach('localhost', loopback.port),
      ],
      ['connected', 'connected', 'connected'],
    );
    await using another = await openLoopback();
    assert.ok(another.port > loopback.port && another.port <= 8999);
  });

  const others = Object.values(networkInterfaces()).flatMap(
    (addresses) => addresses?.filter(({ internal, scopeid }) => !internal && !scopeid) ?? [],
  );
  test('row 20: from another interface the connection is refused', { skip: others.length === 0 }, async () => {
    await using loopback = await openLoopback();
    for (const { address } of others) assert.equal(await reach(address, loopback.port), 'ECONNREFUSED', address);
  });

  for (const host of ['127.0.0.1', '::1', '0.0.0.0']) {
    test(`row 20: a port taken on ${host} is left to whoever has it`, async () => {
      const first = await freePorts(2);
      const taken = await occupied(host, first);
      const listener = await listenOnLoopback(() => {}, { ports: { first, last: first + 1 } });
      assert.equal(listener.port, first + 1);
      await listener.close();
      taken.close();
      assert.deepEqual(
        [await reach('127.0.0.1', first + 1), await reach('::1', first + 1)],
        Array(2).fill('ECONNREFUSED'),
      );
    });
  }

  test('row 20: an address this machine does not have is left out', async () => {
    const listener = await listenOnLoopback(() => {}, { addresses: ['127.0.0.1', '203.0.113.1'] });
    assert.equal(await reach('127.0.0.1', listener.port), 'connected');
    await listener.close();
    await assert.rejects(
      listenOnLoopback(() => {}, { addresses: ['203.0.113.1'] }),
      isError('configuration'),
    );
  });

  test('a fixed port is the one that is used', async () => {
    const port = await freePorts(1);
    await using loopback = await openLoopback({ port });
    assert.equal(loopback.redirectUri, `http://localhost:${port}`);
  });

  test('a fixed port that is taken is named, with the remedy', async () => {
    const port = await freePorts(1);
    await using _ = await openLoopback({ port });
    await assert.rejects(openLoopback({ port }), (error) => {
      assert.ok(error instanceof AuthError);
      assert.deepEqual(
        [error.code, error.message, error.reason, error.hint],
        [
          'configuration',
          `The port ${port}, where the answer to the sign-in is to come, cannot be used (EADDRINUSE).`,
          'Another program listens there.',
          'Choose another one with --redirect-port (redirectPort), or leave it out: the first free one is taken then.',
        ],
      );
      return true;
    });
  });

  test('no free port: the range is named, with the remedy', async () => {
    const first = await freePorts(2);
    const taken = [await occupied('127.0.0.1', first), await occupied('::1', first + 1)];
    await assert.rejects(
      listenOnLoopback(() => {}, { ports: { first, last: first + 1 } }),
      (error) => {
        assert.ok(error instanceof AuthError);
        assert.deepEqual(
          [error.code, error.message, error.hint],
          [
            'configuration',
            `No port from ${first} to ${first + 1}, where the answer to the sign-in could come, can be used (EADDRINUSE).`,
            'End a program that listens there, or choose a port of your own with --redirect-port (redirectPort).',
          ],
        );
        return true;
      },
    );
    for (const server of taken) server.close();
  });

  for (const port of [0, -1, 65_536, 84.5, Number.NaN]) {
    test(`${port} is no port`, () => assert.rejects(openLoopback({ port }), isError('invalid_parameters')));
  }
});

describe('row 20: nobody holds it up', () => {
  const opened = async (port: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.on('error', () => {});
  };

  for (const [name, said] of [
    ['nothing', ''],
    ['half of a request', 'GET / HTTP/1.1\r\n'],
  ] as const) {
    test(`whoever says ${name} is cut off`, async () => {
      const listener = await listenOnLoopback(() => {}, { patience: 50 });
      const socket = await opened(listener.port);
      socket.resume().write(said);
      await once(socket, 'close');
      await listener.close();
    });
  }

  test('of 65 connections the oldest is cut, and the newest is answered', async () => {
    const listener = await listenOnLoopback((_, outgoing) => outgoing.end('answered'), { patience: 60_000 });
    const first = await opened(listener.port);
    const others = await Promise.all(Array.from({ length: 63 }, () => opened(listener.port)));
    const cut = once(first.resume(), 'close');
    assert.equal((await ask(listener.port, '/')).shown, 'answered');
    await cut;
    assert.equal(others.filter(({ closed }) => closed).length, 0);
    for (const socket of others) socket.destroy();
    await listener.close();
  });

  test('16 KiB of query are read, one character more is not, and 40 KiB of headers are not', async () => {
    const pending = await waiting();
    const padded = (size: number) => `${right}&x=${'x'.repeat(size - right.length - '&x='.length)}`;
    assert.equal((await ask(pending.port, `/?${padded(maximumQuery + 1)}`)).status, 414);
    const headers = [`Host: localhost:${pending.port}`, `Cookie: ${'c'.repeat(40_960)}`];
    assert.equal((await ask(pending.port, `/?${right}`, { headers })).status, 431);
    await succeeds(pending, padded(maximumQuery));
  });
});
