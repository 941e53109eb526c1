import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig, startProduction } from '../../../src/server/index.ts';
import { createLog } from '../../../src/server/log.ts';
import { sqliteStore } from '../../../src/store/sqlite/index.ts';

test('row 125: the store of a sandbox is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-production-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sqliteFile = join(folder, 'sandbox.sqlite');
  const sandbox = await sqliteStore(sqliteFile);
  const key = { kid: 'x', algorithm: 'RS256', sealedPrivateKey: Buffer.alloc(1), certificate: undefined } as const;
  await sandbox.signingKeys.add({ ...key, ring: 'authority', createdAt: new Date() });
  await sandbox.close();
  const config = readConfig({
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
  const started = startProduction({ config, readFile: () => '', log: createLog('silent') });
  await assert.rejects(started, { code: 'configuration', message: /^storage: this is the store of a sandbox/ });
  assert.equal(existsSync(`${sqliteFile}-wal`), false, 'it is closed');
});
