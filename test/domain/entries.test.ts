import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { addSeconds, settableClock } from '../../src/base/clock.ts';
import { type DeviceGrant, entriesIn, entryKey } from '../../src/domain/index.ts';
import type { EntryStore } from '../../src/domain/ports.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

const start = new Date('2026-11-21T09:00:00Z');

const grant: DeviceGrant = {
  appId: 'app',
  tenantPath: 'common',
  asked: { scope: 'openid' },
  state: 'pending',
  signIn: { userId: 'u', userTenantId: 't', methods: ['pwd'], authenticatedAt: start },
  endsAt: addSeconds(start, 900),
  intervalSeconds: 5,
};

const opened = async () => {
  const clock = settableClock(start);
  const entries = entriesIn(memoryStore().entries, clock);
  await entries.add('deviceGrant', entryKey('code'), { value: grant, expiresAt: grant.endsAt });
  return { clock, entries };
};

test('a value comes back as it was added, its instants as instants', async () => {
  const { entries } = await opened();
  assert.deepEqual(await entries.find('deviceGrant', entryKey('code')), grant);
  assert.equal(await entries.find('deviceGrant', entryKey('other')), undefined);
});

test('of 100 changes at once each sees the one before: none is lost', async () => {
  const { entries } = await opened();
  const count = () =>
    entries.change('deviceGrant', entryKey('code'), (value) => ({
      ...value,
      intervalSeconds: value.intervalSeconds + 1,
    }));
  await Promise.all(Array.from({ length: 100 }, count));
  assert.equal((await entries.find('deviceGrant', entryKey('code')))?.intervalSeconds, 105);
});

test('many changes at once take as many writes as there are changes, not their square', async () => {
  const { entries: store } = memoryStore();
  let writes = 0;
  const slow: EntryStore = {
    ...store,
    replace: async (entry, now) => {
      writes += 1;
      await setImmediate();
      return store.replace(entry, now);
    },
  };
  const entries = entriesIn(slow, settableClock(start));
  await entries.add('guesses', 'g', { value: { count: 0 }, expiresAt: addSeconds(start, 900) });
  const guess = () => entries.change('guesses', 'g', ({ count }) => ({ count: count + 1 }));
  await Promise.all(Array.from({ length: 200 }, guess));
  assert.deepEqual([(await entries.find('guesses', 'g'))?.count, writes], [200, 200]);
});

test('a change may be made in the turn of its own entry', async () => {
  const { entries } = await opened();
  const decline = () => entries.change('deviceGrant', entryKey('code'), (value) => ({ ...value, state: 'declined' }));
  const declined = await entries.inTurn('deviceGrant', entryKey('code'), decline);
  assert.equal(declined?.state, 'declined');
});

test('of 100 that redeem at once one succeeds and the others learn that it is gone', async () => {
  const { entries } = await opened();
  const redeem = () =>
    entries.change('deviceGrant', entryKey('code'), (value) => {
      if (value.state === 'redeemed') throw new Error('redeemed');
      return { ...value, state: 'redeemed' };
    });
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, redeem));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('a change may move the end of the life; without that it stays', async () => {
  const { clock, entries } = await opened();
  await entries.change('deviceGrant', entryKey('code'), (value) => ({ ...value }), {
    expiresAt: addSeconds(start, 2000),
  });
  clock.advance(1000);
  assert.notEqual(await entries.find('deviceGrant', entryKey('code')), undefined);
  await entries.change('deviceGrant', entryKey('code'), (value) => ({ ...value, state: 'declined' }));
  clock.advance(999);
  assert.equal((await entries.take('deviceGrant', entryKey('code')))?.state, 'declined');
  assert.equal(await entries.change('deviceGrant', entryKey('code'), (value) => value), undefined);
});

test('for one request an entry is read once, and anew after a write of its own or another’s', async () => {
  const clock = settableClock(start);
  const store = memoryStore().entries;
  let reads = 0;
  const counted = {
    ...store,
    find: (...place: Parameters<typeof store.find>) => {
      reads += 1;
      return store.find(...place);
    },
  };
  const entries = entriesIn(counted, clock);
  await entries.add('deviceGrant', 'key', { value: grant, expiresAt: grant.endsAt });
  const ofRequest = entries.forOneRequest();
  await ofRequest.find('deviceGrant', 'key');
  await ofRequest.find('deviceGrant', 'key');
  assert.equal(reads, 1);
  await entries.change('deviceGrant', 'key', (value) => ({ ...value, intervalSeconds: 7 }));
  assert.equal((await ofRequest.find('deviceGrant', 'key'))?.intervalSeconds, 5);
  const changed = await ofRequest.change('deviceGrant', 'key', (value) => ({
    ...value,
    intervalSeconds: value.intervalSeconds + 1,
  }));
  assert.equal(changed?.intervalSeconds, 8);
  assert.equal((await ofRequest.find('deviceGrant', 'key'))?.intervalSeconds, 8);
});

test('for one request, what was not there is found once it was added with a change', async () => {
  const { entries } = await opened();
  const own = entries.forOneRequest();
  assert.equal(await own.find('guesses', 'g'), undefined);
  const expiresAt = addSeconds(start, 900);
  await own.change('deviceGrant', entryKey('code'), (value) => ({ ...value, state: 'redeemed' }), {
    added: ({ state }) => (state === 'redeemed' ? [{ kind: 'guesses', key: 'g', value: { count: 1 }, expiresAt }] : []),
  });
  assert.deepEqual(await own.find('guesses', 'g'), { count: 1 });
});
