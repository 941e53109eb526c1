import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoredEntry } from '../../../src/domain/ports.ts';
import { addressOf } from '../../../src/store/postgres/address.ts';
import { connectPostgres } from '../../../src/store/postgres/connection.ts';
import { postgresStore } from '../../../src/store/postgres/index.ts';
import { allAtOnce, postgresProcess } from '../../support/postgres-process.ts';
import { times } from '../../support/times.ts';
import { issuance, now } from '../issuance.ts';
import { openStore, postgresForTests, withSetting } from './fixture.ts';

const { skip, here } = await postgresForTests();

const ids = times(500, 10_000);
const copies = 20;

/** Half of each id's copies, in an order of its own, 200 at a time; prints of each id how many were first and what they got. */
const racing = `
  const store = await postgresStore({ url, connections: 8 });
  const order = Array.from({ length: given.ids * given.copies }, (_, n) => n % given.ids);
  for (let n = order.length - 1; n > 0; n--) {
    const other = Math.floor(Math.random() * (n + 1));
    [order[n], order[other]] = [order[other], order[n]];
  }
  const outcome = Array.from({ length: given.ids }, () => ({ firsts: 0, got: [] }));
  const slowest = [];
  const next = order.entries();
  await Promise.all(Array.from({ length: 200 }, async () => {
    for (const [serial, id] of next) {
      const key = new Uint8Array(32);
      new DataView(key.buffer).setUint32(0, id);
      const candidate = { key, api: 'v3', keyId: 'kid', claims: process.pid + ' ' + serial, sealedToken: undefined,
        tokenDigest: new Uint8Array(32), expiresAt: new Date(given.now + 3_600_000) };
      const begun = performance.now();
      const { first, issuance } = await store.issuances.claim(candidate, new Date(given.now));
      slowest.push(performance.now() - begun);
      if (first) outcome[id].firsts += 1;
      if (!outcome[id].got.includes(issuance.claims)) outcome[id].got.push(issuance.claims);
    }
  }));
  await store.close();
  slowest.sort((one, other) => one - other);
  console.log(JSON.stringify({ outcome, p99: slowest[Math.floor(slowest.length * 0.99)] }));`;

interface Raced {
  readonly outcome: readonly { readonly firsts: number; readonly got: readonly string[] }[];
  readonly p99: number;
}

describe('nodes race in PostgreSQL', { skip }, () => {
  test(`rows 62, 70, B7: two processes, ${ids} ids, ${copies} copies of each: one first an id, all get its record, none is refused`, async (context) => {
    const url = await here().schemaUrl();
    await (await postgresStore(url)).close();
    const given = { ids, copies: copies / 2, now: now.getTime() };
    const [one, other] = await allAtOnce<Raced>([1, 2].map(() => postgresProcess(url, racing, given)));
    assert.ok(one && other);
    for (const [id, { firsts, got }] of one.outcome.entries()) {
      const there: Raced['outcome'][number] | undefined = other.outcome[id];
      assert.equal(firsts + (there?.firsts ?? 0), 1, `id ${id}`);
      assert.deepEqual([got.length, there?.got], [1, got], `id ${id}`);
    }
    context.diagnostic(`a claim at the 99th percentile: ${one.p99.toFixed(0)} and ${other.p99.toFixed(0)} ms`);
    const { rows } = await here()
      .pool({ connectionString: url, max: 1 })
      .query('SELECT count(*)::integer AS count FROM partner_auth_issuances');
    assert.equal(rows[0].count, ids);
  });

  test('row 70: of two nodes that add, change or take one entry at once, one does', async () => {
    const url = await here().schemaUrl();
    const nodes = [await openStore(url), await openStore(url)];
    const onEach = <Value>(ask: (node: (typeof nodes)[number]['entries']) => Promise<Value>) =>
      Promise.all(
        Array.from({ length: 40 }, (_, index) => nodes[index % 2]).flatMap((node) => (node ? [ask(node.entries)] : [])),
      );
    const count = (answers: readonly unknown[]) => answers.filter(Boolean).length;
    for (const key of ['a', 'b', 'ключ\u0000', 'c']) {
      const entry: StoredEntry = {
        kind: 'deviceGrant',
        key,
        owner: key,
        value: '{}',
        version: 1,
        expiresAt: issuance(1).expiresAt,
      };
      assert.equal(count(await onEach((entries) => entries.add(entry, now))), 1);
      assert.equal(count(await onEach((entries) => entries.replace(entry, now))), 1);
      assert.deepEqual(await nodes[0]?.entries.list('deviceGrant', key, now), [{ ...entry, version: 2 }]);
      // An expired one is replaced by one of all, too.
      const late = entry.expiresAt;
      const next = { ...entry, expiresAt: new Date(late.getTime() + 1000) };
      assert.equal(count(await onEach((entries) => entries.add(next, late))), 1);
      const taken = await onEach((entries) => entries.take('deviceGrant', key, late));
      assert.deepEqual([count(taken), taken.find(Boolean)], [1, next]);
    }
  });

  test('a statement is read committed whatever the role has by default: a stricter level would refuse some', async () => {
    const url = withSetting(await here().schemaUrl(), 'default_transaction_isolation=serializable');
    const connection = connectPostgres(addressOf(url), 1);
    const shown = await connection.rows({ name: 'level', text: 'SHOW transaction_isolation' }, []);
    await connection.close();
    assert.deepEqual(shown, [{ transaction_isolation: 'read committed' }]);
  });

  test('an expired record is taken over by one of two nodes, and all get its', async () => {
    const url = await here().schemaUrl();
    const nodes = [await openStore(url), await openStore(url)];
    for (let key = 0; key < 10; key++) {
      const old = issuance(key);
      await nodes[0]?.issuances.claim(old, now);
      const late = old.expiresAt;
      const claims = await Promise.all(
        Array.from({ length: 40 }, (_, copy) => {
          const candidate = issuance(key, { claims: `${copy}`, expiresAt: new Date(late.getTime() + 1000) });
          return nodes[copy % 2]?.issuances.claim(candidate, late);
        }),
      );
      assert.equal(claims.filter((claim) => claim?.first).length, 1);
      assert.equal(new Set(claims.map((claim) => claim?.issuance.claims)).size, 1);
      assert.notEqual(claims[0]?.issuance.claims, old.claims);
    }
  });

  test('row 58: of nodes that add the first key of an algorithm at once, one does', async () => {
    const url = await here().schemaUrl();
    const nodes = await Promise.all(Array.from({ length: 4 }, () => openStore({ url, connections: 4 })));
    for (let round = 0; round < 50; round++) {
      const key = { ring: 'token-service', algorithm: `A${round}`, sealedPrivateKey: new Uint8Array(1) } as const;
      await Promise.all(
        nodes.map(({ signingKeys }, node) =>
          signingKeys.addFirst({ ...key, kid: `${round} ${node}`, certificate: undefined, createdAt: now }),
        ),
      );
    }
    const kept = (await nodes[0]?.signingKeys.list('token-service')) ?? [];
    assert.deepEqual([kept.length, new Set(kept.map(({ algorithm }) => algorithm)).size], [50, 50]);
  });
});
