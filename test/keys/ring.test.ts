import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { TurningKeyRing } from '../../src/jwt/index.ts';
import { openKeyRing, type RingOptions } from '../../src/keys/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { testDatabase } from '../support/postgres.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';

const start = new Date('2026-11-21T09:00:00Z');
const sealingKey = new Uint8Array(32).fill(7);
const newFile = sqliteFiles();
const database = await testDatabase();
const stores = {
  memory: async () => memoryStore(),
  sqlite: () => sqliteStore(newFile()),
  ...(typeof database === 'string' ? {} : { postgres: async () => postgresStore(await database.schemaUrl()) }),
};

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

const lead = 3900;

/** Two nodes on one store, with one clock. */
async function twoNodes() {
  const { clock, options } = optionsOn(memoryStore());
  const withLead = { ...options, leadSeconds: lead };
  return { clock, one: await openKeyRing(withLead), other: await openKeyRing(withLead) };
}

const standings = (ring: TurningKeyRing) => ring.list().map(({ standing }) => standing);

test('row 58: with a lead a new key is published before it signs, and every node turns to it at the same time', async () => {
  const { clock, one, other } = await twoNodes();
  const first = one.current().kid;
  assert.equal(other.current().kid, first);
  clock.advance(86_400);
  const { kid: next } = await one.rotate();
  assert.equal(one.current().kid, first);
  await other.refresh();
  for (const ring of [one, other]) {
    assert.deepEqual(
      ring.published().map(({ kid }) => kid),
      [first, next],
    );
    assert.deepEqual(standings(ring), ['current', 'next']);
  }
  clock.advance(lead - 1);
  assert.deepEqual([one.current().kid, other.current().kid], [first, first]);
  clock.advance(1);
  assert.deepEqual([one.current().kid, other.current().kid], [next, next]);
  clock.advance(86_400 + 3600 - 1);
  assert.deepEqual(standings(one), ['published', 'current']);
  clock.advance(1);
  assert.deepEqual(standings(one), ['retired', 'current']);
});

test('row 56: a key that was removed signs and is published nowhere, on the other node after its next refresh', async () => {
  const { clock, one, other } = await twoNodes();
  const first = one.current().kid;
  assert.equal(await one.remove('unknown'), false);
  assert.equal(await one.remove(first), true);
  const second = one.current().kid;
  assert.notEqual(second, first);
  await other.refresh();
  for (const ring of [one, other]) {
    assert.equal(ring.current().kid, second);
    assert.equal(ring.find(first), undefined);
    assert.ok(ring.published().every(({ kid }) => kid !== first));
  }
  assert.equal(await other.remove(first), false);
  clock.advance(60);
  const { kid: next } = await one.rotate();
  await one.remove(second);
  assert.deepEqual([one.current().kid, standings(one)], [next, ['current']]);
});

test('the key that signs is removed while an older one is published: that one signs until the new one’s time', async () => {
  const { clock, one } = await twoNodes();
  const first = one.current().kid;
  clock.advance(60);
  const { kid: second } = await one.rotate();
  clock.advance(lead);
  assert.equal(one.current().kid, second);
  await one.remove(second);
  assert.deepEqual([one.current().kid, standings(one)], [first, ['current', 'next']]);
});
