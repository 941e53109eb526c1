import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { serve } from '@hono/node-server';
import { createAuthority } from '../../src/authority/index.ts';
import { testAuthority } from './fixture.ts';

test('two Host headers are refused: two readers would see two origins', async () => {
  const { context } = await testAuthority();
  const server = serve({ fetch: createAuthority(context).fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const path = '/common/v2.0/.well-known/openid-configuration';
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  await once(socket, 'close');
  server.close();
  assert.equal(Buffer.concat(pieces).toString().split(' ')[1], '400');
});
