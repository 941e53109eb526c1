import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { openKeyRing, type RingOptions } from '../../src/keys/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';

const start = new Date('2026-11-21T09:00:00Z');
const sealingKey = new Uint8Array(32).fill(7);
const newFile = sqliteFiles();
const stores = { memory: async () => memoryStore(), sqlite: () => sqliteStore(newFile()) };

function optionsOn(store: Store) {
  const clock = settableClock(start);
  const options: RingOptions = {
    ring: 'authority',
    algorithm: 'ES256',
    store: store.signingKeys,
    sealingKey,
    clock,
    random: systemRandom,
  };
  return { clock, options };
}

for (const [name, open] of Object.entries(stores)) {
  test(`row 58: a new key signs at once, and the one before is published until its tokens are dead (${name})`, async () => {
    const store = await open();
    const { clock, options } = optionsOn(store);
    const ring = await openKeyRing(options);
    const first = ring.current();
    assert.equal(ring.published(), ring.published());
    clock.advance(60);
    const second = await ring.rotate();
    const kids = () => ring.published().map(({ kid }) => kid);
    assert.deepEqual([ring.current().kid, kids()], [second.kid, [first.kid, second.kid]]);
    clock.advance(86_400 + 3600 - 1);
    assert.deepEqual(kids(), [first.kid, second.kid]);
    clock.advance(1);
    assert.deepEqual(kids(), [second.kid]);
    // What it signed can be made again: a repeat of an exchange has the same token.
    assert.equal(ring.find(first.kid)?.kid, first.kid);
    assert.deepEqual(
      ring.list().map(({ kid, standing }) => [kid, standing]),
      [
        [first.kid, 'retired'],
        [second.kid, 'current'],
      ],
    );
    const again = await openKeyRing(options);
    assert.deepEqual([again.current().kid, again.published()], [second.kid, ring.published()]);
    await store.close();
  });

  test(`the youngest key signs after a restart, though the clock was set back before it was made (${name})`, async () => {
    const store = await open();
    const { clock, options } = optionsOn(store);
    const ring = await openKeyRing(options);
    clock.advance(-86_400);
    const kids = [ring.current().kid];
    for (let turn = 0; turn < 3; turn++) kids.push((await ring.rotate()).kid);
    assert.equal(new Set(kids).size, 4);
    assert.equal((await openKeyRing(options)).current().kid, kids.at(-1));
    await store.close();
  });
}
