import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { controlled } from './fixture.ts';

const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const wingtip = 'ddddeeee-3333-ffff-4444-aaaa5555bbbb';
const partnerTenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

test('the list shows each customer with its relationships as they stand', async () => {
  const sandbox = await controlled();
  const { body } = await sandbox.ask('GET', '/sandbox/customers');
  assert.deepEqual(
    [body.total, body.customers.map(({ companyName }: { companyName: string }) => companyName)],
    [3, ['Adventure Works', 'Fabrikam, Inc.', 'Wingtip Toys']],
  );
  assert.deepEqual(body.customers[1], {
    tenantId: fabrikam,
    companyName: 'Fabrikam, Inc.',
    domain: 'fabrikam.onmicrosoft.com',
    partnerTenantId: partnerTenant,
    relationships: [
      {
        id: 'e1e1e1e1-0001-4aaa-8bbb-000000000001',
        displayName: 'Contoso and Fabrikam',
        status: 'active',
        endDateTime: '2099-12-31T00:00:00.000Z',
        roles: ['Directory Readers', 'Helpdesk Administrator'],
      },
    ],
  });
  assert.equal((await sandbox.ask('GET', '/sandbox/customers?search=WING')).body.customers[0].tenantId, wingtip);
});

test('a customer is a tenant that everything works in: Microsoft’s applications, users, sign-in', async () => {
  const sandbox = await controlled();
  const order = { companyName: 'Tailspin Toys', domain: 'Tailspin.onmicrosoft.com' };
  const { body } = await sandbox.ask('POST', '/sandbox/customers', order);
  assert.deepEqual([body.domain, body.relationships], ['tailspin.onmicrosoft.com', []]);
  const name = 'admin@tailspin.onmicrosoft.com';
  const user = { userPrincipalName: name, displayName: 'A', directoryRoles: ['globalAdministrator'] };
  assert.equal((await sandbox.ask('POST', '/sandbox/users', user)).body.user.tenantId, body.tenantId);
  const forged = await sandbox.control.forgeToken({ user: name, resource: 'https://graph.microsoft.com' });
  assert.equal(forged.claims.tid, body.tenantId);
  const { resources } = (await sandbox.ask('GET', `/sandbox/resources?tenant=${body.domain}`)).body;
  assert.equal(resources.length, 6);
  // Azure's command line is known in every tenant, and consented to.
  const cli = await sandbox.control.forgeToken({
    user: name,
    application: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
    resource: 'https://management.azure.com',
  });
  assert.equal(cli.claims.scp, 'user_impersonation');
  assert.equal((await sandbox.ask('POST', '/sandbox/customers', order)).status, 409);
});

test('a tenant that is there already becomes a customer, of another partner too', async () => {
  const sandbox = await controlled({
    seed: `tenants: [{ id: 55555555-5555-5555-5555-555555555555, displayName: Other, verifiedDomains: [other.example], partnerAccount: true }]`,
  });
  const order = { companyName: 'Fabrikam', domain: 'fabrikam.onmicrosoft.com', partner: 'other.example' };
  assert.equal((await sandbox.ask('POST', '/sandbox/customers', order)).body.tenantId, fabrikam);
  assert.equal((await sandbox.ask('GET', '/sandbox/customers?partner=other.example')).body.total, 1);
  assert.equal((await sandbox.ask('GET', '/sandbox/customers')).body.total, 4);
});

const refused = [
  [{ companyName: '', domain: 'a.example' }, 400, 'companyName'],
  [{ companyName: 'A', domain: 'no domain' }, 400, 'domain'],
  [{ companyName: 'A', domain: 'contoso.com' }, 400, 'domain'],
  [{ companyName: 'A', domain: 'a.example', partner: 'fabrikam.onmicrosoft.com' }, 400, 'partner'],
  [{ companyName: 'A', domain: 'a.example', partner: 'nowhere.example' }, 404, 'tenant'],
  [{ companyName: 'A', domain: 'wingtip.onmicrosoft.com' }, 409, 'domain'],
] as const;
describe('what cannot be a customer is refused by the member', async () => {
  const sandbox = await controlled();
  for (const [body, status, target] of refused) {
    test(JSON.stringify(body), async () => {
      const answer = await sandbox.ask('POST', '/sandbox/customers', body);
      assert.deepEqual([answer.status, answer.body.error.target], [status, target], answer.body.error?.message);
    });
  }

  const relationships = [
    [{ roles: [] }, 400, 'roles'],
    [{ roles: ['Owner'] }, 400, 'roles'],
    [{ roles: ['Global Reader'], durationDays: 731 }, 400, 'durationDays'],
  ] as const;
  for (const [body, status, target] of relationships) {
    test(`a relationship ${JSON.stringify(body)}`, async () => {
      const answer = await sandbox.ask('POST', `/sandbox/customers/${fabrikam}/relationships`, body);
      assert.deepEqual([answer.status, answer.body.error.target], [status, target]);
    });
  }
});

test('a relationship ends once, and by its time', async () => {
  const sandbox = await controlled();
  const place = `/sandbox/customers/${wingtip}/relationships`;
  const { body } = await sandbox.ask('POST', place, {
    roles: ['global reader', '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'],
    durationDays: 2,
  });
  assert.deepEqual(
    [body.status, body.endDateTime, body.roles],
    ['active', '2026-11-23T09:00:00.000Z', ['Global Reader', 'Directory Readers']],
  );
  sandbox.clock.advance(2 * 86_400);
  const standing = async () =>
    (await sandbox.ask('GET', `/sandbox/customers/${wingtip}`)).body.relationships.map(
      ({ status }: { status: string }) => status,
    );
  assert.deepEqual(await standing(), ['expired', 'expired']);
  assert.equal((await sandbox.ask('DELETE', `${place}/${body.id}`)).status, 400);
  const other = (await sandbox.ask('POST', place, { roles: ['Global Reader'] })).body;
  assert.deepEqual((await sandbox.ask('DELETE', `${place}/${other.id}`)).body.status, 'terminated');
  assert.equal((await sandbox.ask('DELETE', `${place}/${other.id}`)).status, 400);
  assert.equal((await sandbox.ask('DELETE', `${place}/99999999-0000-0000-0000-000000000001`)).status, 404);
  assert.deepEqual(await standing(), ['expired', 'expired', 'terminated']);
});

describe('referrals', () => {
  test('one that is added is read by its team at the Referrals API, until it is removed', async () => {
    const sandbox = await controlled();
    const order = { name: 'Lead', customerName: 'Fabrikam', country: 'US', team: ['mary.major@contoso.com'] };
    const { body } = await sandbox.ask('POST', '/sandbox/referrals', order);
    assert.deepEqual(
      [body.direction, body.status, body.team],
      ['Incoming', 'New', [{ firstName: 'Mary', lastName: 'Major', email: 'mary.major@contoso.com' }]],
    );
    const token = await sandbox.control.forgeToken({
      user: 'mary.major@contoso.com',
      resource: 'https://api.partner.microsoft.com',
    });
    const read = async () =>
      (
        await sandbox.fetch(`${sandbox.url}/v1.0/engagements/referrals/${body.id}`, {
          headers: { authorization: `Bearer ${token.accessToken}` },
        })
      ).status;
    assert.equal(await read(), 200);
    assert.equal((await sandbox.ask('GET', '/sandbox/referrals')).body.referrals.length, 4);
    assert.deepEqual((await sandbox.ask('DELETE', `/sandbox/referrals/${body.id}`)).body, { removed: 1 });
    assert.equal((await sandbox.ask('DELETE', `/sandbox/referrals/${body.id}`)).status, 404);
    assert.equal(await read(), 404);
  });
});

describe('consent at a customer', () => {
  const adventureWorks = 'ccccdddd-2222-eeee-3333-ffff4444aaaa';
  const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
  const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
  const consents = (tenantId: string) => `/sandbox/customers/${tenantId}/consents`;

  test('is listed by application, given to all that is listed, and withdrawn', async () => {
    const { ask, control } = await controlled();
    const appIds = async () => (await control.customerConsents(fabrikam)).map(({ appId }) => appId);
    assert.deepEqual(await appIds(), [application]);
    const { status, body } = await ask('POST', consents(fabrikam), { appId: publicApplication });
    assert.deepEqual([status, body.displayName, body.grants.length], [200, 'Partner Center Public App', 6]);
    assert.deepEqual(body.grants[1], {
      resourceAppId: '4990cffe-04e8-4e8b-808a-1175604b879f',
      scopes: ['user_impersonation'],
    });
    assert.deepEqual(await appIds(), [application, publicApplication]);
    assert.deepEqual((await ask('GET', consents(fabrikam))).body.consents[1], body);
    assert.deepEqual((await ask('DELETE', `${consents(fabrikam)}/${application}`)).body, { withdrawn: 1 });
    assert.deepEqual(await appIds(), [publicApplication]);
    assert.equal((await ask('DELETE', `${consents(fabrikam)}/${application}`)).status, 404);
  });

  const refusals = [
    ['a relationship that ended', wingtip, { appId: publicApplication }, 400, 'tenantId'],
    ['one that is there', fabrikam, { appId: application }, 409, 'appId'],
    ['an application that is none', adventureWorks, { appId: fabrikam }, 404, 'appId'],
    ['what is no id', adventureWorks, { appId: 'x' }, 400, 'appId'],
    ['no customer', partnerTenant, { appId: publicApplication }, 404, 'tenantId'],
  ] as const;
  for (const [what, tenantId, body, status, target] of refusals) {
    test(`${what}: ${status} ${target}, and nothing is given`, async () => {
      const { ask, control } = await controlled();
      const before = JSON.stringify(await control.export());
      const answer = await ask('POST', consents(tenantId), body);
      assert.deepEqual([answer.status, answer.body.error.target], [status, target]);
      assert.equal(JSON.stringify(await control.export()), before);
    });
  }

  test('an application for its own tenant alone, or that asks for nothing, is refused', async () => {
    const { ask } = await controlled();
    const single = (await ask('POST', '/sandbox/applications', { displayName: 'Single' })).body.appId;
    const own = await ask('POST', consents(adventureWorks), { appId: single });
    assert.deepEqual([own.status, own.body.error.message.includes('its own tenant alone')], [400, true]);
    await ask('PATCH', `/sandbox/applications/${single}`, { signInAudience: 'AzureADMultipleOrgs' });
    const nothing = await ask('POST', consents(adventureWorks), { appId: single });
    assert.deepEqual([nothing.status, nothing.body.error.message.includes('no delegated permission')], [400, true]);
  });
});
