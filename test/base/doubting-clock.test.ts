import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtingClock, settableClock } from '../../src/base/clock.ts';

const start = new Date('2026-11-21T09:00:00Z');

/** A clock on the wall, and time as it goes. */
function doubting(doubtSeconds: number) {
  const wall = settableClock(start);
  let uptime = 1000;
  const clock = doubtingClock({ now: () => wall.now(), uptime: () => uptime }, doubtSeconds);
  return {
    pass: (seconds: number) => {
      uptime += seconds;
      wall.advance(seconds);
    },
    set: (seconds: number) => wall.advance(seconds),
    /** Seconds since the start. */
    now: () => (clock.now().getTime() - start.getTime()) / 1000,
  };
}

test('row 72: set ahead it is not believed for a time, and then it is', () => {
  const { pass, set, now } = doubting(3600);
  pass(10);
  set(86_400);
  assert.equal(now(), 10);
  pass(3599);
  assert.equal(now(), 3609);
  pass(1);
  assert.equal(now(), 86_400 + 3610);
  pass(5);
  assert.equal(now(), 86_400 + 3615);
});

test('row 72: set back it is believed at once, and right again it is as before', () => {
  const { pass, set, now } = doubting(3600);
  set(-86_400);
  assert.equal(now(), -86_400);
  pass(10);
  assert.equal(now(), -86_390);
  set(86_400);
  assert.equal(now(), 10);
});

test('a clock that is kept right is followed, however often', () => {
  const { pass, set, now } = doubting(3600);
  for (let turn = 0; turn < 100; turn++) {
    pass(60);
    set(30);
    now();
  }
  assert.equal(now(), 100 * 90);
});

test('row 72: set ahead once more while it is doubted, it is doubted from then on', () => {
  const { pass, set, now } = doubting(3600);
  set(3600);
  assert.equal(now(), 0);
  pass(3000);
  set(3600);
  assert.equal(now(), 3000);
  pass(3599);
  assert.equal(now(), 6599);
  pass(1);
  assert.equal(now(), 7200 + 6600);
});

test('a clock that is kept right while it is doubted is not doubted for longer', () => {
  const { pass, set, now } = doubting(3600);
  set(3600);
  now();
  for (let turn = 0; turn < 60; turn++) {
    pass(60);
    set(30);
    now();
  }
  assert.equal(now(), 3600 + 60 * 90);
});
