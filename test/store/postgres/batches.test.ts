import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { inBatches } from '../../../src/store/postgres/batches.ts';
import { until } from '../../support/until.ts';

const limits = { largest: 4, most: 2, holdMilliseconds: 60_000, waitMilliseconds: 60_000 };

/** Batches that stay under way until they are answered. */
function batching(changes: Partial<typeof limits> = {}) {
  const sent: number[][] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const ask = inBatches({ ...limits, ...changes }, async (items: readonly number[]) => {
    sent.push([...items]);
    const end = Promise.withResolvers<void>();
    ends.push(end);
    await end.promise;
    return items.map((item) => item * 10);
  });
  after(() => ends.forEach((end) => void end.resolve()));
  return { ask, sent, ends };
}

const numbers = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index);

test('what is asked in one turn goes together, and each gets its own answer', async () => {
  const { ask, sent, ends } = batching();
  const answers = Promise.all(numbers(3).map(ask));
  await turn();
  assert.deepEqual(sent, [[1, 2, 3]]);
  ends[0]?.resolve();
  assert.deepEqual(await answers, [10, 20, 30]);
});

test('a batch under way holds the next one back, which grows; a full one does not wait, and no more than so many go', async () => {
  const { ask, sent, ends } = batching();
  void ask(1);
  await turn();
  void Promise.all(numbers(3, 2).map(ask));
  await turn();
  assert.deepEqual(sent, [[1]]);
  void ask(5);
  await turn();
  assert.deepEqual(sent, [[1], [2, 3, 4, 5]]);
  void Promise.all(numbers(4, 6).map(ask));
  await turn();
  assert.equal(sent.length, 2);
  ends[0]?.resolve();
  await turn();
  await turn();
  assert.deepEqual(sent, [[1], [2, 3, 4, 5], [6, 7, 8, 9]]);
});

test('a slow batch does not hold the next one for ever', async () => {
  const { ask, sent, ends } = batching({ holdMilliseconds: 5 });
  const first = ask(1);
  await turn();
  const second = ask(2);
  while (sent.length < 2) await delay(1);
  assert.deepEqual(sent, [[1], [2]]);
  for (const { resolve } of ends) resolve();
  await Promise.all([first, second]);
  void ask(3);
  await until('the third is sent', () => sent.length === 3);
  assert.deepEqual(sent.at(-1), [3]);
});

test('more than one batch holds goes in several at once', async () => {
  const { ask, sent } = batching();
  void Promise.all(numbers(9).map(ask));
  await turn();
  assert.deepEqual(sent, [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
});

test('a failure is that of its batch alone', async () => {
  const { ask, ends } = batching();
  const first = ask(1);
  await turn();
  const second = ask(2);
  ends[0]?.reject(new Error('gone'));
  await assert.rejects(first, { message: 'gone' });
  while (ends.length < 2) await turn();
  ends[1]?.resolve();
  assert.equal(await second, 20);
});

test('what has waited too long is not sent', async () => {
  const { ask, sent, ends } = batching({ most: 1, waitMilliseconds: 1000 });
  const first = ask(1);
  await turn();
  const late = ask(2);
  await delay(1100);
  const inTime = ask(3);
  ends[0]?.resolve();
  await first;
  await assert.rejects(late, { code: 'store_unavailable', message: 'The store’s database did not answer in time.' });
  assert.deepEqual(sent, [[1], [3]]);
  ends[1]?.resolve();
  assert.equal(await inTime, 30);
});

test('where all have waited too long none is sent', async (t) => {
  let milliseconds = 0;
  t.mock.method(performance, 'now', () => milliseconds);
  const { ask, sent, ends } = batching({ most: 1, waitMilliseconds: 1000 });
  const first = ask(1);
  await turn();
  const late = Promise.allSettled([ask(2), ask(3)]);
  milliseconds = 1001;
  ends[0]?.resolve();
  await first;
  assert.deepEqual(
    (await late).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.deepEqual(sent, [[1]]);
});
