import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { concurrently } from '../../src/base/concurrently.ts';
import { inWaves } from '../../src/base/waves.ts';

const gathered = async <Value>(values: AsyncIterable<Value>): Promise<Value[]> => {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
};

/** Counts what is read of it and whether it was told to end. */
function counted(count: number) {
  const state = { read: 0, isEnded: false };
  const items = (function* () {
    try {
      for (let item = 0; item < count; item++) {
        state.read += 1;
        yield item;
      }
    } finally {
      state.isEnded = true;
    }
  })();
  return { state, items };
}

describe('several at a time', () => {
  test('all results, as they are done', async () => {
    const wait = (turns: number) => async () => {
      for (let index = 0; index < turns; index++) await turn();
    };
    const results = concurrently([30, 1, 15], 3, async (turns) => {
      await wait(turns)();
      return turns;
    });
    assert.deepEqual(await gathered(results), [1, 15, 30]);
  });

  for (const limit of [1, 3, 64]) {
    test(`never more than ${limit}`, async () => {
      let underWay = 0;
      let most = 0;
      const results = concurrently(counted(200).items, limit, async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await turn();
        underWay -= 1;
      });
      assert.equal((await gathered(results)).length, 200);
      assert.equal(most, limit);
    });
  }

  test('a source that is slow keeps no result back', async () => {
    const held = Promise.withResolvers<void>();
    const source = async function* () {
      yield 'first';
      await held.promise;
      yield 'second';
    };
    const results = concurrently(source(), 4, async (item) => item);
    assert.equal((await results.next()).value, 'first');
    held.resolve();
    assert.deepEqual(await gathered(results), ['second']);
  });

  test('an undefined result is one', async () => {
    assert.deepEqual(await gathered(concurrently([1, 2], 1, async () => undefined)), [undefined, undefined]);
  });

  test('the source is read no faster than results are taken', async () => {
    const { state, items } = counted(1000);
    const results = concurrently(items, 4, async (item) => item);
    for (let taken = 1; taken <= 10; taken++) {
      await results.next();
      for (let turns = 0; turns < 20; turns++) await turn();
      assert.ok(state.read <= taken + 4, `${state.read} read, ${taken} taken`);
    }
    await results.return();
    assert.equal(state.isEnded, true);
  });
});

describe('a failure', () => {
  test('ends the reading; what was under way is handed out before it', async () => {
    const { state, items } = counted(100);
    const results = concurrently(items, 3, async (item) => {
      for (let turns = 0; turns < (item === 1 ? 3 : 9); turns++) await turn();
      if (item === 1) throw new Error('broken');
      return item;
    });
    assert.equal((await results.next()).value, 0);
    assert.equal((await results.next()).value, 2);
    await assert.rejects(results.next(), { message: 'broken' });
    assert.deepEqual([state.read <= 4, state.isEnded], [true, true]);
  });

  test('of the source comes after the results', async () => {
    const source = function* () {
      yield 1;
      throw new Error('no more');
    };
    const results = concurrently(source(), 2, async (item) => item);
    assert.equal((await results.next()).value, 1);
    await assert.rejects(results.next(), { message: 'no more' });
  });

  test('does not wait for a source that gives nothing', async () => {
    const source = async function* () {
      yield 1;
      await new Promise(() => {});
    };
    const results = concurrently(source(), 2, async () => {
      throw new Error('broken');
    });
    await assert.rejects(results.next(), { message: 'broken' });
  });
});

test('waves: none begins while works of the one before are under way', async () => {
  const inWave = inWaves();
  let version = 0;
  const underWay = new Set<number>();
  const work = (turns: number) =>
    inWave(async () => {
      const own = version;
      underWay.add(own);
      assert.equal(underWay.size, 1, 'two versions at once');
      for (let index = 0; index < turns; index++) await turn();
      version += 1;
      underWay.clear();
    });
  const worker = async (turns: number) => {
    for (let round = 0; round < 20; round++) await work(turns);
  };
  await Promise.all([worker(1), worker(2), worker(7)]);
  await assert.rejects(
    inWave(async () => {
      throw new Error('broken');
    }),
  );
  assert.equal(await inWave(async () => 'goes on'), 'goes on');
});
