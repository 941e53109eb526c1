import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeListener } from '../../src/http/node.ts';
import { listen } from '../../src/http/server.ts';
import { ensureTlsFiles } from '../../src/http/tls/tls-files.ts';

test('draining ends as soon as the last answer is out, though its connection would be kept alive', async () => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const listening = await listen(
    nodeListener(
      async () => {
        begun.resolve();
        await release.promise;
        return { status: 200, headers: [], body: 'answered' };
      },
      (cause) => assert.fail(String(cause)),
    ),
    { host: '127.0.0.1', port: 0 },
  );
  const socket = connect(listening.port, '127.0.0.1').setEncoding('utf8');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n');
  await begun.promise;

  const drained = listening.drain(60);
  release.resolve();
  let answer = '';
  socket.on('data', (piece) => {
    answer += piece;
  });
  const late = AbortSignal.timeout(10_000);
  await Promise.race([
    drained,
    once(late, 'abort').then(() => assert.fail('the idle connection holds the server open')),
  ]);
  if (!socket.closed) await once(socket, 'close');
  assert.ok(answer.startsWith('HTTP/1.1 200 OK') && answer.endsWith('answered'), answer);
});

test('draining cuts a client that never spoke TLS, too', { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'partner-auth-server-'));
  const { keyPem, certificatePem } = await ensureTlsFiles({ directory, now: new Date(), hosts: [] });
  rmSync(directory, { recursive: true });
  const listening = await listen(() => assert.fail('nothing was asked'), {
    host: '127.0.0.1',
    port: 0,
    tls: { key: keyPem, cert: certificatePem },
  });
  const socket = connect(listening.port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.all([listening.drain(0.2), closed]);
});

test('row 86, B19: a client that takes no answer is cut, and one that takes its time is not', {
  timeout: 60_000,
}, async () => {
  const body = 'x'.repeat(1_000_000);
  const listening = await listen(
    nodeListener(
      async () => ({ status: 200, headers: [], body }),
      (cause) => assert.fail(String(cause)),
    ),
    { host: '127.0.0.1', port: 0, silenceTimeout: 300 },
  );
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const asking = (requests: number) => {
    const socket = connect(listening.port, '127.0.0.1').on('error', () => {});
    socket.pause().write(request.repeat(requests));
    return socket;
  };
  const [silent, slow] = [asking(50), asking(20)];
  let taken = 0;
  slow.on('data', (piece) => {
    taken += piece.length;
    slow.pause();
    setTimeout(() => slow.resume(), 3);
  });
  slow.resume();
  await wait(1500);
  silent.resume();
  let got = 0;
  silent.on('data', (piece) => {
    got += piece.length;
  });
  await new Promise((resolve) => silent.once('close', resolve));
  while (taken < 20 * body.length) await wait(20);
  assert.ok(got < 50 * body.length, `${got} bytes: it was served to the end`);
  slow.destroy();
  await listening.drain(1);
});
