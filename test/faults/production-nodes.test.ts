import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { tokenParts } from '../support/answer.ts';
import { percentile } from '../support/figures.ts';
import { testDatabase } from '../support/postgres.ts';
import { storedTokenId } from '../support/production-ledger.ts';
import { exchangeAt, type ProductionFolder, productionFolder, statusAt } from '../support/served-production.ts';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.ts';
import { assertWithin, secondsSince, times } from '../support/times.ts';
import { until } from '../support/until.ts';

/** Two served nodes on one PostgreSQL, with a network between that can be broken. */

const database = await testDatabase();
const ids = times(200, 10_000);
const copies = 20;
const atOnce = 4;
const cuts = times(5, 1000);

describe('two nodes on PostgreSQL', { skip: typeof database === 'string' ? database : false }, async () => {
  if (typeof database === 'string') return;
  const url = new URL(await database.schemaUrl());
  const proxy: TcpProxy = await tcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(proxy.port);
  const folder: ProductionFolder = await productionFolder(through.href);
  const nodes = [await folder.start(), await folder.start()] as const;
  after(async () => {
    folder.remove();
    await proxy.close();
  });

  test(`rows 62, 63: ${ids} ids, ${copies} copies of each split over both: one jti an id, nothing refused`, async (t) => {
    const slow: number[] = [];
    for (let done = 0; done < ids; done += atOnce) {
      const batch = Array.from({ length: Math.min(atOnce, ids - done) }, () => systemRandom.guid());
      await Promise.all(
        batch.map(async (id) => {
          // One signature of the driver's for all copies: the two cores are the nodes'.
          const bearer = nodes[0].bearer();
          const answers = await Promise.all(
            Array.from({ length: copies }, async (_, copy) => {
              const began = performance.now();
              const { port } = nodes[copy % 2 === 0 ? 0 : 1];
              const answer = await exchangeAt({ port, bearer: () => bearer }, id);
              slow.push(performance.now() - began);
              return answer;
            }),
          );
          assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200]);
          assert.equal(new Set(answers.map((answer) => tokenParts(answer?.accessToken ?? '').claims.jti)).size, 1);
        }),
      );
    }
    t.diagnostic(`p99 ${percentile(slow, 0.99).toFixed(0)} ms`);
  });

  test('row 87: while the database is gone nothing is issued, they live and are not ready; well again soon after', async (t) => {
    proxy.shut();
    const failed = await Promise.all(nodes.map((node) => exchangeAt(node, systemRandom.guid())));
    assert.deepEqual(
      failed.map((answer) => [answer?.status, answer?.accessToken]),
      [
        [500, undefined],
        [500, undefined],
      ],
    );
    for (const node of nodes)
      assert.deepEqual([await statusAt(node, '/livez'), await statusAt(node, '/readyz')], [200, 503]);
    proxy.open();
    const began = performance.now();
    await Promise.all(
      nodes.map((node) => until('a token', async () => (await exchangeAt(node, systemRandom.guid()))?.status === 200)),
    );
    const seconds = secondsSince(began);
    t.diagnostic(`well again after ${seconds.toFixed(2)} s`);
    assertWithin(3, seconds);
    for (const node of nodes) assert.equal(await statusAt(node, '/readyz'), 200);
  });

  test('row 87: a database that is silent: an answer within five seconds, and no token without its record', async (t) => {
    proxy.freeze();
    const id = systemRandom.guid();
    const began = performance.now();
    const answers = await Promise.all(nodes.map((node) => exchangeAt(node, id)));
    const seconds = secondsSince(began);
    t.diagnostic(`answered after ${seconds.toFixed(1)} s`);
    assertWithin(5.5, seconds);
    assert.deepEqual(
      answers.map((answer) => answer?.status),
      [500, 500],
    );
    proxy.thaw();
    await until('a token', async () => (await exchangeAt(nodes[0], systemRandom.guid()))?.status === 200);
    const resolved = await Promise.all([...nodes, ...nodes].map((node) => exchangeAt(node, id)));
    assert.ok(resolved.every((answer) => answer?.status === 200));
    assert.equal(new Set(resolved.map((answer) => answer?.accessToken)).size, 1);
  });

  test(`rows 67, B10: ${cuts} times the connection is lost between COMMIT and answer: the same id resolves to one token`, async (t) => {
    const before = proxy.lost();
    const ids = new Map<string, string>();
    let unknown = 0;
    while (proxy.lost() - before < cuts) {
      const id = systemRandom.guid();
      proxy.loseAnswerTo('claim');
      const first = await exchangeAt(nodes[0], id);
      const again = await Promise.all([exchangeAt(nodes[0], id), exchangeAt(nodes[1], id)]);
      assert.deepEqual([...new Set(again.map((answer) => answer?.status))], [200]);
      if (first?.accessToken === undefined) unknown += 1;
      const told = [...again, ...(first?.accessToken === undefined ? [] : [first])];
      const tokenIds = new Set(told.map((answer) => String(tokenParts(answer?.accessToken ?? '').claims.jti)));
      assert.equal(tokenIds.size, 1);
      ids.set(id, [...tokenIds].join());
    }
    const store = await folder.openStore();
    for (const [id, jti] of ids) assert.equal(await storedTokenId(store, id), jti);
    await store.close();
    t.diagnostic(
      `${proxy.lost() - before} cuts, ${unknown} answers unknown, each id resolved to the one jti that is stored`,
    );
    assert.ok(unknown > 0);
  });
});
