import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { issuanceKey } from '../../src/domain/issuance.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';

const nextFile = sqliteFiles();
const caller = { issuer: 'i', tenantId: 't', applicationId: 'a', subject: 's' };

describe('row 70: the decision who was first', () => {
  test('a key names its kind of entry: no other kind can be taken for it', () => {
    const hash = (parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    const key = issuanceKey(caller, 'id').toString('hex');
    assert.equal(key, hash(['issuance', 'i', 't', 'a', 's', 'id']));
    assert.notEqual(key, hash(['i', 't', 'a', 's', 'id']));
  });

  for (const [name, open] of Object.entries({
    memory: async () => memoryStore(),
    SQLite: () => sqliteStore(nextFile()),
  })) {
    test(`${name}: of two claims of one key the same record answers both, and one is first`, async () => {
      const store = await open();
      const now = new Date('2026-11-21T09:00:00Z');
      const claim = (claims: string) =>
        store.issuances.claim(
          {
            key: issuanceKey(caller, 'id'),
            api: 'v3',
            keyId: 'k',
            claims,
            sealedToken: undefined,
            tokenDigest: new Uint8Array(32),
            expiresAt: new Date('2026-11-21T10:00:00Z'),
          },
          now,
        );
      const answers = await Promise.all([claim('{"jti":"1"}'), claim('{"jti":"2"}')]);
      assert.deepEqual(
        answers.map(({ first, issuance }) => [first, issuance.claims]),
        [
          [true, '{"jti":"1"}'],
          [false, '{"jti":"1"}'],
        ],
      );
      await store.close();
    });
  }
});
