import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createLog } from '../../../src/server/log.ts';
import { composeProduction } from '../../../src/server/production/compose.ts';
import { readConfig } from '../../../src/server/production/read-config.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';

const config = readConfig({
  text: JSON.stringify({
    issuer: 'https://tokens.example.com',
    storage: { sqliteFile: '/nowhere' },
    keys: { sealingKey: Buffer.alloc(32, 7).toString('base64'), algorithm: 'ES256' },
    trustedIssuers: [{ cloud: 'AzureCloud' }],
  }),
  fileName: 'service.yaml',
  variables: {},
  readFile: () => assert.fail(),
});

test('row 72, B14: while a node’s clock is set years ahead, the keys of all nodes stay as they are', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const store = memoryStore();
  const wall = settableClock(new Date('2026-11-21T09:00:00Z'));
  const node = await composeProduction({
    ...{ config, store, random: systemRandom, audit: undefined },
    clock: { now: () => wall.now(), uptime: () => 0 },
    fetch: () => assert.fail(),
    log: createLog('silent'),
  });
  const list = t.mock.method(store.signingKeys, 'list');
  const before = await store.signingKeys.list('token-service');
  wall.advance(10 * 365 * 86_400);
  t.mock.timers.tick(60_000);
  await setTimeout(50);
  assert.ok(list.mock.callCount() > 1, 'the node looked at its keys');
  assert.deepEqual(await store.signingKeys.list('token-service'), before);
  await node.stop();
});
