import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createLog } from '../../../src/server/log.ts';
import { composeProduction, type ProductionParts } from '../../../src/server/production/compose.ts';
import { readConfig } from '../../../src/server/production/read-config.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import type { AuditRecord } from '../../../src/token-service/index.ts';
import { httpRequest } from '../../support/exchange-request.ts';

const configWith = (settings: object = {}) =>
  readConfig({
    text: JSON.stringify({
      issuer: 'https://tokens.example.com',
      storage: { sqliteFile: '/nowhere' },
      keys: { sealingKey: Buffer.alloc(32, 7).toString('base64'), algorithm: 'ES256' },
      trustedIssuers: [{ cloud: 'AzureCloud' }],
      ...settings,
    }),
    fileName: 'service.yaml',
    variables: {},
    readFile: () => assert.fail(),
  });

/** A node whose turns come when the test says so. */
function composed(t: TestContext, parts: Partial<ProductionParts> = {}) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  return composeProduction({
    ...{ config: configWith(), store: memoryStore(), random: systemRandom, audit: undefined },
    clock: settableClock(new Date('2026-11-21T09:00:00Z')),
    fetch: () => assert.fail(),
    log: createLog('silent'),
    ...parts,
  });
}

test('row 72, B14: while a node’s clock is set years ahead, the keys of all nodes stay as they are', async (t) => {
  const store = memoryStore();
  const wall = settableClock(new Date('2026-11-21T09:00:00Z'));
  const node = await composed(t, { store, clock: { now: () => wall.now(), uptime: () => 0 } });
  const list = t.mock.method(store.signingKeys, 'list');
  const before = await store.signingKeys.list('token-service');
  wall.advance(10 * 365 * 86_400);
  t.mock.timers.tick(60_000);
  await setTimeout(50);
  assert.ok(list.mock.callCount() > 1, 'the node looked at its keys');
  assert.deepEqual(await store.signingKeys.list('token-service'), before);
  await node.stop();
});

test('rows 86, 88: behind a proxy the limit of an address and the audit are the caller’s; what was only counted is told each second and at the end', async (t) => {
  const lines: AuditRecord[] = [];
  const node = await composed(t, {
    config: configWith({
      behindProxy: { trustedProxies: ['10.0.0.0/8'] },
      limits: { perAddress: { requests: 1, perSeconds: 3600 } },
    }),
    audit: { record: async (line) => void lines.push(line), check: async () => {} },
  });
  const statusFrom = async (caller: string) =>
    (await node.handler(httpRequest({ address: '10.1.2.3', headers: { 'x-forwarded-for': caller } }))).status;
  const callers = ['198.51.100.1', '198.51.100.1', '198.51.100.2'];
  const statuses: number[] = [];
  for (const caller of callers) statuses.push(await statusFrom(caller));
  assert.deepEqual(statuses, [401, 429, 401]);
  const told = () => lines.map((line) => ('address' in line ? line.address : line.count));
  t.mock.timers.tick(1000);
  assert.deepEqual(told(), ['198.51.100.1', '198.51.100.2', 1]);
  assert.equal(await statusFrom('198.51.100.2'), 429);
  await node.stop();
  assert.deepEqual(told().slice(3), [1]);
});

test('row 87: ready while both the store and the audit are', async (t) => {
  const store = memoryStore();
  const down = new Set<string>();
  const checking = (what: string) => async () => {
    if (down.has(what)) throw new Error(`${what} is gone`);
  };
  const node = await composed(t, {
    store: { ...store, check: checking('store') },
    audit: { record: async () => {}, check: checking('audit') },
  });
  const status = async () => (await node.handler(httpRequest({ path: '/readyz', method: 'GET' }))).status;
  assert.equal(await status(), 200);
  for (const what of ['store', 'audit']) {
    down.add(what);
    assert.equal(await status(), 503, what);
    down.delete(what);
  }
  assert.equal(await status(), 200);
  await node.stop();
});

test('what is done again and again is not done twice at once, goes on after a failure, and ends with the node', async (t) => {
  const store = memoryStore();
  const lines: string[] = [];
  const node = await composed(t, { store, log: createLog('warn', (line) => lines.push(JSON.parse(line).msg)) });
  const purge = Promise.withResolvers<number>();
  const purging = t.mock.method(store.issuances, 'purge', () => purge.promise);
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) {
      t.mock.timers.tick(60_000);
      for (let times = 0; times < 5; times++) await setImmediate();
    }
  };
  await turns(3);
  assert.equal(purging.mock.callCount(), 1);
  purge.reject(new Error('the store is gone'));
  await setImmediate();
  await turns(1);
  assert.equal(purging.mock.callCount(), 2);
  assert.deepEqual(lines, ['expired records stay', 'expired records stay']);
  await node.stop();
  await turns(2);
  assert.equal(purging.mock.callCount(), 2);
});
