import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import {
  entriesIn,
  putApplication,
  putTenant,
  readRegistry,
  registryVersion,
  removeRegistered,
  standingsOf,
} from '../../src/domain/index.ts';
import { registryCache } from '../../src/server/production/registry-cache.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

const contoso = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const limit = { requests: 5, perSeconds: 1 };

function fresh() {
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  return { clock, entries: entriesIn(memoryStore().entries, clock) };
}

test('a tenant and its application: absent, enabled, blocked, limited', async () => {
  const context = fresh();
  const standing = async (tenant = contoso) =>
    standingsOf(await readRegistry(context))(tenant, application.toUpperCase());
  assert.deepEqual(await standing(), { hasPartnerAccount: false, application: 'absent' });
  await putTenant(context, { tenantId: contoso.toUpperCase(), state: 'enabled', displayName: 'Contoso' });
  assert.deepEqual(await standing(), { hasPartnerAccount: true, application: 'absent' });
  await putApplication(context, {
    tenantId: contoso,
    applicationId: application.toUpperCase(),
    state: 'blocked',
    limit,
  });
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
  assert.deepEqual(await standing(contoso.toUpperCase()), { hasPartnerAccount: true, application: 'enabled', limit });
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'blocked', limit: null });
  assert.deepEqual(await standing(), { hasPartnerAccount: true, application: 'blocked' });
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
  await putTenant(context, { tenantId: contoso, state: 'blocked' });
  assert.deepEqual(await standing(), { hasPartnerAccount: true, application: 'blocked' });
  assert.equal((await readRegistry(context)).tenants[0]?.displayName, 'Contoso');
});

test('one tenant’s entry of an application says nothing for another’s', async () => {
  const context = fresh();
  for (const tenantId of [contoso, fabrikam]) await putTenant(context, { tenantId, state: 'enabled' });
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
  assert.equal(standingsOf(await readRegistry(context))(fabrikam, application).application, 'absent');
});

test('removing a tenant takes its applications along, and no other’s', async () => {
  const context = fresh();
  for (const tenantId of [contoso, fabrikam]) {
    await putTenant(context, { tenantId, state: 'enabled' });
    await putApplication(context, { tenantId, applicationId: application, state: 'enabled' });
  }
  await removeRegistered(context, { tenantId: contoso });
  const { tenants, applications } = await readRegistry(context);
  assert.deepEqual([tenants.map(({ tenantId }) => tenantId), applications.length], [[fabrikam], 1]);
});

for (const [what, applicationId] of Object.entries({ tenant: undefined, application })) {
  test(`who repeats the removal of a registered ${what} whose answer was lost brings it to every node`, async () => {
    const context = fresh();
    const { entries } = context;
    await putTenant(context, { tenantId: contoso, state: 'enabled' });
    await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
    const node = await registryCache(entries);
    const lost = async () => {
      throw new Error('the database did not answer in time');
    };
    const removed = { tenantId: contoso, applicationId };
    await assert.rejects(removeRegistered({ ...context, entries: { ...entries, change: lost } }, removed));
    await assert.rejects(removeRegistered(context, removed), { code: 'missing', field: what });
    await node.refresh();
    assert.equal((await node.standing(contoso, application)).application, 'absent');
  });
}

test('a removal that was cut off in the middle leaves no application to whoever registers the tenant again', async () => {
  const context = fresh();
  await putTenant(context, { tenantId: contoso, state: 'enabled' });
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
  const take: typeof context.entries.take = async (kind, key) => {
    if (kind === 'registeredApplication') throw new Error('the database is gone');
    return context.entries.take(kind, key);
  };
  const removed = { tenantId: contoso };
  await assert.rejects(removeRegistered({ ...context, entries: { ...context.entries, take } }, removed));
  await removeRegistered(context, removed);
  await putTenant(context, { tenantId: contoso, state: 'enabled' });
  assert.deepEqual((await readRegistry(context)).applications, []);
});

describe('what is not there, and what is no id', () => {
  const context = fresh();
  test('refused by the field', async () => {
    await assert.rejects(putTenant(context, { tenantId: 'contoso.com', state: 'enabled' }), {
      code: 'invalid',
      field: 'tenant',
    });
    for (const displayName of ['', ' ', 'two\nlines', '\u001b[31mred', 'x'.repeat(257)]) {
      const named = { tenantId: contoso, state: 'enabled', displayName } as const;
      await assert.rejects(putTenant(context, named), { code: 'invalid', field: 'name' });
    }
    const nameless = { tenantId: contoso, applicationId: 'app', state: 'enabled' } as const;
    await assert.rejects(putApplication(context, nameless), { code: 'invalid', field: 'application' });
    const orphan = { tenantId: contoso, applicationId: application, state: 'enabled' } as const;
    await assert.rejects(putApplication(context, orphan), { code: 'missing', field: 'tenant' });
    for (const [requests, perSeconds] of [
      [0, 1],
      [1, 0],
      [-1, 60],
      [1.5, 60],
      [Number.NaN, 60],
      [Number.POSITIVE_INFINITY, 60],
      [1_000_001, 60],
      [1, 3601],
    ] as const) {
      await assert.rejects(putApplication(context, { ...orphan, limit: { requests, perSeconds } }), {
        code: 'invalid',
        field: 'limit',
      });
    }
    assert.equal(await registryVersion(context), 0);
    await assert.rejects(removeRegistered(context, { tenantId: contoso }), { code: 'missing', field: 'tenant' });
    await assert.rejects(removeRegistered(context, { tenantId: contoso, applicationId: application }), {
      code: 'missing',
      field: 'application',
    });
  });
});

test('each change counts, whoever is first', async () => {
  const context = fresh();
  await Promise.all([contoso, fabrikam].map((tenantId) => putTenant(context, { tenantId, state: 'enabled' })));
  assert.equal(await registryVersion(context), 2);
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
  assert.equal(await registryVersion(context), 3);
  await removeRegistered(context, { tenantId: contoso, applicationId: application });
  assert.equal(await registryVersion(context), 4);
});

test('a change that comes while a node reads is read with the next look', async () => {
  const { clock, entries } = fresh();
  const put = (tenantId: string) => putTenant({ clock, entries }, { tenantId, state: 'enabled' });
  await put(contoso);
  const list: typeof entries.list = async (...asked) => {
    const listed = await entries.list(...asked);
    if (asked[0] === 'registeredTenant') await put(fabrikam);
    return listed;
  };
  const node = await registryCache({ ...entries, list });
  assert.equal((await node.standing(fabrikam, application)).hasPartnerAccount, false);
  await node.refresh();
  assert.equal((await node.standing(fabrikam, application)).hasPartnerAccount, true);
});

test('a node that reads as soon as a change is counted reads the change', async () => {
  const { clock, entries } = fresh();
  const node = await registryCache(entries);
  const seen = async <Result>(counted: Promise<Result>): Promise<Result> => {
    const result = await counted;
    await node.refresh();
    return result;
  };
  const heard: typeof entries = {
    ...entries,
    add: (kind, ...rest) =>
      kind === 'registryVersion' ? seen(entries.add(kind, ...rest)) : entries.add(kind, ...rest),
    change: (kind, ...rest) =>
      kind === 'registryVersion' ? seen(entries.change(kind, ...rest)) : entries.change(kind, ...rest),
  };
  const context = { clock, entries: heard };
  const standing = () => node.standing(contoso, application);
  await putTenant(context, { tenantId: contoso, state: 'enabled' });
  assert.deepEqual(await standing(), { hasPartnerAccount: true, application: 'absent' });
  await putApplication(context, { tenantId: contoso, applicationId: application, state: 'enabled' });
  assert.deepEqual(await standing(), { hasPartnerAccount: true, application: 'enabled' });
  await removeRegistered(context, { tenantId: contoso, applicationId: application });
  assert.deepEqual(await standing(), { hasPartnerAccount: true, application: 'absent' });
});

test('a node that knows the version reads one row, and reads everything when it changed', async () => {
  const { clock, entries } = fresh();
  let lists = 0;
  const counting: typeof entries.list = (...asked) => {
    lists += 1;
    return entries.list(...asked);
  };
  const node = await registryCache({ ...entries, list: counting });
  assert.equal(lists, 2);
  await node.refresh();
  assert.equal(lists, 2);
  await putTenant({ clock, entries }, { tenantId: contoso, state: 'enabled' });
  assert.deepEqual(node.standing(contoso, application), { hasPartnerAccount: false, application: 'absent' });
  await node.refresh();
  assert.deepEqual(node.standing(contoso, application), { hasPartnerAccount: true, application: 'absent' });
});

test('while the store cannot be asked, what is known goes on to hold', async () => {
  const { clock, entries } = fresh();
  await putTenant({ clock, entries }, { tenantId: contoso, state: 'enabled' });
  let isDown = false;
  const node = await registryCache({
    ...entries,
    find: (...asked) => (isDown ? Promise.reject(new Error('down')) : entries.find(...asked)),
  });
  isDown = true;
  await assert.rejects(node.refresh());
  assert.equal((await node.standing(contoso, application)).hasPartnerAccount, true);
});
