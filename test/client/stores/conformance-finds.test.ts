import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore, type TokenStore, tokenStoreConformance } from '../../../src/index.ts';

/** The suite against stores with one defect each: a case must find it. */

type Defect = (store: TokenStore) => Partial<TokenStore>;

const folding =
  (fold: (key: string) => string): Defect =>
  (store) => ({
    get: (key) => store.get(fold(key)),
    put: (key, value, expected) => store.put(fold(key), value, expected),
  });

/** Versions that say what is there and not when it was written. */
const versionOf = (value: unknown): string => JSON.stringify(value);

const defects: readonly (readonly [name: string, defect: Defect])[] = [
  ['takes letter case away', folding((key) => key.toLowerCase())],
  ['normalises', folding((key) => key.normalize('NFC'))],
  ['takes slashes away', folding((key) => key.replace(/\/$/, ''))],
  ['trims', folding((key) => key.trim())],
  ['cuts long keys', folding((key) => key.slice(0, 255))],
  ['forgets what it is to expect', (store) => ({ put: (key, value) => store.put(key, value) })],
  [
    'forgets that nothing is expected',
    (store) => ({ put: (key, value, expected) => store.put(key, value, expected ?? undefined) }),
  ],
  [
    'looks first and writes then',
    (store) => ({
      put: async (key, value, expected) => {
        const fits = expected === undefined || ((await store.get(key))?.version ?? null) === expected;
        await new Promise((resolve) => setImmediate(resolve));
        return fits && store.put(key, value);
      },
    }),
  ],
  [
    'takes the value for its version',
    (store) => ({
      get: async (key) => {
        const stored = await store.get(key);
        return stored && { ...stored, version: versionOf(stored.value) };
      },
      put: async (key, value, expected) => {
        const stored = await store.get(key);
        const version = stored ? versionOf(stored.value) : null;
        return expected === undefined || expected === version ? store.put(key, value) : false;
      },
    }),
  ],
  ['deletes nothing', () => ({ delete: async () => {} })],
  ['lists all', (store) => ({ keys: () => store.keys('') })],
  ['lists in any order', (store) => ({ keys: async (prefix) => (await store.keys(prefix)).toReversed() })],
  ['locks for everybody', () => ({ tryLock: async () => async () => {} })],
  ['locks for nobody', () => ({ tryLock: async () => undefined })],
  ['never unlocks', (store) => ({ tryLock: async (key) => (await store.tryLock(key)) && (async () => {}) })],
  [
    'drops nulls',
    (store) => ({
      put: (key, value, expected) =>
        store.put(
          key,
          JSON.parse(JSON.stringify(value), (_, each) => (each === null ? undefined : each)),
          expected,
        ),
    }),
  ],
  [
    'keeps 32 KiB',
    (store) => ({
      put: async (key, value, expected) => JSON.stringify(value).length < 32_768 && store.put(key, value, expected),
    }),
  ],
  ['says it was not written', (store) => ({ put: async (...given) => !(await store.put(...given)) })],
];

for (const [name, defect] of defects) {
  test(`a store that ${name} does not pass`, async () => {
    const cases: (() => Promise<void>)[] = [];
    tokenStoreConformance({
      test: (_, run) => cases.push(run),
      open: () => {
        const sound = memoryStore();
        const store = { ...sound, ...defect(sound) };
        return { store, second: store, close: async () => {} };
      },
    });
    const ended = await Promise.allSettled(cases.map((run) => run()));
    const failures = ended.filter(({ status }) => status === 'rejected');
    assert.ok(failures.length > 0);
    assert.ok(failures.length < cases.length, 'and not by failing everywhere');
  });
}
