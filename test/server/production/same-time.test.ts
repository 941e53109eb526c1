import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock, systemClock } from '../../../src/base/clock.ts';
import { readConfig } from '../../../src/server/index.ts';
import { checkProduction, startProduction } from '../../../src/server/production/production.ts';
import { requireSameTime } from '../../../src/server/production/same-time.ts';
import { testDatabase } from '../../support/postgres.ts';

const now = new Date('2026-11-21T09:00:00Z');
const off = (seconds: number) => settableClock(new Date(now.getTime() + seconds * 1000));
const store = { now: async () => now };

for (const seconds of [0, 300, -300, 360, -360]) {
  test(`B14: ${seconds} seconds apart go together, with a skew of 300`, () =>
    requireSameTime(store, off(seconds), 300));
}
for (const [seconds, said] of [
  [362, 'This machine’s clock is 362 seconds ahead of the database’s. Set the one that is wrong right.'],
  [-7200, 'This machine’s clock is 7200 seconds behind the database’s. Set the one that is wrong right.'],
] as const) {
  test(`B14: ${said}`, async () => {
    const refused = { code: 'configuration', message: said };
    await assert.rejects(requireSameTime(store, off(seconds), 300), refused);
  });
}
test('a store that has no clock of its own is not asked', () => requireSameTime({}, off(86_400), 300));

const database = await testDatabase();
test('B14: a node whose clock is not PostgreSQL’s does not start', {
  skip: typeof database === 'string' ? database : false,
}, async () => {
  if (typeof database === 'string') return;
  const text = JSON.stringify({
    issuer: 'https://tokens.example.com',
    listen: { port: 0 },
    storage: { databaseUrl: await database.schemaUrl() },
    keys: { sealingKey: Buffer.alloc(32, 9).toString('base64') },
    trustedIssuers: [{ cloud: 'AzureCloud' }],
    logLevel: 'silent',
  });
  const config = readConfig({ text, fileName: 'service.yaml', variables: {}, readFile: () => '' });
  const ahead = { now: () => new Date(systemClock.now().getTime() + 7_200_000) };
  const refused = { code: 'configuration', message: /^This machine’s clock is 7200 seconds ahead of the database’s/ };
  await assert.rejects(startProduction({ config, readFile: () => '', clock: ahead }), refused);
  await assert.rejects(checkProduction({ config, readFile: () => '', clock: ahead }), refused);
  await checkProduction({ config, readFile: () => '' });
});
