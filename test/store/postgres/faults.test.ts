import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PartnerAuthError } from '../../../src/base/error.ts';
import type { Store } from '../../../src/store/store.ts';
import { assertWithin, secondsSince, times } from '../../support/times.ts';
import { until } from '../../support/until.ts';
import { issuance, now } from '../issuance.ts';
import { behindProxy, openClaim, openStore, postgresForTests } from './fixture.ts';

const { skip, here } = await postgresForTests();

const cuts = times(50, 1000);

/** A store of its own whose network can be broken. */
async function storeBehindProxy(connections = 4) {
  const direct = await here().schemaUrl();
  const { url, proxy } = await behindProxy(direct);
  const store = await openStore({ url, connections });
  after(() => proxy.close());
  return { store, proxy, direct };
}

/** Seconds the work took, and what it rejected with; fails when it did not. */
async function failing(work: () => Promise<unknown>): Promise<{ seconds: number; error: PartnerAuthError }> {
  const begun = performance.now();
  const error = await work().then(
    () => assert.fail('it did not reject'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof PartnerAuthError, String(error));
  assert.equal(error.code, 'store_unavailable');
  return { seconds: secondsSince(begun), error };
}

/** Seconds until the store takes a record. */
async function secondsUntilWell({ issuances }: Store, key: number): Promise<number> {
  return until('a record', () => issuances.claim(issuance(key), now).catch(() => undefined));
}

const countIn = async (url: string): Promise<number> => {
  const { rows } = await here()
    .pool({ connectionString: url, max: 1 })
    .query('SELECT count(*)::integer AS count FROM partner_auth_issuances');
  return rows[0].count;
};

describe('PostgreSQL fails', { skip }, () => {
  test(`rows 67, B10: ${cuts} times the connection is cut between COMMIT and answer; asked again, each gets its record`, async () => {
    const { store, proxy, direct } = await storeBehindProxy();
    for (let key = 0; key < cuts; key++) {
      proxy.loseAnswerTo('claim_1');
      const candidate = issuance(key);
      await failing(() => store.issuances.claim(candidate, now));
      const other = issuance(key, { claims: 'another' });
      assert.deepEqual(await store.issuances.claim(other, now), { first: false, issuance: candidate });
      assert.deepEqual(await store.issuances.claim(candidate, now), { first: false, issuance: candidate });
    }
    assert.equal(proxy.lost(), cuts);
    assert.equal(await countIn(direct), cuts);
  });

  test('rows 66, 67: connections are ended on the server in the middle of claims; each id has one record in the end', async () => {
    const direct = await here().schemaUrl();
    const name = `cut_${process.pid}`;
    const store = await openStore(`${direct}&application_name=${name}`);
    const admin = here().pool({ max: 1 });
    const answered: string[] = [];
    let [isOver, refused, ids] = [false, 0, 0];
    const ending = (async () => {
      for (; !isOver; await delay(5)) {
        await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
      }
    })();
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        while (ids < 2000 || refused < 200) {
          const key = ids++;
          for (let copy = 0; answered[key] === undefined; copy++) {
            await store.issuances.claim(issuance(key, { claims: `${copy}` }), now).then(
              (claim) => {
                answered[key] = claim.issuance.claims;
              },
              () => {
                refused += 1;
              },
            );
          }
        }
      }),
    );
    isOver = true;
    await ending;
    const { rows } = await here()
      .pool({ connectionString: direct, max: 1 })
      .query('SELECT claims FROM partner_auth_issuances ORDER BY key');
    assert.deepEqual(
      rows.map(({ claims }) => claims),
      answered,
    );
  });

  test('idle connections that the server ends do not end the process, and the next claim opens another', async () => {
    const { store, proxy } = await storeBehindProxy();
    await Promise.all([1, 2, 3].map((key) => store.issuances.claim(issuance(key), now)));
    await Promise.all([1, 2, 3].map(() => store.check()));
    proxy.cut();
    await delay(20);
    assert.deepEqual(await store.issuances.claim(issuance(4), now), { first: true, issuance: issuance(4) });
  });

  test('rows 87, B9: paused, the server is given up in time by whoever waits; it goes on, and nothing is doubled', async (context) => {
    const { store, proxy, direct } = await storeBehindProxy();
    await Promise.all([1, 2, 3, 4].map((key) => store.issuances.claim(issuance(key), now)));
    proxy.freeze();
    const claims = Array.from({ length: 200 }, (_, key) => () => store.issuances.claim(issuance(100 + key), now));
    const [check, ...refused] = await Promise.all([() => store.check(), ...claims].map(failing));
    assertWithin(2, check?.seconds ?? Number.NaN, 'the check');
    const slowest = Math.max(...refused.map(({ seconds }) => seconds));
    assertWithin(5, slowest, 'a claim');
    const again = await failing(() => store.entries.find('deviceGrant', 'a', now));
    assertWithin(5, again.seconds, 'a read');
    proxy.thaw();
    const seconds = await secondsUntilWell(store, 5);
    context.diagnostic(`the slowest claim gave up after ${slowest.toFixed(1)} s; well ${seconds.toFixed(2)} s after`);
    assertWithin(5, seconds, 'to be well again');
    await store.check();
    for (const [index, claim] of claims.entries())
      assert.equal((await claim()).issuance.claims, `{"jti":"${100 + index}"}`);
    assert.equal(await countIn(direct), 205);
  });

  for (const [when, connected] of [
    ['connections', 4],
    ['connections to be', 0],
  ] as const) {
    test(`rows 87, B11: ${when} that fell silent for good are given up, and others opened`, async (context) => {
      const { store, proxy } = await storeBehindProxy();
      const read = () => store.signingKeys.list('authority');
      await Promise.all(Array.from({ length: connected }, read));
      proxy.freeze();
      const reads = Array.from({ length: 4 }, () => failing(read));
      while (proxy.accepted() < 5) await delay(1);
      proxy.strand();
      for (const { seconds } of await Promise.all(reads)) assertWithin(4, seconds, 'a read');
      const well = await secondsUntilWell(store, 1);
      context.diagnostic(`well ${(1000 * well).toFixed(0)} ms after they were given up`);
      assertWithin(1, well, 'to be well again');
    });
  }

  test('rows 87, B8: stopped and started, it is used again by itself', async (context) => {
    const { store, proxy } = await storeBehindProxy();
    for (let round = 0; round < 5; round++) {
      await store.issuances.claim(issuance(round), now);
      proxy.shut();
      const { seconds } = await failing(() => store.issuances.claim(issuance(100 + round), now));
      assertWithin(1, seconds, 'a claim');
      await failing(() => store.check());
      proxy.open();
      const well = await secondsUntilWell(store, 200 + round);
      context.diagnostic(`refused after ${(1000 * seconds).toFixed(0)} ms; well ${(1000 * well).toFixed(0)} ms after`);
      assertWithin(3, well, 'to be well again');
      await store.check();
    }
  });

  test('what waits for another’s transaction, and what waits for a connection, is answered in time', async () => {
    const direct = await here().schemaUrl();
    const store = await openStore({ url: direct, connections: 1 });
    const holder = await openClaim(direct, issuance(1).key);
    const claim = failing(() => store.issuances.claim(issuance(1), now));
    await holder.awaited();
    const check = await failing(() => store.check());
    assertWithin(2, check.seconds, 'the check');
    const held = await claim;
    assertWithin(4, held.seconds, 'the claim');
    assert.equal(held.error.message, 'The store’s database failed (57014).');
    await holder.rollBack();
    await store.check();
    assert.equal((await store.issuances.claim(issuance(1), now)).first, true);
  });

  test('a claim that waits for another’s does not hold up the others', async () => {
    const direct = await here().schemaUrl();
    const store = await openStore(direct);
    const holder = await openClaim(direct, issuance(1).key);
    const held = store.issuances.claim(issuance(1), now);
    await holder.awaited();
    for (let key = 2; key < 12; key++) assert.equal((await store.issuances.claim(issuance(key), now)).first, true);
    await holder.rollBack();
    assert.equal((await held).first, true);
  });
});
