import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { entriesIn, type Granted, type SharedLimiter, sharedLimiter } from '../../src/domain/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

const usual = { requests: 100, perSeconds: 3600 };

function processes(count: number, kind: 'caller' | 'address' = 'caller') {
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const entries = entriesIn(memoryStore().entries, clock);
  const all = Array.from({ length: count }, (_, index) =>
    sharedLimiter(usual, { entries, clock, processId: `process-${index}`, kind }),
  );
  const share = async () => {
    for (const one of all) await one.share();
    for (const one of all) await one.share();
  };
  return { clock, entries, all, share };
}

/** How many of so many requests of one caller are granted. */
const granted = (limiter: SharedLimiter | undefined, now: Date, requests: number, caller = 'one'): number =>
  Array.from({ length: requests }, () => limiter?.take(caller, now)).filter((wait) => wait === undefined).length;

test('row 86: what others granted counts here after a turn: all processes together have one limit', async () => {
  const { clock, all, share } = processes(4);
  for (const one of all) assert.equal(granted(one, clock.now(), 20), 20);
  await share();
  const rest = all.map((one) => granted(one, clock.now(), 100));
  assert.ok(
    rest.every((more) => more === 20),
    `${rest} more: 100 in all less what all of them granted`,
  );
  await share();
  for (const one of all) assert.equal(granted(one, clock.now(), 5), 0);
  clock.advance(3600);
  for (const one of all) assert.ok(granted(one, clock.now(), 100) > 90);
});

test('each grant counts once, however often it is heard of, and no more for the process that granted it', async () => {
  const { clock, all, share } = processes(2);
  for (let turn = 0; turn < 5; turn++) {
    if (turn < 2) granted(all[0], clock.now(), 10);
    await share();
    clock.advance(1);
  }
  assert.equal(granted(all[1], clock.now(), 100), 80);
  assert.equal(granted(all[0], clock.now(), 100), 80);
});

test('what was refused takes nothing away: who asks everywhere all the time gets what is refilled', async () => {
  const { clock, all, share } = processes(2);
  let count = 0;
  for (let turn = 0; turn < 360; turn++) {
    for (const one of all) count += granted(one, clock.now(), 1);
    await share();
    clock.advance(10);
  }
  assert.ok(count >= 190, `${count} of 200`);
});

test('callers do not take from each other, and a limit of one’s own counts for everybody', async () => {
  const { clock, all, share } = processes(2);
  granted(all[0], clock.now(), 100, 'greedy');
  const own = { requests: 3, perSeconds: 3600 };
  for (let count = 0; count < 2; count++) assert.equal(all[0]?.take('small', clock.now(), own), undefined);
  await share();
  assert.equal(granted(all[1], clock.now(), 100, 'other'), 100);
  assert.equal(all[1]?.take('small', clock.now(), own), undefined);
  assert.ok((all[1]?.take('small', clock.now(), own) ?? 0) > 0);
});

test('addresses and callers are counted apart, though one store holds both', async () => {
  const { clock, entries, all, share } = processes(1, 'address');
  const callers = sharedLimiter(usual, { entries, clock, processId: 'elsewhere', kind: 'caller' });
  granted(callers, clock.now(), 100, '192.0.2.7');
  await callers.share();
  await share();
  assert.equal(granted(all[0], clock.now(), 100, '192.0.2.7'), 100);
});

test('what was told is forgotten by the store within seconds', async () => {
  const { clock, entries, all } = processes(1);
  granted(all[0], clock.now(), 1);
  await all[0]?.share();
  assert.equal((await entries.list('granted')).length, 1);
  clock.advance(6);
  assert.equal((await entries.list('granted')).length, 0);
});

test('while the store cannot be told, what waits to be told is bounded', async () => {
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const told: Granted[] = [];
  const entries = entriesIn(memoryStore().entries, clock);
  const limiter = sharedLimiter(usual, {
    entries: {
      ...entries,
      add: (kind, key, entry) => {
        told.push(entry.value as Granted);
        return entries.add(kind, key, entry);
      },
    },
    clock,
    processId: 'one',
    kind: 'address',
  });
  for (let caller = 0; caller < 60_000; caller++) limiter.take(`caller ${caller}`, clock.now());
  limiter.take('caller 0', clock.now());
  for (let turn = 0; turn < 15; turn++) await limiter.share();
  assert.equal(told.length, 10);
  assert.deepEqual(told[0]?.callers[0], ['caller 0', 2, usual]);
});
