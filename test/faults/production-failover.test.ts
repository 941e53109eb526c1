import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresCluster, postgresCluster } from '../support/postgres-cluster.ts';
import { keepLedger } from '../support/production-ledger.ts';
import { productionFolder } from '../support/served-production.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { assertWithin, times } from '../support/times.ts';

/** Two served nodes whose PostgreSQL is lost under load, and its standby takes its place at the same address. */

const first = await postgresCluster();
const skip = first ? false : 'SKIPPED: PostgreSQL’s programs are not here: apt-get install postgresql';
if (skip && process.env.CI === 'true') throw new Error(skip);

const rounds = times(2, 10);

describe('a PostgreSQL that is lost', { skip }, async () => {
  if (!first) return;
  const clusters: PostgresCluster[] = [first];
  const primary = () => clusters.at(-1) as PostgresCluster;
  const portOf = ({ url }: PostgresCluster) => Number(new URL(url).port);
  await first.start();
  const proxy = await tcpProxy({ host: '127.0.0.1', port: portOf(first) });
  const folder = await productionFolder(Object.assign(new URL(first.url), { port: String(proxy.port) }).href);
  const nodes = [await folder.start(), await folder.start()];
  after(async () => {
    folder.remove();
    await proxy.close();
    for (const cluster of clusters) cluster.remove();
  });

  /** The primary dies, and the standby has its address as soon as it is promoted. */
  const failOver = async (standby: PostgresCluster) => {
    await primary().stop('immediate');
    proxy.shut();
    await standby.promote();
    clusters.push(standby);
    proxy.lead(portOf(standby));
    proxy.open();
  };

  test(`row 67, B11: a synchronous standby is promoted under load, ${rounds} times: no acknowledged token is lost`, async (t) => {
    const ledger = keepLedger(t, nodes);
    const well: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const standby = await primary().standby('synchronous');
      await ledger.answered(100);
      await failOver(standby);
      well.push(await ledger.wellAgain());
    }
    await ledger.answered(100);
    await ledger.settle();
    const store = await folder.openStore();
    const ids = await ledger.recount(store);
    await store.close();
    const failed = ledger.asked.filter(({ answer }) => answer?.status !== 200);
    t.diagnostic(
      `${ids.size} ids, one jti each and stored; ${failed.length} answers of 500; well ${Math.max(...well).toFixed(2)} s after the promotion`,
    );
    assert.deepEqual([...new Set(failed.map(({ answer }) => `${answer?.status} ${answer?.retryAfter}`))], ['500 1']);
    assertWithin(3, Math.max(...well), 'to be well again');
  });

  const pauseSeconds = times(6, 30);

  test(`row 67: the synchronous standby is paused for ${pauseSeconds} s: nothing is issued that only one of both has`, async (t) => {
    const standby = await primary().standby('synchronous');
    const ledger = keepLedger(t, nodes);
    await ledger.answered(50);
    const watch = new pg.Client({ connectionString: primary().url });
    await watch.connect();
    standby.pause();
    await ledger.answered(4, 500);
    const before = ledger.asked.length;
    await setTimeout(pauseSeconds * 1000);
    const { rows } = await watch.query(
      "SELECT count(*)::integer AS count FROM pg_stat_activity WHERE backend_type = 'client backend'",
    );
    const meanwhile = ledger.asked.slice(before).map(({ answer }) => answer?.status);
    standby.resume();
    const well = await ledger.wellAgain();
    await watch.end();
    t.diagnostic(`${rows[0].count} connections at the end of the pause; well ${well.toFixed(2)} s after`);
    assert.deepEqual([...new Set(meanwhile)], [500]);
    // Ten of each node, this one's, and those that are told on arrival that they are too many.
    assert.ok(rows[0].count <= 30, `${rows[0].count} connections`);
    await failOver(standby);
    await ledger.wellAgain();
    await ledger.settle();
    const store = await folder.openStore();
    await ledger.recount(store);
    await store.close();
    assertWithin(5, well, 'to be well again');
  });
});
