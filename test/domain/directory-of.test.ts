import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { directoryOf } from '../../src/domain/index.ts';
import { sandboxData } from '../../src/sandbox/index.ts';
import { readSeed } from '../../src/sandbox/seed.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const [inContoso, inFabrikam] = ['10000000-0000-0000-0000-00000000000a', '10000000-0000-0000-0000-00000000000b'];
const client = '00001111-aaaa-2222-bbbb-3333cccc4444';

const api = (appId: string, owner: string) => `
  - appId: ${appId}
    displayName: API
    appOwnerOrganizationId: ${owner}
    identifierUris: ['api://shared/Name']
    api: { oauth2PermissionScopes: [{ id: ${appId}, value: read }, { id: 10000000-0000-0000-0000-0000000000cc, value: write }] }`;

const seed = readSeed(
  `applications:${api(inContoso, tenant)}${api(inFabrikam, fabrikam)}
oauth2PermissionGrants:
  - { tenantId: ${tenant}, clientAppId: ${client}, resourceAppId: ${inContoso}, scope: read }
  - { tenantId: ${tenant}, clientAppId: ${client}, resourceAppId: ${inContoso}, principal: Mary.Major@contoso.com, scope: write }
`,
  'seed.yaml',
);
const context = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const directory = directoryOf((await sandboxData(context, seed)).directory);

test('what is looked up is found in any letter case', async () => {
  assert.equal((await directory.tenantById(tenant.toUpperCase()))?.id, tenant);
  assert.equal((await directory.tenantByDomain('CONTOSO.com'))?.id, tenant);
  assert.equal((await directory.applicationById(client.toUpperCase()))?.appId, client);
  assert.equal((await directory.userByPrincipalName(tenant, 'JOHN.DOE@contoso.com'))?.displayName, 'John Doe');
});

test('what does not exist is undefined, the names of Object included', async () => {
  for (const name of ['constructor', '__proto__', 'toString', '']) {
    assert.equal(await directory.tenantById(name), undefined);
    assert.equal(await directory.tenantByDomain(name), undefined);
    assert.equal(await directory.applicationById(name), undefined);
    assert.equal(await directory.resource(tenant, name), undefined);
    assert.equal(await directory.userByPrincipalName(tenant, name), undefined);
  }
});

for (const spelling of ['api://shared/Name', 'api://shared/Name/', 'API://shared/name']) {
  test(`one identifier in two tenants is each tenant's own: ${spelling}`, async () => {
    assert.equal((await directory.resource(tenant, spelling))?.application.appId, inContoso);
    assert.equal((await directory.resource(fabrikam, spelling))?.application.appId, inFabrikam);
  });
}

test('a user of one tenant is not another tenant’s', async () => {
  assert.equal(await directory.userByPrincipalName(fabrikam, 'john.doe@contoso.com'), undefined);
  assert.equal(await directory.userById(fabrikam, 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'), undefined);
});

const consents = [
  ['bbbbbbbb-1111-2222-3333-cccccccccccc', ['read', 'write']],
  ['aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb', ['read']],
] as const;
for (const [userId, scopes] of consents) {
  test(`a consent for one user holds for that user alone: ${userId}`, async () => {
    const query = { tenantId: tenant, clientAppId: client, resourceAppId: inContoso, userId };
    assert.deepEqual(await directory.consentedScopes(query), scopes);
  });
}

test('a user that is put again is found by the new name alone, and with what changed', async () => {
  const changed = directoryOf((await sandboxData(context, seed)).directory);
  const user = await changed.userByPrincipalName(tenant, 'john.doe@contoso.com');
  assert.ok(user);
  await changed.putUser({ ...user, userPrincipalName: 'jack.doe@contoso.com', displayName: 'Jack Doe' });
  assert.equal(await changed.userByPrincipalName(tenant, 'john.doe@contoso.com'), undefined);
  assert.equal((await changed.userByPrincipalName(tenant, 'Jack.Doe@contoso.com'))?.displayName, 'Jack Doe');
  assert.equal((await changed.userById(tenant, user.id))?.displayName, 'Jack Doe');
});

test('consent that is put replaces that user’s own and leaves the others’; removed, it is gone', async () => {
  const changed = directoryOf((await sandboxData(context, seed)).directory);
  const userId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
  const place = { tenantId: tenant, clientAppId: client, resourceAppId: inContoso };
  const scopes = () => changed.consentedScopes({ ...place, userId });
  assert.deepEqual(await scopes(), ['read']);
  await changed.putPermissionGrant({ ...place, principalId: userId, scopes: ['write'] });
  assert.deepEqual(await scopes(), ['read', 'write']);
  await changed.putPermissionGrant({ ...place, principalId: userId, scopes: [] });
  assert.deepEqual(await scopes(), ['read']);
  await changed.removePermissionGrant({ ...place, principalId: undefined });
  assert.deepEqual(await scopes(), []);
});

test('an application that comes into a tenant is found there from then on', async () => {
  const changed = directoryOf((await sandboxData(context, seed)).directory);
  assert.equal(await changed.resource(fabrikam, inContoso), undefined);
  const principal = { id: inContoso, appId: inContoso, accountEnabled: true, appRoleAssignmentRequired: false };
  await changed.putServicePrincipal({ ...principal, tenantId: fabrikam });
  assert.equal((await changed.resource(fabrikam, inContoso))?.servicePrincipal.id, inContoso);
});
