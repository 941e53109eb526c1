import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { systemRandom } from '../../src/base/random.ts';
import { childrenOf, figureOf } from '../support/node-process.ts';
import { keepLedger, type Ledger } from '../support/production-ledger.ts';
import { exchangeAt, productionFolder } from '../support/served-production.ts';
import { assertWithin, secondsSince } from '../support/times.ts';
import { until } from '../support/until.ts';

/** The built command, with one process and with several, under signals. */

const folder = await productionFolder();
after(() => folder.remove());

const callers = 8;

/** What was answered; nothing for a request that was not. */
const statusesIn = ({ asked }: Ledger) => [...new Set(asked.flatMap(({ answer }) => answer?.status ?? []))];

for (const workers of [1, 2]) {
  test(`SIGTERM under load, ${workers} of workers: everything that was begun is answered, exit 0`, async (t) => {
    // Nobody is cut off or killed in that time: what ends does so by itself.
    const node = await folder.start({ workers, drainSeconds: 300 });
    const ledger = keepLedger(t, [node], { callers });
    await ledger.answered(50);
    assert.ok(ledger.asked.every(({ answer }) => answer?.status === 200));
    const began = performance.now();
    node.child.kill('SIGTERM');
    const exitCode = await node.ended;
    await ledger.stop();
    assert.equal(exitCode, 0, node.said());
    assertWithin(10, secondsSince(began), 'its end');
    // What came while it ended was answered, or never taken: no answer is a failure of the service.
    assert.deepEqual(statusesIn(ledger), [200]);
  });
}

describe('two workers', () => {
  test('count together, and agree on a repeated request whichever is asked', async () => {
    const node = await folder.start({ workers: 2 });
    try {
      const ids = Array.from({ length: 20 }, () => systemRandom.guid());
      const answers = await Promise.all(ids.flatMap((id) => Array.from({ length: 10 }, () => exchangeAt(node, id))));
      assert.ok(answers.every((answer) => answer?.status === 200));
      assert.equal(new Set(answers.map((answer) => answer?.accessToken)).size, 20);
      assert.equal(await figureOf(node, 'partner_auth_exchanges_total'), 200);
    } finally {
      node.child.kill('SIGTERM');
      await node.ended;
    }
  });

  test('one that is killed is replaced, while the other goes on', async (t) => {
    const node = await folder.start({ workers: 2 });
    try {
      const [victim = 0, other = 0] = childrenOf(node);
      assert.ok(victim > 0 && other > 0);
      const ledger = keepLedger(t, [node], { callers });
      await ledger.answered(50);
      process.kill(victim, 'SIGKILL');
      await until('another in its place', () => {
        const now = childrenOf(node);
        return now.length === 2 && now.includes(other) && !now.includes(victim);
      });
      await ledger.answered(50);
      await ledger.stop();
      assert.match(node.said(), /a worker ended and is replaced/);
      const lost = ledger.asked.filter(({ answer }) => answer === undefined).length;
      assert.ok(lost <= callers, `${lost} lost: more than were under way at the killed one`);
      assert.deepEqual(statusesIn(ledger), [200]);
    } finally {
      node.child.kill('SIGTERM');
      assert.equal(await node.ended, 0);
    }
  });

  test('row 86: have one limit together, by caller and by address', async () => {
    for (const limits of [
      { perCaller: { requests: 40, perSeconds: 3600 } },
      { perCaller: { requests: 1_000_000 }, perAddress: { requests: 40, perSeconds: 3600 } },
    ]) {
      const node = await folder.start({ workers: 2, limits });
      try {
        const statuses: (number | undefined)[] = [];
        for (let turn = 0; turn < 4; turn++) {
          const answers = await Promise.all(Array.from({ length: 30 }, () => exchangeAt(node, systemRandom.guid())));
          statuses.push(...answers.map((answer) => answer?.status));
          await setTimeout(2100);
        }
        assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
        const granted = statuses.filter((status) => status === 200).length;
        assert.ok(granted >= 40 && granted <= 75, `${granted} of ${statuses.length} granted`);
        assert.deepEqual([...new Set(statuses.slice(-30))], [429]);
      } finally {
        node.child.kill('SIGTERM');
        await node.ended;
      }
    }
  });

  test('end when their first process is killed', async () => {
    const node = await folder.start({ workers: 2 });
    const workers = childrenOf(node);
    node.child.kill('SIGKILL');
    await node.ended;
    const isThere = (pid: number) => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    };
    await until('the end of its workers', () => !workers.some(isThere));
  });

  test('what is wrong is said once it is known, and nothing is left running', async () => {
    const node = await folder.start({ workers: 1 });
    await assert.rejects(
      folder.start({ workers: 2, listen: { port: node.port } }),
      /Port \d+ on 127\.0\.0\.1 is taken|ended while it started/,
    );
    const unusable = folder.start({ workers: 2, audit: { file: '/nowhere/audit.log' } });
    await assert.rejects(unusable, ({ message }: Error) => {
      assert.match(message, /audit\.file: \/nowhere\/audit\.log cannot be written/);
      assert.doesNotMatch(message, /A worker ended/, 'it is known before a worker starts');
      return true;
    });
    node.child.kill('SIGTERM');
    await node.ended;
  });
});
