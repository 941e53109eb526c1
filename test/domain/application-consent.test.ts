import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { consentForCustomer, directoryOf, entriesIn, Refusal, withdrawFromCustomer } from '../../src/domain/index.ts';
import { fixedIds, sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const graph = '00000003-0000-0000-c000-000000000000';
const { adventureWorks: tenantId, application: appId } = fixedIds;

async function opened() {
  const directory = directoryOf((await sandboxData(cheap, fixedSeed())).directory);
  const entries = entriesIn(memoryStore().entries, settableClock(new Date('2026-11-21T09:00:00Z')));
  const [application, resource] = await Promise.all([appId, graph].map((id) => directory.applicationById(id)));
  assert.ok(application && resource);
  const context = { directory, entries, random: systemRandom };
  const place = { application, tenantId };
  const scopes = () => directory.consentedScopes({ tenantId, clientAppId: appId, resourceAppId: graph, userId: '' });
  return { context, place, scopes, order: (names: readonly string[]) => [{ resource, scopes: names }] };
}

test('row 104: of two consents at once one is made whole, and the other changes nothing', async () => {
  const { context, place, scopes, order } = await opened();
  const [first, second] = await Promise.allSettled([
    consentForCustomer(context, place, order(['User.Read'])),
    consentForCustomer(context, place, order(['Directory.Read.All'])),
  ]);
  assert.equal(first.status, 'fulfilled');
  assert.equal(second.status === 'rejected' && second.reason instanceof Refusal && second.reason.code, 'taken');
  assert.deepEqual(await scopes(), ['User.Read']);
});

test('consent and its withdrawal at once end in one of the two, never between them', async () => {
  const { context, place, scopes, order } = await opened();
  await consentForCustomer(context, place, order(['User.Read']));
  const [withdrawn] = await Promise.all([
    withdrawFromCustomer(context, place),
    consentForCustomer(context, place, order(['Directory.Read.All'])),
  ]);
  assert.equal(withdrawn, true);
  assert.deepEqual(await scopes(), ['Directory.Read.All']);
  assert.equal((await context.directory.servicePrincipal(tenantId, appId))?.accountEnabled, true);
});
