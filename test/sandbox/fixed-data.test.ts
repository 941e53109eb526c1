import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { Secret } from '../../src/base/secret.ts';
import { directoryOf, isActive, judgeClientSecret, passwordMatches } from '../../src/domain/index.ts';
import { sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';

/** Contract 5.1, row by row. */
const data = await sandboxData(
  { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } },
  fixedSeed(),
);
const directory = directoryOf(data.directory);
const partnerTenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const now = new Date('2026-11-21T09:00:00Z');

for (const domain of ['contoso.com', 'contoso.onmicrosoft.com']) {
  test(`${domain} is the partner tenant, and has a partner account`, async () => {
    const tenant = await directory.tenantByDomain(domain);
    assert.deepEqual([tenant?.id, tenant?.hasPartnerAccount], [partnerTenant, true]);
  });
}

const users = [
  ['john.doe@contoso.com', 'PCTestPassword@123', ['referralsAdmin'], [], undefined],
  ['mary.major@contoso.com', 'PCTestPassword@321', ['referralsUser'], [], undefined],
  ['jane.roe@contoso.com', 'PCTestPassword@456', ['referralsAdmin', 'adminAgent'], [], 'JBSWY3DPEHPK3PXP'],
  ['admin@contoso.com', 'PCTestPassword@789', ['adminAgent'], ['globalAdministrator'], 'KRSXG5CTMVRXEZLU'],
] as const;
for (const [name, password, partnerRoles, directoryRoles, totpSecret] of users) {
  test(`the user ${name}`, async () => {
    const user = await directory.userByPrincipalName(partnerTenant, name);
    assert.ok(user && (await passwordMatches(user.password, new Secret(password))));
    assert.deepEqual([user.partnerRoles, user.directoryRoles], [partnerRoles, directoryRoles]);
    assert.deepEqual([user.mfa.required, user.mfa.totpSecret?.reveal()], [totpSecret !== undefined, totpSecret]);
  });
}

test('the application', async () => {
  const application = await directory.applicationById('00001111-aaaa-2222-bbbb-3333cccc4444');
  assert.ok(application);
  const secret = new Secret('TestClientAppSecret23456');
  assert.equal(judgeClientSecret(application.passwordCredentials, secret, now), 'valid');
  assert.deepEqual(application.redirectUris, {
    web: ['https://localhost:3000/callback'],
    spa: [],
    publicClient: ['http://localhost'],
  });
  assert.equal(application.signInAudience, 'AzureADMultipleOrgs');
  assert.equal(application.allowsPasswordGrant, true);
});

const publicClients = ['11112222-bbbb-3333-cccc-4444dddd5555', 'a0c73c16-a7e3-4564-9a95-2bdf47383716'];
for (const appId of publicClients) {
  test(`the public client ${appId}`, async () => {
    const application = await directory.applicationById(appId);
    assert.deepEqual(application?.redirectUris.publicClient, ['http://localhost']);
    assert.deepEqual([application?.isFallbackPublicClient, application?.passwordCredentials], [true, []]);
  });
}

const resources = [
  ['https://api.partnercenter.microsoft.com', 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'],
  ['https://api.partnercenter.microsoft.com/', 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'],
  ['https://partner.partnercenterapi.microsoftonline.cn', 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'],
  ['https://api.partner.microsoft.com', '4990cffe-04e8-4e8b-808a-1175604b879f'],
  ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'],
  ['https://graph.windows.net', '00000002-0000-0000-c000-000000000000'],
  ['https://graph.chinacloudapi.cn', '00000002-0000-0000-c000-000000000000'],
  ['https://management.azure.com/', '797f4846-ba00-4fd7-ba43-dac1f8f63013'],
  ['https://management.core.windows.net/', '797f4846-ba00-4fd7-ba43-dac1f8f63013'],
  ['https://outlook.office365.com', '00000002-0000-0ff1-ce00-000000000000'],
] as const;
for (const [identifier, appId] of resources) {
  test(`the resource ${identifier}`, async () => {
    const resource = await directory.resource(partnerTenant, identifier);
    assert.equal(resource?.application.appId, appId);
    assert.equal((await directory.resource(partnerTenant, appId))?.application.appId, appId);
  });
}

const clients = ['00001111-aaaa-2222-bbbb-3333cccc4444', '11112222-bbbb-3333-cccc-4444dddd5555'];
for (const clientAppId of clients) {
  test(`${clientAppId} has user_impersonation on both partner resources, consented`, async () => {
    for (const resourceAppId of ['fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd', '4990cffe-04e8-4e8b-808a-1175604b879f']) {
      const query = { tenantId: partnerTenant, clientAppId, resourceAppId, userId: 'anybody' };
      assert.deepEqual(await directory.consentedScopes(query), ['user_impersonation']);
    }
  });
}

const customers = [
  ['bbbbcccc-1111-dddd-2222-eeee3333ffff', 'fabrikam.onmicrosoft.com', true, true],
  ['ccccdddd-2222-eeee-3333-ffff4444aaaa', 'adventure-works.onmicrosoft.com', true, false],
  ['ddddeeee-3333-ffff-4444-aaaa5555bbbb', 'wingtip.onmicrosoft.com', false, false],
] as const;
for (const [tenantId, domain, active, consented] of customers) {
  test(`the customer ${domain}: GDAP ${active ? 'active' : 'expired'}, ${consented ? '' : 'not '}consented`, async () => {
    assert.equal((await directory.tenantByDomain(domain))?.id, tenantId);
    assert.equal(data.customers.find((customer) => customer.tenantId === tenantId)?.partnerTenantId, partnerTenant);
    const relationship = data.directory.delegatedAdminRelationships.find(
      ({ customerTenantId }) => customerTenantId === tenantId,
    );
    assert.equal(relationship && isActive(relationship, now), active);
    const scopes = await directory.consentedScopes({
      tenantId,
      clientAppId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      resourceAppId: '00000003-0000-0000-c000-000000000000',
      userId: 'anybody',
    });
    assert.equal(scopes.length > 0, consented);
  });
}

test('referrals have locations and teams, and mary.major is in one team', () => {
  assert.ok(data.referrals.length >= 3);
  for (const { location } of data.referrals) assert.notEqual(location.name, '');
  const hers = data.referrals.filter(({ team }) => team.some(({ email }) => email === 'mary.major@contoso.com'));
  assert.equal(hers.length, 1);
});
