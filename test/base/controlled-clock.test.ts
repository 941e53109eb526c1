import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { controlledClock } from '../../src/base/controlled-clock.ts';

const start = new Date('2026-11-21T09:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

/** A machine's clock, which nobody sets. */
function running() {
  const machine = settableClock(start);
  return { machine, clock: controlledClock({ now: () => machine.now() }) };
}

test('it runs on from where it was set or moved', () => {
  const { machine, clock } = running();
  clock.set(later(1000));
  machine.advance(5);
  assert.deepEqual(clock.now(), later(1005));
  clock.advance(-2000);
  machine.advance(1);
  assert.deepEqual(clock.now(), later(-994));
});

test('frozen it stands, and can still be set and moved; then it runs on from there', () => {
  const { machine, clock } = running();
  clock.freeze();
  machine.advance(60);
  assert.deepEqual([clock.now(), clock.isFrozen], [start, true]);
  clock.advance(10);
  clock.set(later(20));
  machine.advance(60);
  assert.deepEqual(clock.now(), later(20));
  assert.equal(clock.run(), true);
  machine.advance(1);
  assert.deepEqual([clock.now(), clock.isFrozen], [later(21), false]);
});

test('restored it is the machine’s again', () => {
  const { machine, clock } = running();
  clock.set(later(1000));
  clock.freeze();
  clock.restore();
  machine.advance(7);
  assert.deepEqual([clock.now(), clock.isFrozen], [later(7), false]);
});

test('a test’s own clock is moved itself, and never runs', () => {
  const own = settableClock(start);
  const clock = controlledClock(own);
  clock.advance(3600);
  own.advance(1);
  assert.deepEqual([clock.now(), own.now(), clock.run(), clock.isFrozen], [later(3601), later(3601), false, true]);
  clock.restore();
  assert.deepEqual(own.now(), start);
});
