import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { whenAborted } from '../../src/base/when-aborted.ts';

describe('a call when a signal is aborted', () => {
  test('once', () => {
    const controller = new AbortController();
    let calls = 0;
    whenAborted(controller.signal, () => (calls += 1));
    assert.equal(calls, 0);
    controller.abort();
    controller.signal.dispatchEvent(new Event('abort'));
    assert.equal(calls, 1);
  });

  test('at once where it is already', () => {
    let calls = 0;
    whenAborted(AbortSignal.abort(), () => (calls += 1));
    assert.equal(calls, 1);
  });

  test('never after it was let go of, nor without a signal', () => {
    const controller = new AbortController();
    let calls = 0;
    whenAborted(controller.signal, () => (calls += 1))();
    whenAborted(undefined, () => (calls += 1))();
    controller.abort();
    assert.equal(calls, 0);
  });
});

test('what listeners held goes with them, though an older one of the same signal has not been collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect: (options: object) => void = runInNewContext('gc');
  const { signal } = new AbortController();
  const listening = () => {
    const held = Array.from({ length: 10_000 }, Math.random);
    return whenAborted(signal, () => void held.length);
  };
  let letGo = listening();
  // What has lived so long is looked at in full collections alone.
  collect({ type: 'major' });
  for (let time = 0; time < 3; time++) collect({ type: 'minor' });
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 40; index++) {
    const next = listening();
    letGo();
    letGo = next;
  }
  await turn();
  collect({ type: 'minor' });
  const heldBytes = process.memoryUsage().heapUsed - before;
  assert.ok(heldBytes < 1_000_000, `${heldBytes} bytes of 3,200,000`);
});
