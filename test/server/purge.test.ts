import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSeconds, settableClock } from '../../src/base/clock.ts';
import { purgeExpired } from '../../src/server/purge.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

test('row 72: a purge takes every expired record, however many batches they are, and no live one', async () => {
  const { issuances } = memoryStore();
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const claim = (index: number, seconds: number) => {
    const key = new Uint8Array(32);
    new DataView(key.buffer).setUint32(0, index);
    const expiresAt = addSeconds(clock.now(), seconds);
    const record = { api: 'v3', keyId: 'kid', claims: '{}', sealedToken: undefined, tokenDigest: new Uint8Array(32) };
    return issuances.claim({ ...record, key, expiresAt }, clock.now());
  };
  for (let index = 0; index < 3500; index++) await claim(index, 10);
  await claim(9999, 3600);
  clock.advance(10);
  await purgeExpired(issuances, clock);
  assert.equal(await issuances.purge(addSeconds(clock.now(), 7200), 10), 1);
});
