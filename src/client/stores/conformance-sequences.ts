import type { JsonObject } from '../../base/json.ts';
import type { ConformanceCase } from './conformance.ts';
import { equal, present } from './conformance-check.ts';
import type { TokenStore } from './store.ts';

const storedValue = async (store: TokenStore, key: string): Promise<JsonObject | undefined> =>
  (await store.get(key))?.value;

const versionOf = async (store: TokenStore, key: string): Promise<string> =>
  present((await store.get(key))?.version, `${key} has no version`);

const parallel = <Value>(count: number, work: (index: number) => Promise<Value>): Promise<readonly Value[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

const countTrue = (answers: readonly unknown[]): number => answers.filter((answer) => answer === true).length;

/** Pairs that a store which normalises, folds or trims would take for one key. */
const differingKeys: readonly string[] = [
  'https://login.example/a',
  'https://login.example/A',
  'https://login.example/a/',
  'https://login.example/a ',
  ' https://login.example/a',
  '\u00e5',
  'a\u030a',
  '\u212b',
  'stra\u00dfe',
  'strasse',
  'STRASSE',
  '%2F',
  '/',
  '_',
  '%',
  "'; DROP TABLE entries; --",
  '["a","b"]',
  '["a", "b"]',
  '\ud83d\ude00',
  'a\tb\nc',
  '',
];

const values: readonly (readonly [name: string, value: JsonObject])[] = [
  ['an empty object', {}],
  ['nested JSON', { a: [1, -0.5, 1e21, true, false, null, { b: ['x', []] }], c: { d: {}, e: null } }],
  ['any text', { text: 'å \u0000 \ud83d\ude00 "quoted" \\ \u2028 \n', '': 'no name' }],
  ['a token of 64 KiB', { accessToken: 'x'.repeat(65_536) }],
  ['names that objects have', { constructor: 'a', toString: 'b', hasOwnProperty: 'c' }],
];

export const sequenceConformance: readonly ConformanceCase[] = [
  ...values.map(([name, value]) => ({
    name: `what was put is got, exactly: ${name}`,
    run: async ({ store, second }: { store: TokenStore; second: TokenStore }) => {
      equal(await store.put('key', value), true);
      equal(await storedValue(store, 'key'), value);
      equal(await storedValue(second, 'key'), value);
    },
  })),
  {
    name: 'what is not there is undefined, and deleting it is nothing',
    run: async ({ store }) => {
      equal(await store.get('key'), undefined);
      await store.delete('key');
      equal(await store.get('key'), undefined);
      equal(await store.keys(''), []);
    },
  },
  {
    name: 'what is kept does not change with what was put or got',
    run: async ({ store }) => {
      const value = { list: [1] };
      await store.put('key', value);
      value.list.push(2);
      ((await storedValue(store, 'key')) as typeof value).list.push(3);
      equal(await storedValue(store, 'key'), { list: [1] });
    },
  },
  {
    name: 'without an expected version a put replaces whatever is there, for every opening',
    run: async ({ store, second }) => {
      equal(await store.put('key', { n: 1 }), true);
      equal(await second.put('key', { n: 2 }), true);
      equal(await storedValue(store, 'key'), { n: 2 });
    },
  },
  {
    name: 'expecting nothing: only where nothing is',
    run: async ({ store, second }) => {
      equal(await store.put('key', { n: 1 }, null), true);
      equal(await second.put('key', { n: 2 }, null), false);
      equal(await storedValue(store, 'key'), { n: 1 });
    },
  },
  {
    name: 'expecting a version: over that one and no other',
    run: async ({ store, second }) => {
      await store.put('key', { n: 1 });
      const first = await versionOf(store, 'key');
      equal(await versionOf(second, 'key'), first, 'reading changes no version');
      equal(await second.put('key', { n: 2 }, first), true);
      equal(await store.put('key', { n: 3 }, first), false, 'a stale version');
      equal(await store.put('key', { n: 3 }, 'no version'), false);
      equal(await store.put('key', { n: 3 }, ''), false);
      equal(await store.put('other', { n: 3 }, first), false, 'where nothing is');
      equal([await storedValue(store, 'key'), await store.get('other')], [{ n: 2 }, undefined]);
    },
  },
  {
    name: 'no version comes back: not with the same value, and not after a deletion',
    run: async ({ store }) => {
      const seen = new Set<string>();
      for (let round = 0; round < 5; round++) {
        await store.put('key', { same: true });
        seen.add(await versionOf(store, 'key'));
        await store.put('key', { same: true });
        seen.add(await versionOf(store, 'key'));
        await store.delete('key');
      }
      equal(seen.size, 10);
      const [first = ''] = seen;
      await store.put('key', { same: true });
      equal(await store.put('key', { late: true }, first), false);
      equal(await storedValue(store, 'key'), { same: true });
    },
  },
  {
    name: 'a deletion is seen by every opening, and leaves the other keys',
    run: async ({ store, second }) => {
      await store.put('a', { n: 1 });
      await store.put('b', { n: 2 });
      await second.delete('a');
      equal([await store.get('a'), await storedValue(store, 'b'), await store.keys('')], [undefined, { n: 2 }, ['b']]);
      equal(await store.put('a', { n: 3 }, null), true);
    },
  },
  {
    name: 'of 100 puts at once that expect nothing one is made, and it is the one that is kept',
    run: async ({ store, second }) => {
      const made = await parallel(100, (n) => (n % 2 === 0 ? store : second).put('key', { n }, null));
      equal(countTrue(made), 1);
      equal(await storedValue(store, 'key'), { n: made.indexOf(true) });
    },
  },
  {
    name: 'of 100 puts at once that expect one version one is made, and it is the one that is kept',
    run: async ({ store, second }) => {
      await store.put('key', { n: -1 });
      const version = await versionOf(store, 'key');
      const made = await parallel(100, (n) => (n % 2 === 0 ? store : second).put('key', { n }, version));
      equal(countTrue(made), 1);
      equal(await storedValue(store, 'key'), { n: made.indexOf(true) });
    },
  },
  {
    name: 'keys that differ in letter case, slashes, blanks or normalisation are different keys',
    run: async ({ store, second }) => {
      for (const [index, key] of differingKeys.entries()) equal(await store.put(key, { index }, null), true, key);
      for (const [index, key] of differingKeys.entries()) equal(await storedValue(second, key), { index }, key);
      equal(await store.keys(''), [...differingKeys].sort());
      for (const key of differingKeys) await store.delete(key);
      equal(await store.keys(''), []);
    },
  },
  {
    name: 'keys of several kilobytes that differ at their end are different keys',
    run: async ({ store }) => {
      const [a, b] = [`${'long '.repeat(1000)}a`, `${'long '.repeat(1000)}b`];
      await store.put(a, { n: 1 });
      equal(await store.put(b, { n: 2 }, null), true);
      equal([await storedValue(store, a), await storedValue(store, b)], [{ n: 1 }, { n: 2 }]);
      equal(await store.keys(a.slice(0, -1)), [a, b]);
      equal(await store.keys(a), [a]);
    },
  },
  {
    name: 'keys lists every key with the prefix and no other, sorted',
    run: async ({ store, second }) => {
      const inside = [
        '["token","å","z"]',
        '["token","å","a"]',
        '["token","å\u{10ffff}"]',
        '["token","å\uffff"]',
        '["token","å',
      ];
      const outside = ['["token","a"]', '["token","Å","a"]', '["tokens","å"]', '["token', 'x["token","å"]', '%', '_'];
      for (const key of [...inside, ...outside]) await store.put(key, {});
      equal(await second.keys('["token","å'), [...inside].sort());
      equal(await second.keys(''), [...inside, ...outside].sort());
      equal(await second.keys('nothing'), []);
      equal(await second.keys('%'), ['%']);
    },
  },
  {
    name: 'a lock is one holder’s until it is given back, whichever opening asks',
    run: async ({ store, second }) => {
      const unlock = present(await store.tryLock('key'), 'the first has it');
      equal([await store.tryLock('key'), await second.tryLock('key')], [undefined, undefined]);
      await unlock();
      const next = present(await second.tryLock('key'), 'given back, it is the next one’s');
      await unlock();
      equal(await store.tryLock('key'), undefined, 'given back twice, it is still the next one’s');
      await next();
    },
  },
  {
    name: 'of 20 that try a lock at once one has it',
    run: async ({ store, second }) => {
      const tried = await parallel(20, (index) => (index % 2 === 0 ? store : second).tryLock('key'));
      const held = tried.filter((unlock) => unlock !== undefined);
      equal(held.length, 1);
      await held[0]?.();
    },
  },
  {
    name: 'a lock keeps nobody from reading and writing, its own key too',
    run: async ({ store, second }) => {
      const unlock = await store.tryLock('key');
      equal(await second.put('key', { n: 1 }, null), true);
      equal(await storedValue(store, 'key'), { n: 1 });
      await second.delete('key');
      equal(await store.keys(''), []);
      await unlock?.();
    },
  },
];
