// The token service as it runs: every check, metrics, and a record for each request, durable in SQLite or PostgreSQL.

import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { rateLimiter } from '../../src/domain/rate-limit.ts';
import { nodeListener } from '../../src/http/node.ts';
import { listen } from '../../src/http/server.ts';
import { localKeys, signerOf } from '../../src/jwt/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { exchangeHandler, serviceMetrics } from '../../src/token-service/index.ts';
import { verifyBearer } from '../../src/verify/index.ts';
import { issuerTemplate, type Material, privateKeyOf, publicKeyOf, serveFigures } from './material.ts';

const settings: Material & { store: 'sqlite' | 'postgres' | 'memory'; url: string } = JSON.parse(process.argv[2] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
const stores = {
  sqlite: () => sqliteStore(join(folder, 'bench.sqlite')),
  postgres: () => postgresStore(settings.url),
  memory: memoryStore,
};
const store = await stores[settings.store]();
const signer = signerOf({ kid: 'signing', algorithm: settings.algorithm, privateKey: privateKeyOf(settings) });
const issuers = [
  {
    issuer: issuerTemplate,
    tokenVersion: '1.0' as const,
    algorithms: ['RS256'] as const,
    keys: localKeys({
      keys: [{ kid: 'issuer', algorithm: undefined, issuer: undefined, key: publicKeyOf(settings) }],
      refused: [],
    }),
  },
];

const handler = exchangeHandler({
  clock: systemClock,
  random: systemRandom,
  settings: {
    issuer: 'https://tokens.example',
    lifetimeSeconds: 3600,
    acceptRequired: true,
    legacyAudience: false,
    mfaEnforcement: 'on',
    legacySunset: new Date('2026-12-31T00:00:00Z'),
  },
  verifyBearer: (token) => verifyBearer({ clock: systemClock, issuers }, token),
  registry: { standing: () => ({ hasPartnerAccount: true, application: 'enabled' }) },
  limiter: rateLimiter({ requests: 1_000_000, perSeconds: 1 }),
  issuances: store.issuances,
  keys: { current: () => signer, find: () => signer, published: () => [] },
  sealingKey: randomBytes(32),
  metrics: serviceMetrics(new Registry()),
  log: { info() {}, error: (fields, message) => console.error(message, fields) },
});
const { port } = await listen(
  nodeListener(handler, (cause) => console.error(cause)),
  {
    host: '127.0.0.1',
    port: 0,
  },
);
serveFigures(port);
