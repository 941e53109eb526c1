import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, doubtingClock, settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { entriesIn } from '../../../src/domain/index.ts';
import type { TurningKeyRing } from '../../../src/jwt/index.ts';
import { openKeyRing } from '../../../src/keys/index.ts';
import { keepKeys } from '../../../src/server/production/key-keeping.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';

const day = 86_400;
const rotateSeconds = 90 * day;
const leadSeconds = 3900;

async function nodes(count: number) {
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const store = memoryStore();
  const options = {
    ring: 'token-service',
    algorithm: 'ES256',
    leadSeconds,
    store: store.signingKeys,
    sealingKey: new Uint8Array(32).fill(7),
    clock,
    random: systemRandom,
  } as const;
  const rings = await Promise.all(Array.from({ length: count }, () => openKeyRing(options)));
  const entries = entriesIn(store.entries, clock);
  const keep = (by: Clock = clock) =>
    Promise.all(rings.map((ring) => keepKeys({ ring, entries, clock: by, rotateSeconds })));
  const stored = async () => (await store.signingKeys.list('token-service')).map(({ kid }) => kid);
  return { clock, rings, entries, keep, stored };
}

test('row 58: of all nodes that see a key come of age, one makes its successor', async () => {
  const { clock, keep, stored, rings } = await nodes(8);
  await keep();
  clock.advance(rotateSeconds - 1);
  await keep();
  assert.equal((await stored()).length, 1);
  clock.advance(1);
  await keep();
  await keep();
  assert.equal((await stored()).length, 2);
  // Past the election, while the successor waits for its turn.
  clock.advance(600);
  await keep();
  assert.equal((await stored()).length, 2);
  clock.advance(leadSeconds - 600);
  await keep();
  assert.equal(new Set(rings.map((ring) => ring.current().kid)).size, 1);
  assert.equal(rings[0]?.current().kid, (await stored())[1]);
});

test('a node that was elected and died is followed by another', async () => {
  const { clock, rings, entries, keep, stored } = await nodes(2);
  const [elected] = rings as [TurningKeyRing];
  clock.advance(rotateSeconds);
  const rotate = () => Promise.reject(new Error('killed'));
  await assert.rejects(keepKeys({ ring: { ...elected, rotate }, entries, clock, rotateSeconds }), /killed/);
  await keep();
  assert.equal((await stored()).length, 1);
  clock.advance(300);
  await keep();
  assert.equal((await stored()).length, 2);
});

test('what verifies nothing any more is removed from the store, by whoever comes first', async () => {
  const { clock, keep, stored } = await nodes(3);
  const [first] = await stored();
  clock.advance(rotateSeconds);
  await keep();
  clock.advance(leadSeconds + day + 3599);
  await keep();
  assert.equal((await stored()).length, 2);
  clock.advance(1);
  await keep();
  const kept = await stored();
  assert.deepEqual([kept.length, kept.includes(first ?? '')], [1, false]);
});

test('row 72, B14: a clock that is set ahead for a while takes no key from the store, and makes none', async () => {
  const { clock, keep, stored } = await nodes(2);
  clock.advance(rotateSeconds);
  await keep();
  clock.advance(leadSeconds);
  const doubting = doubtingClock({ now: () => clock.now(), uptime: () => 0 }, 3600);
  const before = await stored();
  assert.equal(before.length, 2);
  clock.advance(2 * rotateSeconds);
  await keep(doubting);
  clock.advance(-2 * rotateSeconds);
  await keep(doubting);
  assert.deepEqual(await stored(), before);
});
