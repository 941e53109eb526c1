import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { readConfig } from '../../../src/server/index.ts';
import { openStore } from '../../../src/server/production/open-store.ts';
import { sqliteStore } from '../../../src/store/sqlite/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-production-'));
after(() => rmSync(folder, { recursive: true }));

const storedIn = (sqliteFile: string) =>
  readConfig({
    text: JSON.stringify({
      issuer: 'https://tokens.example.com',
      listen: { port: 0 },
      storage: { sqliteFile },
      keys: { sealingKey: Buffer.alloc(32, 9).toString('base64') },
      trustedIssuers: [{ cloud: 'AzureCloud' }],
    }),
    fileName: 'service.yaml',
    variables: {},
    readFile: () => '',
  });

describe('a file that is no store is told by its setting', () => {
  const noDatabase = join(folder, 'text.sqlite');
  const newer = join(folder, 'newer.sqlite');
  mkdirSync(join(folder, 'folder.sqlite'));
  writeFileSync(noDatabase, 'x'.repeat(4096));
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 1000');
  database.close();
  const cases = [
    ['in a folder that is not there', join(folder, 'nowhere', 'records.sqlite'), 'ENOENT'],
    ['a folder', join(folder, 'folder.sqlite'), 'EISDIR'],
    ['of another program', noDatabase, 'file is not a database'],
    ['of a newer version', newer, 'The database was made by a newer version of partner-auth.'],
  ] as const;
  for (const [what, file, why] of cases) {
    test(what, () =>
      assert.rejects(openStore(storedIn(file)), ({ code, message }) => {
        assert.equal(code, 'configuration');
        return message.startsWith(`storage.sqliteFile: ${file} cannot be used: ${why}`);
      }),
    );
  }
});

test('row 125: the store of a sandbox is refused', async () => {
  const sqliteFile = join(folder, 'sandbox.sqlite');
  const sandbox = await sqliteStore(sqliteFile);
  const key = { kid: 'x', algorithm: 'RS256', sealedPrivateKey: Buffer.alloc(1), certificate: undefined } as const;
  await sandbox.signingKeys.add({ ...key, ring: 'authority', createdAt: new Date() });
  await sandbox.close();
  await assert.rejects(openStore(storedIn(sqliteFile)), {
    code: 'configuration',
    message: /^storage: this is the store of a sandbox/,
  });
  assert.equal(existsSync(`${sqliteFile}-wal`), false, 'it is closed');
});
