import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { endUnread } from '../../src/http/last-words.ts';

test('row 84: what is refused unread hears why, is read no further, and is cut when it stays', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk, _, done) {
      told.push(String(chunk));
      done();
    },
  }).resume();
  endUnread(socket, 'last words');
  socket.resume();
  await setImmediate();
  assert.deepEqual([told, socket.isPaused()], [['last words'], true]);
  t.mock.timers.tick(999);
  assert.equal(socket.destroyed, false);
  t.mock.timers.tick(1);
  assert.equal(socket.destroyed, true);
});
