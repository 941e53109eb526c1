import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixedIds } from '../../../src/sandbox/index.ts';
import { readSeed } from '../../../src/sandbox/seed.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { change, graph, idOf, type Made, make } from './changes.ts';
import { answersOf, exportedText, imported, testWorld } from './fixture.ts';

const jane = 'jane.roe@contoso.com';

test('whatever was changed is there after a restart, and a reset takes it all back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const store = memoryStore().entries;
      const world = await testWorld({ store, seed });
      const start = await answersOf(world, world.exported());
      for (const one of changes) await make(world, one);
      const exported = world.exported();
      const again = await testWorld({ store, seed });
      assert.deepEqual(
        withoutHashes(await answersOf(again, exported)),
        withoutHashes(await answersOf(world, exported)),
      );
      await again.reset();
      assert.deepEqual(withoutHashes(await answersOf(again, again.exported())), withoutHashes(start));
    }),
    { numRuns: 40 },
  );
});

/** Passwords and secrets that nobody changed are hashed anew at each start. */
function withoutHashes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHashes);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'salt' && name !== 'hash');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutHashes(member)]));
}

test('what was changed in a tenant that is new is as it was after a restart, and not as in every new tenant', async () => {
  const store = memoryStore().entries;
  const world = await testWorld({ store });
  await make(world, { what: 'customer', number: 1 });
  await make(world, { what: 'relationship', number: 1, ended: false });
  const cli = { tenantId: idOf('c', 1), clientAppId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', resourceAppId: graph };
  await world.directory.removePermissionGrant({ ...cli, principalId: undefined });
  const again = await testWorld({ store });
  for (const each of [world, again]) {
    assert.deepEqual(await each.directory.consentedScopes({ ...cli, userId: '' }), []);
    const [relationship] = await each.directory.relationships(idOf('c', 1), fixedIds.partnerTenant);
    assert.deepEqual(relationship?.endDateTime, new Date('2028-11-20T09:00:00Z'));
  }
});

test('an application that a seed states in another tenant is in no export once it was withdrawn', async () => {
  const stated = `servicePrincipals: [{ tenantId: ${fixedIds.wingtip}, appId: ${fixedIds.application} }]`;
  const world = await testWorld({ seed: readSeed(stated, 's.yaml') });
  await make(world, { what: 'withdraw', tenantId: fixedIds.wingtip, appId: fixedIds.application });
  const other = await testWorld();
  await imported(other, exportedText(world));
  assert.equal(await other.directory.servicePrincipal(fixedIds.wingtip, fixedIds.application), undefined);
});

const { partnerTenant, fabrikam, application } = fixedIds;
const removals: readonly (readonly [string, Made])[] = [
  ['a role', { what: 'role', tenantId: partnerTenant, appId: application, given: false }],
  ['a grant', { what: 'remove', tenantId: fabrikam, appId: application, own: false }],
  ['an application of another tenant', { what: 'withdraw', tenantId: fabrikam, appId: application }],
];
for (const [what, removal] of removals) {
  test(`${what} that was removed is in no export, and not there after a restart`, async () => {
    const store = memoryStore().entries;
    const world = await testWorld({ store });
    const start = await answersOf(world, world.exported());
    await make(world, removal);
    const changed = await answersOf(world, world.exported());
    assert.notDeepEqual(changed, start);
    const other = await testWorld();
    await imported(other, exportedText(world));
    assert.deepEqual(withoutHashes(await answersOf(other, world.exported())), withoutHashes(changed));
    const again = await testWorld({ store });
    assert.deepEqual(withoutHashes(await answersOf(again, world.exported())), withoutHashes(changed));
  });
}

/** With a grant and a role of one user alone, who may be renamed. */
const seed = readSeed(
  JSON.stringify({
    oauth2PermissionGrants: [
      {
        tenantId: fixedIds.partnerTenant,
        clientAppId: fixedIds.publicApplication,
        resourceAppId: graph,
        principal: jane,
        scope: 'User.Read',
      },
    ],
    appRoleAssignments: [
      { tenantId: fixedIds.partnerTenant, principal: jane, resourceAppId: graph, role: 'Directory.Read.All' },
    ],
  }),
  'seed.json',
);

test('export and import: whatever was changed, the world that comes back answers the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
      const world = await testWorld({ seed });
      for (const one of changes) await make(world, one);
      const exported = world.exported();
      const other = await testWorld();
      await imported(other, exportedText(world));
      assert.deepEqual(await answersOf(other, exported), await answersOf(world, exported));
      assert.deepEqual({ ...other.exported(), users: [] }, { ...exported, users: [] });
    }),
    { numRuns: 40 },
  );
});
