import assert from 'node:assert/strict';
import { addSeconds } from '../base/clock.ts';
import type { StoredEntry } from '../domain/ports.ts';
import type { ConformanceCase } from './conformance.ts';

const now = new Date('2026-11-21T09:00:00Z');

const entry = (key: string, changes: Partial<StoredEntry> = {}): StoredEntry => ({
  kind: 'authorizationCode',
  key,
  owner: '',
  value: '{"a":1}',
  version: 1,
  expiresAt: addSeconds(now, 600),
  ...changes,
});

const count = (answers: readonly unknown[]): number => answers.filter((answer) => answer).length;

export const entryConformance: readonly ConformanceCase[] = [
  {
    name: 'an entry is added once: of 500 at once exactly one is',
    run: async ({ entries }) => {
      const added = await Promise.all(
        Array.from({ length: 500 }, (_, index) => entries.add(entry('a', { value: `${index}` }), now)),
      );
      assert.equal(count(added), 1);
      const kept = await entries.find('authorizationCode', 'a', now);
      assert.equal(kept?.value, String(added.indexOf(true)));
    },
  },
  {
    name: 'an entry of one kind is not found, changed or taken as another',
    run: async ({ entries }) => {
      await entries.add(entry('a'), now);
      assert.equal(await entries.find('deviceGrant', 'a', now), undefined);
      assert.equal(await entries.replace(entry('a', { kind: 'deviceGrant' }), now), false);
      assert.equal(await entries.take('deviceGrant', 'a', now), undefined);
      assert.equal(await entries.add(entry('a', { kind: 'deviceGrant', value: '2' }), now), true);
      assert.deepEqual(await entries.find('authorizationCode', 'a', now), entry('a'));
    },
  },
  {
    name: 'of 100 changes to one version exactly one is made, and the next needs the new version',
    run: async ({ entries }) => {
      await entries.add(entry('a', { owner: 'me' }), now);
      const later = addSeconds(now, 1200);
      const changed = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          entries.replace(entry('a', { value: `${index}`, expiresAt: later }), now),
        ),
      );
      assert.equal(count(changed), 1);
      const kept = await entries.find('authorizationCode', 'a', now);
      const first = entry('a', { owner: 'me', value: String(changed.indexOf(true)), expiresAt: later, version: 2 });
      assert.deepEqual(kept, first);
      const next = { kind: first.kind, key: first.key, version: 2, value: 'next' };
      assert.equal(await entries.replace(next, now), true);
      assert.deepEqual(await entries.list('authorizationCode', 'me', now), [{ ...first, ...next, version: 3 }]);
    },
  },
  {
    name: 'what is added with a change is there with it, or not at all: of 100 changes one’s',
    run: async ({ entries }) => {
      await entries.add(entry('a'), now);
      const ofOwn = (index: number) => [
        entry(`family ${index}`, { kind: 'refreshFamily', owner: 'me', value: `{"f":"'${index}\\"{},"}` }),
        entry(`token ${index}`, { kind: 'refreshToken', version: 3, expiresAt: addSeconds(now, index + 1) }),
      ];
      const changed = await Promise.all(
        Array.from({ length: 100 }, (_, index) => entries.replace(entry('a'), now, ofOwn(index))),
      );
      assert.equal(count(changed), 1);
      const kept = await Promise.all(
        ['refreshFamily', 'refreshToken'].map((kind) => entries.list(kind, undefined, now)),
      );
      assert.deepEqual(kept.flat(), ofOwn(changed.indexOf(true)));
      assert.equal(await entries.replace(entry('none'), now, ofOwn(100)), false);
      assert.equal(await entries.find('refreshFamily', 'family 100', now), undefined);
    },
  },
  {
    name: 'of what is added with a change one that is there stays as it is, and one that has expired gives way',
    run: async ({ entries }) => {
      const later = addSeconds(now, 10);
      for (const key of ['a', 'b']) await entries.add(entry(key), now);
      await entries.add(entry('c', { expiresAt: later }), now);
      const added = ['b', 'c', 'd'].map((key) => entry(key, { value: 'added', version: 7 }));
      assert.equal(await entries.replace(entry('a', { value: 'changed' }), later, added), true);
      assert.deepEqual(await entries.list('authorizationCode', undefined, later), [
        entry('a', { value: 'changed', version: 2 }),
        entry('b'),
        ...added.slice(1),
      ]);
    },
  },
  {
    name: 'of 100 that take an entry exactly one gets it',
    run: async ({ entries }) => {
      await entries.add(entry('a'), now);
      const taken = await Promise.all(Array.from({ length: 100 }, () => entries.take('authorizationCode', 'a', now)));
      assert.equal(count(taken), 1);
      assert.deepEqual(taken.find(Boolean), entry('a'));
      assert.equal(await entries.find('authorizationCode', 'a', now), undefined);
    },
  },
  {
    name: 'an entry ends at the instant it expires: then it is none, and its place is free',
    run: async ({ entries }) => {
      const expiresAt = addSeconds(now, 10);
      const before = new Date(expiresAt.getTime() - 1);
      await entries.add(entry('a', { expiresAt, owner: 'x' }), now);
      assert.notEqual(await entries.find('authorizationCode', 'a', before), undefined);
      assert.equal(await entries.find('authorizationCode', 'a', expiresAt), undefined);
      assert.equal(await entries.replace(entry('a'), expiresAt), false);
      assert.equal(await entries.take('authorizationCode', 'a', expiresAt), undefined);
      for (const owner of ['x', undefined]) {
        assert.deepEqual(await entries.list('authorizationCode', owner, expiresAt), []);
      }
      assert.equal(await entries.add(entry('a', { value: 'new' }), before), false);
      const next = entry('a', { value: 'new', owner: 'me', version: 7 });
      assert.equal(await entries.add(next, expiresAt), true);
      assert.deepEqual(await entries.find('authorizationCode', 'a', expiresAt), next);
    },
  },
  {
    name: 'a list holds one owner’s entries, or all of the kind, by key',
    run: async ({ entries }) => {
      for (const [key, owner] of [
        ['c', 'x'],
        ['a', 'x'],
        ['b', 'y'],
      ] as const)
        await entries.add(entry(key, { owner }), now);
      await entries.add(entry('d', { owner: 'x', kind: 'deviceGrant' }), now);
      const keys = async (owner?: string) =>
        (await entries.list('authorizationCode', owner, now)).map(({ key }) => key);
      assert.deepEqual(await keys('x'), ['a', 'c']);
      assert.deepEqual(await keys(), ['a', 'b', 'c']);
      assert.deepEqual(await keys('nobody'), []);
    },
  },
  {
    name: 'a purge of entries removes expired ones only, at most as many as it is told; clearing removes all',
    run: async ({ entries }) => {
      for (const key of ['a', 'b', 'c']) await entries.add(entry(key, { expiresAt: addSeconds(now, 1) }), now);
      await entries.add(entry('d'), now);
      const later = addSeconds(now, 1);
      assert.equal(await entries.purge(later, 2), 2);
      assert.equal(await entries.purge(later, 2), 1);
      assert.equal(await entries.purge(later, 2), 0);
      assert.notEqual(await entries.find('authorizationCode', 'd', later), undefined);
      await entries.clear();
      assert.equal(await entries.find('authorizationCode', 'd', later), undefined);
    },
  },
];
