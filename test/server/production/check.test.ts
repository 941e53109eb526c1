import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createLog } from '../../../src/server/log.ts';
import { openKeys } from '../../../src/server/production/keys.ts';
import { openStore } from '../../../src/server/production/open-store.ts';
import { checkProduction, startProduction } from '../../../src/server/production/production.ts';
import { readConfig } from '../../../src/server/production/read-config.ts';
import { postgresStore } from '../../../src/store/postgres/index.ts';
import { withSetting } from '../../store/postgres/fixture.ts';
import { testDatabase } from '../../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-check-'));
after(() => rmSync(folder, { recursive: true }));

function configOf(file: string, fill: number, tls?: object) {
  const config = {
    issuer: 'https://tokens.example.com',
    storage: { sqliteFile: join(folder, file) },
    keys: { sealingKey: Buffer.alloc(32, fill).toString('base64'), algorithm: 'ES256' },
    trustedIssuers: [{ cloud: 'AzureCloud' }],
    tls,
  };
  return readConfig({ text: JSON.stringify(config), fileName: 'c', variables: {}, readFile: () => assert.fail() });
}

const readFile = () => assert.fail();

test('another sealing key than the one of the keys in the store is told before the start', async () => {
  const config = configOf('sealed.sqlite', 1);
  await (await openKeys(config)).close();
  await checkProduction({ config, readFile });
  await assert.rejects(checkProduction({ config: configOf('sealed.sqlite', 2), readFile }), {
    code: 'configuration',
    message: /^The signing key \S+ cannot be opened: its sealing key is another/,
  });
});

test('a file of the audit and a module that signs are looked at before the start', async () => {
  const config = configOf('looked.sqlite', 1);
  const nowhere = join(folder, 'nowhere', 'file');
  for (const [place, stated] of [
    ['audit.file', { ...config, audit: { file: nowhere } }],
    ['keys.signerModule', { ...config, keys: { ...config.keys, signerModule: nowhere } }],
  ] as const) {
    const refused = { code: 'configuration', message: new RegExp(`^${place}: ${nowhere} cannot be`) };
    await assert.rejects(checkProduction({ config: stated, readFile }), refused);
  }
});

const database = await testDatabase();
test('a database that can only be read is told before the start', {
  skip: typeof database === 'string' ? database : false,
}, async () => {
  if (typeof database === 'string') return;
  const databaseUrl = await database.schemaUrl();
  await (await postgresStore(databaseUrl)).close();
  const config = {
    ...configOf('none', 1),
    storage: { databaseUrl: withSetting(databaseUrl, 'default_transaction_read_only=on') },
  };
  await assert.rejects(checkProduction({ config, readFile }), { code: 'store_unavailable' });
});

test('looking at a configuration makes no signing key', async () => {
  const config = configOf('empty.sqlite', 1);
  const algorithms = async () => {
    const store = await openStore(config);
    const keys = await store.signingKeys.list('token-service');
    await store.close();
    return keys.map(({ algorithm }) => algorithm);
  };
  await checkProduction({ config, readFile });
  assert.deepEqual(await algorithms(), []);
  await (await openKeys(config)).close();
  await checkProduction({ config: { ...config, keys: { ...config.keys, algorithm: 'RS256' } }, readFile });
  assert.deepEqual(await algorithms(), ['ES256']);
});

test('files of tls that are no certificate with its key are told before the start, in a sentence', async () => {
  const config = configOf('tls.sqlite', 1, { certificateFile: 'certificate.pem', keyFile: 'key.pem' });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const certificate of ['nothing', key]) {
    const read = (path: string) => (path === 'key.pem' ? key : certificate);
    await assert.rejects(checkProduction({ config, readFile: read }), {
      code: 'configuration',
      message: /^tls: keyFile and certificateFile are no key and its certificate in PEM/,
    });
  }
});

test('a node that cannot listen does nothing more with its store', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const config = configOf('taken.sqlite', 1);
  const { port } = other.address() as AddressInfo;
  const lines: string[] = [];
  const log = createLog('warn', (line) => lines.push(line));
  const node = { config: { ...config, listen: { ...config.listen, port } }, readFile, log };
  await assert.rejects(startProduction(node), { code: 'EADDRINUSE' });
  t.mock.timers.tick(60_000);
  await setTimeout(50);
  assert.deepEqual(lines, []);
});
