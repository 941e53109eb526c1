import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { rateLimiter } from '../../src/domain/rate-limit.ts';

const start = new Date('2026-11-21T09:00:00Z');

describe('rate limit', () => {
  const limiter = () => {
    const clock = settableClock(start);
    const { take } = rateLimiter({ requests: 3, perSeconds: 30 });
    return { clock, take: (caller = 'a') => take(caller, clock.now()) };
  };

  test('a burst takes the whole allowance, then one request at a time comes back', () => {
    const { clock, take } = limiter();
    assert.deepEqual([take(), take(), take(), take(), take()], [undefined, undefined, undefined, 10, 10]);
    clock.advance(9);
    assert.equal(take(), 1);
    clock.advance(1);
    assert.deepEqual([take(), take()], [undefined, 10]);
  });

  test('callers do not share an allowance', () => {
    const { take } = limiter();
    assert.deepEqual(
      [take('a'), take('a'), take('a'), take('a'), take('b')],
      [undefined, undefined, undefined, 10, undefined],
    );
  });

  test('a clock set back does not make what others granted count for more', () => {
    const clock = settableClock(start);
    const limit = { requests: 3, perSeconds: 30 };
    const { take, spend } = rateLimiter(limit);
    take('a', clock.now());
    clock.advance(-86_400);
    spend('a', { requests: 1, now: clock.now(), limit });
    assert.deepEqual(
      [take('a', clock.now()), take('a', clock.now()), take('a', clock.now())],
      [undefined, undefined, 10],
    );
  });

  for (const [name, seconds] of [
    ['an hour', 3600],
    ['a day', 86_400],
  ] as const) {
    test(`a clock set back by ${name} locks nobody out`, () => {
      const { clock, take } = limiter();
      assert.deepEqual([take(), take(), take(), take()], [undefined, undefined, undefined, 10]);
      clock.advance(-seconds);
      assert.deepEqual([take(), take(), take(), take()], [undefined, undefined, undefined, 10]);
    });
  }

  test('callers whose allowance is whole again are forgotten, the others are not', () => {
    const { clock, take } = limiter();
    for (let index = 0; index < 10_001; index++) take(`caller ${index}`);
    clock.advance(10);
    assert.deepEqual(
      [take('caller 0'), take('caller 0'), take('caller 0'), take('caller 0')],
      [undefined, undefined, undefined, 10],
    );
  });
});

test('callers whose allowance is whole again are forgotten within a window', () => {
  const limiter = rateLimiter({ requests: 3, perSeconds: 30 });
  const clock = settableClock(start);
  for (let caller = 0; caller < 1000; caller++) limiter.take(String(caller), clock.now());
  assert.equal(limiter.remembered(), 1000);
  clock.advance(31);
  limiter.take('a', clock.now());
  assert.equal(limiter.remembered(), 1);
});
