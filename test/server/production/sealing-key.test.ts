import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { entriesIn } from '../../../src/domain/index.ts';
import { readConfig } from '../../../src/server/index.ts';
import { keepKeys } from '../../../src/server/production/key-keeping.ts';
import { openServiceRing, sealingKeyIn } from '../../../src/server/production/key-ring.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { testService } from '../../support/token-service.ts';

const [before, next] = [1, 2].map((fill) => Buffer.alloc(32, fill).toString('base64')) as [string, string];

const configWith = (sealingKey: string, secondSealingKey?: string) =>
  readConfig({
    fileName: 'service.yaml',
    variables: {},
    readFile: () => '',
    text: JSON.stringify({
      issuer: 'https://tokens.example.com',
      behindProxy: { trustedProxies: ['10.0.0.1'] },
      storage: { sqliteFile: 'records.sqlite' },
      keys: { sealingKey, secondSealingKey, algorithm: 'ES256' },
      trustedIssuers: [{ cloud: 'AzureCloud' }],
    }),
  });

/** The steps of the runbook, in their order. */
const steps = [configWith(before), configWith(before, next), configWith(next, before)] as const;

test('row 59: a sealing key takes the other’s place while nodes of the step before still serve', async () => {
  const store = memoryStore();
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const ringOf = (config: (typeof steps)[number]) => openServiceRing({ config, store, clock, random: systemRandom });
  const rings = [];
  for (const step of steps) rings.push(await ringOf(step));
  const [, second, third] = rings as [(typeof rings)[0], (typeof rings)[0], (typeof rings)[0]];
  for (const ring of rings) assert.equal(ring.current().kid, third.current().kid);
  await third.rotate();
  await second.refresh();
  assert.deepEqual(second.list(), third.list());
  await assert.rejects(ringOf(configWith(next)), /cannot be opened: its sealing key is another/);

  clock.advance(3 * 86_400);
  await keepKeys({ ring: third, entries: entriesIn(store.entries, clock), clock, rotateSeconds: 90 * 86_400 });
  const alone = await ringOf(configWith(next));
  assert.deepEqual(alone.list(), third.list());
  assert.equal(alone.list().length, 1);
});

test('a token that was sealed with the key before is given again', async () => {
  const first = await testService({ algorithm: 'ES256', sealingKey: sealingKeyIn(steps[0]) });
  const shared = { clock: first.clock, issuers: [first.issuer], algorithm: 'ES256', store: first.store } as const;
  const headers = { 'ms-requestid': systemRandom.guid() };
  const { fields } = await first.exchange({ headers });
  const later = await testService({ ...shared, sealingKey: sealingKeyIn(steps[2]) });
  const again = await later.exchange({ headers });
  assert.deepEqual([again.status, again.fields.access_token], [200, fields.access_token]);
});
