import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ensureTlsFiles } from '../../../src/http/tls/tls-files.ts';
import { createLog } from '../../../src/server/log.ts';
import { type ProductionOptions, startProduction } from '../../../src/server/production/production.ts';
import { readConfig } from '../../../src/server/production/read-config.ts';
import { testIssuer } from '../../support/issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-node-'));
after(() => rmSync(folder, { recursive: true }));

/** Starts a node on a file of its own. */
function started(name: string, settings: object, options: Partial<ProductionOptions> = {}) {
  const sqliteFile = join(folder, `${name}.sqlite`);
  const stated = {
    issuer: 'https://tokens.example.com',
    listen: { port: 0 },
    storage: { sqliteFile },
    keys: { sealingKey: Buffer.alloc(32, 1).toString('base64'), algorithm: 'ES256' },
    trustedIssuers: [{ cloud: 'AzureCloud' }],
    ...settings,
  };
  const readFile = () => '';
  const config = readConfig({ text: JSON.stringify(stated), fileName: 'c', variables: {}, readFile });
  return { sqliteFile, node: startProduction({ config, readFile, log: createLog('silent'), ...options }) };
}

test('with a certificate it speaks TLS, and nothing in clear', async (t) => {
  const { caPem, keyPem, certificatePem } = await ensureTlsFiles({ directory: folder, now: new Date(), hosts: [] });
  const tls = { keyFile: 'key.pem', certificateFile: 'certificate.pem' };
  const readFile = (path: string) => (path === tls.keyFile ? keyPem : certificatePem);
  const node = await started('tls', { tls }, { readFile }).node;
  t.after(() => node.close());
  const status = await new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: node.port, path: '/livez', ca: caPem, agent: false };
    get(options, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  assert.equal(status, 200);
  await assert.rejects(fetch(`http://127.0.0.1:${node.port}/livez`));
});

test('rows 66, 88: what is under way when a node is stopped is answered, and its record is kept', async () => {
  const issuer = testIssuer({ now: () => new Date(), issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' });
  const asked = Promise.withResolvers<void>();
  const keys = Promise.withResolvers<Response>();
  const file = join(folder, 'audit.log');
  const fetchKeys = () => {
    asked.resolve();
    return keys.promise;
  };
  const node = await started('stopped', { audit: { file } }, { fetch: fetchKeys }).node;
  const answer = fetch(`http://127.0.0.1:${node.port}/v3/generatetoken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${issuer.bearer()}`, accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'jwt_token' }),
  });
  await asked.promise;
  const closed = node.close();
  keys.resolve(Response.json(issuer.jwks));
  // Nobody is registered.
  assert.equal((await answer).status, 404);
  await closed;
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).reason),
    ['tenantUnknown'],
  );
});

test('a node that does not start leaves its store closed', async () => {
  const { sqliteFile, node } = started('audit', { audit: { file: join(folder, 'nowhere', 'audit.log') } });
  await assert.rejects(node, { code: 'configuration', message: /^audit\.file: / });
  assert.deepEqual([existsSync(sqliteFile), existsSync(`${sqliteFile}-wal`)], [true, false]);
});
