import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { admission } from '../../src/base/admission.ts';

const limits = { atOnce: 2, waiting: 2, patienceSeconds: 60 };
const full = () => 'full';

/** A work that is done when it is told to. */
function work(name: string, begun: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const begin = () => {
    begun.push(name);
    return promise;
  };
  return { begin, done: () => resolve(name), failed: () => reject(new Error(name)) };
}

test('so many are under way, so many wait, and the rest is told at once', async () => {
  const begun: string[] = [];
  const door = admission(limits);
  const works = ['a', 'b', 'c', 'd', 'e'].map((name) => work(name, begun));
  const results = works.map(({ begin }) => door.admit(begin, full));
  assert.equal(await results[4], 'full');
  assert.deepEqual([begun, door.underWay, door.waiting], [['a', 'b'], 2, 2]);
  for (const { done } of works) done();
  assert.deepEqual(await Promise.all(results), ['a', 'b', 'c', 'd', 'full']);
  assert.deepEqual([begun, door.underWay, door.waiting], [['a', 'b', 'c', 'd'], 0, 0]);
});

test('who waited goes before who comes, in their order, and a failure is its own', async () => {
  const begun: string[] = [];
  const door = admission({ ...limits, atOnce: 1 });
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => work(name, begun)) as [Work, Work, Work, Work];
  const first = door.admit(a.begin, full);
  const second = door.admit(b.begin, full);
  const third = door.admit(c.begin, full);
  a.failed();
  await assert.rejects(first, /a/);
  const fourth = door.admit(d.begin, full);
  assert.deepEqual(begun, ['a', 'b']);
  for (const { done } of [b, c, d]) done();
  assert.deepEqual(await Promise.all([second, third, fourth]), ['b', 'c', 'd']);
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
});

test('what has waited too long is told, and is not begun', async () => {
  const begun: string[] = [];
  const door = admission({ atOnce: 1, waiting: 5, patienceSeconds: 0.02 });
  const [a, b, c] = ['a', 'b', 'c'].map((name) => work(name, begun)) as [Work, Work, Work];
  const first = door.admit(a.begin, full);
  assert.equal(await door.admit(b.begin, full), 'full');
  assert.equal(door.waiting, 0);
  a.done();
  assert.equal(await first, 'a');
  await delay(0);
  const third = door.admit(c.begin, full);
  c.done();
  assert.equal(await third, 'c');
  assert.deepEqual([begun, door.underWay], [['a', 'c'], 0]);
});

type Work = ReturnType<typeof work>;

test('who waits for others gives its place away meanwhile, and goes on when one is free', async () => {
  const begun: string[] = [];
  const door = admission({ ...limits, atOnce: 1, waiting: 1 });
  const others = Promise.withResolvers<string>();
  const [a, b] = ['a', 'b'].map((name) => work(name, begun)) as [Work, Work];
  const first = door.admit(async () => {
    const heard = await door.aside(others.promise, full);
    return `${heard}, ${await a.begin()}`;
  }, full);
  const second = door.admit(b.begin, full);
  assert.deepEqual([begun, door.underWay, door.waiting], [['b'], 1, 0]);
  others.resolve('heard');
  await delay(1);
  assert.deepEqual([begun, door.underWay, door.waiting], [['b'], 1, 1]);
  b.done();
  await second;
  await delay(1);
  assert.deepEqual([begun, door.underWay, door.waiting], [['b', 'a'], 1, 0]);
  a.done();
  assert.equal(await first, 'heard, a');
  assert.equal(door.underWay, 0);
});

test('no more are away than may wait, and what fails elsewhere fails here', async () => {
  const door = admission({ ...limits, atOnce: 1, waiting: 1 });
  const others = Promise.withResolvers<string>();
  const ask = (of: Promise<string>) => door.admit(() => door.aside(of, full), full);
  const first = ask(others.promise);
  // Nobody else hears what this one fails with, and it ends no process.
  assert.equal(await ask(Promise.reject(new Error('unheard'))), 'full');
  others.reject(new Error('gone'));
  await assert.rejects(first, /gone/);
  assert.equal(await ask(Promise.resolve('heard')), 'heard');
  assert.equal(door.underWay, 0);
});

test('where nobody may wait for a turn, others are waited for all the same, by as many as may be under way', async () => {
  const door = admission({ ...limits, atOnce: 1, waiting: 0 });
  const others = Promise.withResolvers<string>();
  const first = door.admit(() => door.aside(others.promise, full), full);
  assert.equal(await door.admit(() => door.aside(Promise.resolve('heard'), full), full), 'full');
  others.resolve('heard');
  assert.equal(await first, 'heard');
});

test('as many may be away as may wait, where that is more', async () => {
  const door = admission({ ...limits, atOnce: 1, waiting: 2 });
  const others = Promise.withResolvers<string>();
  const ask = () => door.admit(() => door.aside(others.promise, full), full);
  const away = [ask(), ask()];
  assert.equal(await ask(), 'full');
  others.resolve('heard');
  assert.deepEqual(await Promise.all(away), ['heard', 'heard']);
});
