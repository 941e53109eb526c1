import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../../src/base/random.ts';
import { Secret } from '../../../src/base/secret.ts';
import { passwordMatches, passwordRecord, type User } from '../../../src/domain/index.ts';
import { fixedIds } from '../../../src/sandbox/index.ts';
import { readSeed } from '../../../src/sandbox/seed.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { answersOf, cheapCost, exportedText, imported, testWorld, userIn } from './fixture.ts';

const john = 'john.doe@contoso.com';
const jane = 'jane.roe@contoso.com';
const graph = '00000003-0000-0000-c000-000000000000';
const withPassword = async (user: User, password: string): Promise<User> => ({
  ...user,
  password: await passwordRecord({ random: systemRandom }, new Secret(password), cheapCost),
});
const signsIn = async (user: User, password: string) => passwordMatches(user.password, new Secret(password));

test('a change is there after a restart, and gone after a reset', async () => {
  const store = memoryStore().entries;
  const first = await testWorld({ store });
  await first.directory.putUser(await withPassword(await userIn(first, john), 'changed'));
  const second = await testWorld({ store });
  assert.equal(await signsIn(await userIn(second, john), 'changed'), true);
  await second.reset();
  assert.equal(await signsIn(await userIn(second, john), 'PCTestPassword@123'), true);
  const third = await testWorld({ store });
  assert.equal(await signsIn(await userIn(third, john), 'PCTestPassword@123'), true);
});

test('every change a directory takes is there after a restart', async () => {
  const store = memoryStore().entries;
  const first = await testWorld({ store });
  const { directory } = first;
  const place = { tenantId: fixedIds.adventureWorks, clientAppId: fixedIds.application, resourceAppId: graph };
  const principalId = (await userIn(first, john)).id;
  await directory.putServicePrincipal({
    id: '99999999-0000-0000-0000-000000000001',
    tenantId: fixedIds.adventureWorks,
    appId: fixedIds.application,
    accountEnabled: false,
    appRoleAssignmentRequired: true,
  });
  await directory.putPermissionGrant({ ...place, principalId: undefined, scopes: ['User.Read'] });
  await directory.putPermissionGrant({
    ...place,
    tenantId: fixedIds.partnerTenant,
    principalId,
    scopes: ['Directory.Read.All'],
  });
  await directory.removePermissionGrant({ ...place, tenantId: fixedIds.fabrikam, principalId: undefined });
  const before = await answersOf(first, first.exported());
  const second = await testWorld({ store });
  // Everything else, passwords too, is hashed anew at each start.
  const after = await answersOf(second, second.exported());
  assert.deepEqual(grantsOf(after), grantsOf(before));
  assert.deepEqual(await second.directory.servicePrincipal(fixedIds.adventureWorks, fixedIds.application), {
    id: '99999999-0000-0000-0000-000000000001',
    tenantId: fixedIds.adventureWorks,
    appId: fixedIds.application,
    accountEnabled: false,
    appRoleAssignmentRequired: true,
  });
});

const grantsOf = (answers: object) => Object.entries(answers).filter(([name]) => name.split(' ').length > 2);

test('a change that cannot be written is not made', async () => {
  const store = memoryStore().entries;
  const broken = { ...store, add: () => Promise.reject(new Error('the disk is full')) };
  const world = await testWorld({ store: broken });
  const user = await userIn(world, john);
  await assert.rejects(world.directory.putUser({ ...user, accountEnabled: false }), /the disk is full/);
  assert.equal((await userIn(world, john)).accountEnabled, true);
});

test('row 124: what is kept is sealed: no secret, hash or name can be read in the store', async () => {
  const store = memoryStore().entries;
  const world = await testWorld({ store });
  const changed = await withPassword(await userIn(world, jane), 'changed');
  await world.directory.putUser(changed);
  const rows = async () =>
    JSON.stringify([
      await store.list('worldChange', undefined, new Date()),
      await store.list('world', undefined, new Date()),
    ]);
  const hash = Buffer.from(changed.password.hash).toString('base64');
  const kept = await rows();
  await imported(world, exportedText(world));
  for (const text of [kept, await rows()]) {
    assert.ok(text.includes('sealed'));
    for (const secret of ['JBSWY3DPEHPK3PXP', 'changed', 'PCTestPassword@123', hash, 'jane.roe', 'Contoso']) {
      assert.equal(text.includes(secret), false, secret);
    }
  }
});

test('row 124: an export holds no secret in clear, and keeps passwords, secrets and second factors working', async () => {
  const world = await testWorld();
  const text = exportedText(world);
  for (const secret of ['JBSWY3DPEHPK3PXP', 'PCTestPassword', 'TestClientAppSecret23456']) {
    assert.equal(text.includes(secret), false, secret);
  }
  const other = await testWorld();
  assert.deepEqual(await imported(other, text), { lostFactors: [] });
  assert.equal(await signsIn(await userIn(other, jane), 'PCTestPassword@456'), true);
  assert.equal((await userIn(other, jane)).mfa.totpSecret?.reveal(), 'JBSWY3DPEHPK3PXP');
});

test('a second factor that another sandbox sealed is named, and the user enrols again', async () => {
  const text = exportedText(await testWorld({ sealingKey: new Uint8Array(32).fill(8) }));
  const world = await testWorld();
  assert.deepEqual(await imported(world, text), { lostFactors: [jane, 'admin@contoso.com'] });
  assert.deepEqual((await userIn(world, jane)).mfa, { required: true });
});

test('an imported world is there after a restart, whatever the seed; a reset brings the seed back', async () => {
  const store = memoryStore().entries;
  const first = await testWorld({ store });
  await imported(
    first,
    'fixedData: drop\ntenants: [{ id: 55555555-5555-5555-5555-555555555555, displayName: N, verifiedDomains: [n.com] }]',
  );
  const second = await testWorld({ store });
  assert.equal(second.isReplaced(), true);
  assert.equal((await second.directory.tenantByDomain('n.com'))?.displayName, 'N');
  assert.equal(await second.directory.tenantByDomain('contoso.com'), undefined);
  await second.reset();
  assert.deepEqual([second.isReplaced(), (await testWorld({ store })).isReplaced()], [false, false]);
  assert.equal((await second.directory.tenantByDomain('contoso.com'))?.displayName, 'Contoso');
});

test('changes of the world before an import never return, though a crash left them in the store', async () => {
  const store = memoryStore().entries;
  const crashing = { ...store, take: () => Promise.reject(new Error('crashed')) };
  const first = await testWorld({ store: crashing });
  const text = exportedText(first);
  await first.directory.putUser({ ...(await userIn(first, john)), accountEnabled: false });
  await assert.rejects(imported(first, text), /crashed/);
  assert.equal((await userIn(await testWorld({ store }), john)).accountEnabled, true);
});

test('a change asked for while a world is replaced is made in the new one, and is there after a restart', async () => {
  const store = memoryStore().entries;
  const world = await testWorld({ store });
  const user = await userIn(world, john);
  const replacing = imported(world, exportedText(world));
  const changing = world.directory.putUser({ ...user, accountEnabled: false });
  await Promise.all([replacing, changing]);
  for (const each of [world, await testWorld({ store })]) {
    assert.equal((await userIn(each, john)).accountEnabled, false);
  }
});

test('what is seeded is added to the changed world', async () => {
  const world = await testWorld();
  await world.directory.putUser({ ...(await userIn(world, john)), displayName: 'Johnny' });
  const more =
    'users: [{ userPrincipalName: new@contoso.com, displayName: New, passwordProfile: { password: fresh } }]';
  await world.replace((exported) => readSeed(more, 'more.yaml', exported));
  assert.equal((await userIn(world, john)).displayName, 'Johnny');
  assert.equal(await signsIn(await userIn(world, john), 'PCTestPassword@123'), true);
  assert.equal(await signsIn(await userIn(world, 'new@contoso.com'), 'fresh'), true);
});

test('what this process was told in clear it can show, until it is changed', async () => {
  const store = memoryStore().entries;
  const shown = (world: Awaited<ReturnType<typeof testWorld>>) => {
    const { users, applications } = world.revealed();
    return [
      users.find(({ userPrincipalName }) => userPrincipalName === jane)?.mfa.totpSecret,
      users.find(({ userPrincipalName }) => userPrincipalName === jane)?.passwordProfile.password,
      users.find(({ userPrincipalName }) => userPrincipalName === john)?.passwordProfile.password,
      applications.find(({ appId }) => appId === fixedIds.application)?.passwordCredentials[0]?.secretText,
    ];
  };
  const first = await testWorld({ store });
  const fixed = ['JBSWY3DPEHPK3PXP', 'PCTestPassword@456', 'PCTestPassword@123', 'TestClientAppSecret23456'];
  assert.deepEqual(shown(first), fixed);
  await first.directory.putUser({ ...(await userIn(first, jane)), signInSessionsValidFrom: new Date() });
  await first.directory.putUser(await withPassword(await userIn(first, john), 'changed'));
  const changed = [fixed[0], fixed[1], undefined, fixed[3]];
  assert.deepEqual(shown(first), changed);
  assert.deepEqual(shown(await testWorld({ store })), changed);
});
