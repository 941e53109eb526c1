import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { postgresCluster } from '../support/postgres-cluster.ts';
import { type Asked, keepLedger, type Ledger } from '../support/production-ledger.ts';
import { productionFolder, statusAt } from '../support/served-production.ts';
import { assertWithin, patience, times } from '../support/times.ts';

/** Two served nodes on a PostgreSQL that is stopped, paused and taken by others while they are asked. */

const mostConnections = 40;
const cluster = await postgresCluster({ max_connections: String(mostConnections) });
const skip = cluster ? false : 'SKIPPED: PostgreSQL’s programs are not here: apt-get install postgresql';
if (skip && process.env.CI === 'true') throw new Error(skip);

/** Until tokens are issued again, and until any answer. */
const wellSeconds = 3;
const answerSeconds = 5;

describe('a PostgreSQL that fails under load', { skip }, async () => {
  if (!cluster) return;
  await cluster.start();
  const folder = await productionFolder(cluster.url);
  const nodes = [await folder.start(), await folder.start()];
  after(() => {
    folder.remove();
    cluster.remove();
  });

  const health = (path: string) => Promise.all(nodes.map((node) => statusAt(node, path)));
  const livesAndIsNotReady = async () =>
    assert.deepEqual(
      [await health('/livez'), await health('/readyz')],
      [
        [200, 200],
        [503, 503],
      ],
    );

  /** Nobody was left without an answer, or told anything but a token, or to come again. */
  const onlyTruthful = (asked: readonly Asked[]) => {
    const kinds = asked.map(({ answer }) =>
      answer?.status === 200 ? '200' : `${answer?.status} ${answer?.retryAfter}`,
    );
    assert.deepEqual([...new Set(kinds)].sort(), ['200', '500 1']);
  };

  /** All is resolved, and the store holds what was told. */
  const recounted = async (ledger: Ledger): Promise<string> => {
    await ledger.settle();
    const store = await folder.openStore();
    const ids = await ledger.recount(store);
    await store.close();
    assert.ok(nodes.every(({ child }) => child.exitCode === null && child.signalCode === null));
    const failed = ledger.asked.filter(({ answer }) => answer?.status !== 200).length;
    return `${ids.size} ids, one jti each, ${failed} answers of 500`;
  };

  const rounds = times(2, 50);

  test(`rows 67, 87, B8: stopped, fast and immediate, and started ${rounds} times`, async (t) => {
    const ledger = keepLedger(t, nodes);
    const well: number[] = [];
    const down: (readonly [from: number, to: number])[] = [];
    for (let round = 0; round < rounds; round++) {
      await ledger.answered(20);
      const from = performance.now();
      await cluster.stop(round % 2 === 0 ? 'fast' : 'immediate');
      await livesAndIsNotReady();
      await ledger.answered(4, 500);
      await cluster.start();
      well.push(await ledger.wellAgain());
      down.push([from, performance.now()]);
    }
    await ledger.answered(20);
    const figures = await recounted(ledger);
    t.diagnostic(`${figures}; well ${Math.max(...well).toFixed(2)} s after it accepts connections at the latest`);
    onlyTruthful(ledger.asked);
    const early = ledger.asked.filter(
      ({ answer, at }) =>
        answer?.status === 500 && !down.some(([from, to]) => at >= from && at <= to + 1000 * patience(1)),
    );
    assert.deepEqual(early, [], 'refused while it was there');
    assertWithin(wellSeconds, Math.max(...well), 'to be well again');
    assert.deepEqual(await health('/readyz'), [200, 200]);
  });

  const pauseSeconds = times(3, 30);

  test(`rows 67, 87, B9: paused for ${pauseSeconds} s by SIGSTOP`, async (t) => {
    const ledger = keepLedger(t, nodes);
    await ledger.answered(20);
    cluster.pause();
    const [, lives] = await Promise.all([setTimeout(pauseSeconds * 1000), health('/livez'), livesAndIsNotReady()]);
    assert.deepEqual(lives, [200, 200]);
    cluster.resume();
    const well = await ledger.wellAgain();
    await ledger.answered(100);
    const figures = await recounted(ledger);
    const slowest = Math.max(...ledger.asked.map(({ milliseconds }) => milliseconds)) / 1000;
    t.diagnostic(`${figures}; the slowest answer ${slowest.toFixed(1)} s; well ${well.toFixed(2)} s after`);
    onlyTruthful(ledger.asked);
    assertWithin(answerSeconds, slowest, 'an answer');
    assertWithin(answerSeconds, well, 'to be well again');
  });

  test('row 87: all its connections are taken by others', async (t) => {
    const ledger = keepLedger(t, nodes);
    await ledger.answered(20);
    const others = await takeAll(cluster.url);
    await ledger.answered(20, 500);
    await livesAndIsNotReady();
    await Promise.all(others.map((other) => other.end()));
    const well = await ledger.wellAgain();
    const figures = await recounted(ledger);
    t.diagnostic(`${others.length} of others; ${figures}; well ${well.toFixed(2)} s after they left`);
    onlyTruthful(ledger.asked);
    assertWithin(answerSeconds, well, 'to be well again');
  });
});

/** Takes every connection there is, those of the nodes as well: they open new ones, until none is left. */
async function takeAll(connectionString: string): Promise<readonly pg.Client[]> {
  const taken: pg.Client[] = [];
  const late = performance.now() + 60_000;
  while (taken.length < mostConnections) {
    assert.ok(performance.now() < late, `${taken.length} of ${mostConnections} were taken`);
    const client = new pg.Client({ connectionString });
    client.on('error', () => {});
    try {
      await client.connect();
      taken.push(client);
    } catch {
      const mine = taken.map((one) => (one as unknown as { processID: number }).processID);
      const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> ALL ($1::integer[])`;
      await taken[0]?.query(others, [mine]);
    }
  }
  return taken;
}
