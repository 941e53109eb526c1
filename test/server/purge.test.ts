import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSeconds, settableClock } from '../../src/base/clock.ts';
import { purgeExpired } from '../../src/server/purge.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { issuance } from '../store/issuance.ts';

test('row 72: a purge takes every expired record, however many batches they are, and no live one', async () => {
  const { issuances, entries } = memoryStore();
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const claim = (index: number, seconds: number) => {
    const expiresAt = addSeconds(clock.now(), seconds);
    return issuances.claim(issuance(index, { expiresAt }), clock.now());
  };
  const add = (index: number, seconds: number) => {
    const entry = { kind: 'refreshToken', key: `${index}`, owner: '', value: '{}', version: 1 };
    return entries.add({ ...entry, expiresAt: addSeconds(clock.now(), seconds) }, clock.now());
  };
  for (let index = 0; index < 3500; index++) await Promise.all([claim(index, 10), add(index, 10)]);
  await add(9999, 3600);
  await claim(9999, 3600);
  clock.advance(10);
  await purgeExpired({ issuances, entries }, clock);
  assert.equal(await issuances.purge(addSeconds(clock.now(), 7200), 10), 1);
  assert.equal(await entries.purge(addSeconds(clock.now(), 7200), 10), 1);
});

test('row 72, B14: where the database has a clock, one node whose own is ahead deletes nothing that lives on the others', async () => {
  const { issuances, entries } = memoryStore();
  const now = new Date('2026-11-21T09:00:00Z');
  const entry = { kind: 'granted', owner: '', value: '{}', version: 1 };
  await entries.add({ ...entry, key: 'ended', expiresAt: now }, addSeconds(now, -1));
  await entries.add({ ...entry, key: 'lives', expiresAt: addSeconds(now, 3600) }, now);
  await purgeExpired({ issuances, entries, now: async () => now }, settableClock(addSeconds(now, 86_400)));
  assert.deepEqual([await entries.purge(now, 10), (await entries.list('granted', '', now)).length], [0, 1]);
  // Behind it, the node's own counts: what it takes to live stays.
  await purgeExpired({ issuances, entries, now: async () => addSeconds(now, 86_400) }, settableClock(now));
  assert.equal((await entries.list('granted', '', now)).length, 1);
});
