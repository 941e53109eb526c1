import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { nodeListener } from '../../src/http/node.ts';
import { listen } from '../../src/http/server.ts';

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
