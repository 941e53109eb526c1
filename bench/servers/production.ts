// A node of the token service as `serve production` runs it: its configuration, registry, shared limits, repeated work,
// metrics, and workers where it has some. A worker runs this file again.

import { publicJwkOf } from '../../src/jwt/index.ts';
import { isWorker, openRegistry, readConfig, startNode } from '../../src/server/index.ts';
import { issuerTemplate, type Material, publicKeyOf, serveFigures } from './material.ts';

const settings: Material & { databaseUrl?: string; sqliteFile?: string; workers: number } = JSON.parse(
  process.argv[2] ?? '',
);
const storage =
  settings.databaseUrl === undefined ? { sqliteFile: settings.sqliteFile } : { databaseUrl: settings.databaseUrl };
const many = { requests: 1_000_000, perSeconds: 1 };
const config = readConfig({
  fileName: 'service.yaml',
  variables: {},
  readFile: () => '',
  text: JSON.stringify({
    issuer: 'https://tokens.example',
    listen: { port: 0 },
    workers: settings.workers,
    storage,
    keys: { sealingKey: Buffer.alloc(32, 9).toString('base64'), algorithm: settings.algorithm },
    trustedIssuers: [{ issuer: issuerTemplate, jwksUri: 'https://keys.example/keys', tokenVersion: '1.0' }],
    limits: { perCaller: many, perAddress: many },
    logLevel: 'warn',
  }),
});
if (!isWorker()) {
  const registry = await openRegistry(config);
  const partner = { tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee' };
  await registry.put({ ...partner, state: 'enabled' });
  await registry.put({ ...partner, applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444', state: 'enabled' });
  await registry.close();
}
const key = { ...publicJwkOf(publicKeyOf(settings)), kid: 'issuer', use: 'sig', alg: 'RS256' };
const { port } = await startNode({
  config,
  readFile: () => '',
  fetch: async () => Response.json({ keys: [key] }),
});
if (!isWorker()) serveFigures(port);
