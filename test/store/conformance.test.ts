import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { storeConformance } from '../../src/store/conformance.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { testDatabase } from '../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-store-'));
after(() => rmSync(folder, { recursive: true }));

const database = await testDatabase();
const skip = typeof database === 'string' ? database : false;

const backends = {
  memory: { open: async () => memoryStore(), skip: false },
  sqlite: { open: (index: number) => sqliteStore(join(folder, `${index}.sqlite`)), skip: false },
  postgres: {
    open: async () => postgresStore(typeof database === 'string' ? '' : await database.schemaUrl()),
    skip,
  },
};

for (const [backend, { open, skip }] of Object.entries(backends)) {
  describe(`store: ${backend}`, { skip }, () => {
    for (const [index, { name, run }] of storeConformance.entries()) {
      test(name, async () => {
        const store = await open(index);
        try {
          await run(store);
        } finally {
          await store.close();
        }
      });
    }
  });
}

test('row 1: the database file is for its owner alone', async () => {
  const file = join(folder, 'mode.sqlite');
  const store = await sqliteStore(file);
  await store.close();
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
