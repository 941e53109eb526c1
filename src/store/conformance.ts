import assert from 'node:assert/strict';
import { addSeconds } from '../base/clock.ts';
import type { Issuance, StoredSigningKey } from '../domain/ports.ts';
import { entryConformance } from './conformance-entries.ts';
import type { Store } from './store.ts';

/** What every store must do, as named cases: a backend's test runs them all against stores it opens empty. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: (store: Store) => Promise<void>;
}

const now = new Date('2026-11-21T09:00:00Z');

const issuance = (key: number, tokenId: string, changes: Partial<Issuance> = {}): Issuance => ({
  key: new Uint8Array(32).fill(key),
  api: 'v3',
  keyId: 'kid',
  claims: JSON.stringify({ jti: tokenId }),
  sealedToken: undefined,
  tokenDigest: new Uint8Array(32),
  expiresAt: addSeconds(now, 3600),
  ...changes,
});

const signingKey = (kid: string, ring: StoredSigningKey['ring'], createdAt = now): StoredSigningKey => ({
  kid,
  ring,
  algorithm: 'RS256',
  sealedPrivateKey: Uint8Array.of(1, 2, 3),
  certificate: undefined,
  createdAt,
});

export const storeConformance: readonly ConformanceCase[] = [
  ...entryConformance,
  {
    name: 'the first claim of a key wins and every later one gets its record',
    run: async ({ issuances }) => {
      const first = await issuances.claim(issuance(1, 'a'), now);
      const second = await issuances.claim(issuance(1, 'b', { api: 'legacy' }), now);
      assert.deepEqual(first, { first: true, issuance: issuance(1, 'a') });
      assert.deepEqual(second, { first: false, issuance: issuance(1, 'a') });
    },
  },
  {
    name: 'of 500 claims at once exactly one is first, and all get one record',
    run: async ({ issuances }) => {
      const claims = await Promise.all(
        Array.from({ length: 500 }, (_, index) => issuances.claim(issuance(2, String(index)), now)),
      );
      assert.equal(claims.filter(({ first }) => first).length, 1);
      assert.equal(new Set(claims.map((claim) => claim.issuance.claims)).size, 1);
    },
  },
  {
    name: 'a sealed token comes back byte for byte',
    run: async ({ issuances }) => {
      const sealedToken = Uint8Array.from({ length: 256 }, (_, index) => index);
      await issuances.claim(issuance(3, 'a', { sealedToken }), now);
      const { issuance: kept } = await issuances.claim(issuance(3, 'b'), now);
      assert.deepEqual(kept.sealedToken && [...kept.sealedToken], [...sealedToken]);
    },
  },
  {
    name: 'a record counts until the instant it expires, and its key can then be claimed again',
    run: async ({ issuances }) => {
      const expiresAt = addSeconds(now, 10);
      await issuances.claim(issuance(4, 'a', { expiresAt }), now);
      const before = await issuances.claim(issuance(4, 'b'), new Date(expiresAt.getTime() - 1));
      const after = await issuances.claim(issuance(4, 'c'), expiresAt);
      assert.equal(before.first, false);
      assert.deepEqual(after, { first: true, issuance: issuance(4, 'c') });
    },
  },
  {
    name: 'of a record that expired nothing stays in the one that takes its place',
    run: async ({ issuances }) => {
      const expiresAt = addSeconds(now, 10);
      await issuances.claim(issuance(5, 'a', { expiresAt, sealedToken: Uint8Array.of(1) }), now);
      const tokenDigest = new Uint8Array(32).fill(9);
      const taken = { api: 'legacy', keyId: 'next', sealedToken: Uint8Array.of(2, 3), tokenDigest };
      await issuances.claim(issuance(5, 'b', taken), expiresAt);
      const { first, issuance: kept } = await issuances.claim(issuance(5, 'c'), expiresAt);
      assert.deepEqual([first, kept], [false, issuance(5, 'b', taken)]);
    },
  },
  {
    name: 'a purge removes expired records only, at most as many as it is told',
    run: async ({ issuances }) => {
      for (const key of [10, 11, 12])
        await issuances.claim(issuance(key, 'old', { expiresAt: addSeconds(now, 1) }), now);
      await issuances.claim(issuance(13, 'live'), now);
      const later = addSeconds(now, 1);
      assert.equal(await issuances.purge(later, 2), 2);
      assert.equal(await issuances.purge(later, 2), 1);
      assert.equal(await issuances.purge(later, 2), 0);
      assert.equal((await issuances.claim(issuance(13, 'again'), later)).first, false);
    },
  },
  {
    name: 'a ring takes further keys, and lists them from the oldest to the youngest',
    run: async ({ signingKeys }) => {
      await signingKeys.addFirst(signingKey('new', 'authority', addSeconds(now, 2)));
      await signingKeys.add(signingKey('newest', 'authority', addSeconds(now, 3)));
      await signingKeys.add(signingKey('older', 'authority', addSeconds(now, 1)));
      assert.deepEqual(
        (await signingKeys.list('authority')).map(({ kid }) => kid),
        ['older', 'new', 'newest'],
      );
    },
  },
  {
    name: 'a ring whose first key is gone keeps the ones that came after it, and takes no first one again',
    run: async ({ signingKeys }) => {
      await signingKeys.addFirst(signingKey('first', 'token-service'));
      await signingKeys.add(signingKey('next', 'token-service', addSeconds(now, 1)));
      await signingKeys.remove('token-service', 'first');
      await signingKeys.addFirst(signingKey('other', 'token-service', addSeconds(now, 2)));
      assert.deepEqual(
        (await signingKeys.list('token-service')).map(({ kid }) => kid),
        ['next'],
      );
    },
  },
  {
    name: 'a key is removed once, and from its own ring alone',
    run: async ({ signingKeys }) => {
      await signingKeys.add(signingKey('one', 'authority'));
      await signingKeys.add(signingKey('one', 'token-service'));
      assert.equal(await signingKeys.remove('authority', 'other'), false);
      const removed = await Promise.all([1, 2, 3].map(() => signingKeys.remove('authority', 'one')));
      assert.equal(removed.filter(Boolean).length, 1);
      assert.deepEqual(await signingKeys.list('authority'), []);
      assert.equal((await signingKeys.list('token-service')).length, 1);
    },
  },
  {
    name: 'a ring keeps the first key of an algorithm, and rings do not mix',
    run: async ({ signingKeys }) => {
      await Promise.all([
        signingKeys.addFirst(signingKey('a', 'authority')),
        signingKeys.addFirst(signingKey('b', 'authority')),
      ]);
      await signingKeys.addFirst(signingKey('c', 'token-service'));
      const authority = await signingKeys.list('authority');
      assert.equal(authority.length, 1);
      assert.deepEqual(
        (await signingKeys.list('token-service')).map(({ kid }) => kid),
        ['c'],
      );
      assert.deepEqual(
        { ...authority[0], sealedPrivateKey: [...(authority[0]?.sealedPrivateKey ?? [])] },
        {
          ...signingKey(authority[0]?.kid ?? '', 'authority'),
          sealedPrivateKey: [1, 2, 3],
        },
      );
    },
  },
];
