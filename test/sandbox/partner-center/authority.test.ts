import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jane } from '../control/fixture.ts';
import {
  adventureWorks,
  application,
  arm,
  fabrikam,
  graph,
  type PartnerCenter,
  partnerCenter,
  publicApplication,
  wingtip,
} from './fixture.ts';

/** A partner's refresh token at its customers: what relationships and consents let it open, told by the authority. */
const graphScope = 'https://graph.microsoft.com/.default';
const armScope = 'https://management.azure.com/.default';
const device = 'urn:ietf:params:oauth:grant-type:device_code';

type Tokens = Record<string, unknown> & { readonly error_codes?: readonly number[] };

async function refreshToken(sandbox: PartnerCenter): Promise<string> {
  const common = { client_id: publicApplication };
  const scope = `${graphScope} offline_access openid`;
  const asked = await (await sandbox.post('/organizations/oauth2/v2.0/devicecode', { ...common, scope })).json();
  const { device_code, user_code } = asked as Record<string, string>;
  await sandbox.control.decideDeviceCode(String(user_code), { userPrincipalName: jane, methods: ['pwd', 'mfa'] });
  const form = { ...common, grant_type: device, device_code: String(device_code) };
  const { refresh_token } = (await (await sandbox.post('/organizations/oauth2/v2.0/token', form)).json()) as Tokens;
  return String(refresh_token);
}

async function redeemed(sandbox: PartnerCenter, tenant: string, scope: string, refresh_token: string) {
  const form = { grant_type: 'refresh_token', client_id: publicApplication, scope, refresh_token };
  const body = (await (await sandbox.post(`/${tenant}/oauth2/v2.0/token`, form)).json()) as Tokens;
  if (body.error_codes) return body.error_codes[0];
  const claims = JSON.parse(Buffer.from(String(body.access_token).split('.')[1] ?? '', 'base64url').toString());
  return { tid: claims.tid, scp: claims.scp, upn: claims.upn };
}

const consent = (scope = 'User.Read,Directory.Read.All') => ({
  applicationId: publicApplication,
  applicationGrants: [{ enterpriseApplicationId: graph, scope }],
});
const consentsOf = (customer: string) => `/v1/customers/${customer}/applicationconsents`;

describe('a partner’s refresh token at a customer', () => {
  test('before consent 700016; after it a token of that tenant with what was consented to, and no more: 65001', async () => {
    const sandbox = await partnerCenter();
    const token = await refreshToken(sandbox);
    assert.equal(await redeemed(sandbox, adventureWorks, graphScope, token), 700016);
    assert.equal((await sandbox.send('POST', consentsOf(adventureWorks), { body: consent() })).status, 201);
    assert.deepEqual(await redeemed(sandbox, adventureWorks, graphScope, token), {
      tid: adventureWorks,
      scp: 'User.Read Directory.Read.All',
      upn: jane,
    });
    assert.equal(await redeemed(sandbox, adventureWorks, armScope, token), 65001);
    assert.equal(await redeemed(sandbox, adventureWorks, 'https://graph.microsoft.com/email', token), 65001);
    assert.equal(
      (await redeemed(sandbox, adventureWorks, 'https://graph.microsoft.com/User.Read', token)) !== 65001,
      true,
    );
  });

  test('consent for one customer opens no other', async () => {
    const sandbox = await partnerCenter();
    const token = await refreshToken(sandbox);
    await sandbox.send('POST', consentsOf(adventureWorks), { body: consent() });
    assert.equal(await redeemed(sandbox, fabrikam, graphScope, token), 700016);
    assert.equal(await redeemed(sandbox, wingtip, graphScope, token), 700016);
  });

  test('row 104: consent that is withdrawn is gone at once, for refresh tokens that were good before', async () => {
    const sandbox = await partnerCenter();
    const token = await refreshToken(sandbox);
    await sandbox.send('POST', consentsOf(adventureWorks), { body: consent() });
    await redeemed(sandbox, adventureWorks, graphScope, token);
    await sandbox.send('DELETE', `${consentsOf(adventureWorks)}/${publicApplication}`);
    assert.equal(await redeemed(sandbox, adventureWorks, graphScope, token), 700016);
    // At home it is as good as before.
    assert.equal(typeof (await redeemed(sandbox, 'contoso.com', graphScope, token)), 'object');
  });

  test('a relationship that ends takes the tenant away though consent stays: 50020; a new one gives it back', async () => {
    const sandbox = await partnerCenter();
    const token = await refreshToken(sandbox);
    await sandbox.send('POST', consentsOf(adventureWorks), { body: consent() });
    const relationships = `/sandbox/customers/${adventureWorks}/relationships`;
    const [{ id }] = (await sandbox.ask('GET', `/sandbox/customers/${adventureWorks}`)).body.relationships;
    assert.equal((await sandbox.ask('DELETE', `${relationships}/${id}`)).body.status, 'terminated');
    assert.equal(await redeemed(sandbox, adventureWorks, graphScope, token), 50020);
    assert.equal((await sandbox.send('POST', consentsOf(adventureWorks), { body: consent() })).body.code, '20002');
    await sandbox.ask('POST', relationships, { roles: ['Directory Readers'], durationDays: 1 });
    assert.equal(typeof (await redeemed(sandbox, adventureWorks, graphScope, token)), 'object');
    sandbox.clock.advance(86_400);
    assert.equal(await redeemed(sandbox, adventureWorks, graphScope, token), 50020);
  });

  test('a customer that is added, related and consented to is opened by the same token', async () => {
    const sandbox = await partnerCenter();
    const token = await refreshToken(sandbox);
    const order = { companyName: 'Tailspin Toys', domain: 'tailspin.onmicrosoft.com' };
    const { tenantId } = (await sandbox.ask('POST', '/sandbox/customers', order)).body;
    assert.equal(await redeemed(sandbox, order.domain, graphScope, token), 700016);
    assert.equal((await sandbox.send('POST', consentsOf(tenantId), { body: consent() })).body.code, '20002');
    await sandbox.ask('POST', `/sandbox/customers/${tenantId}/relationships`, { roles: ['Global Reader'] });
    assert.equal((await sandbox.send('POST', consentsOf(tenantId), { body: consent('User.Read') })).status, 201);
    assert.deepEqual(await redeemed(sandbox, order.domain, graphScope, token), {
      tid: tenantId,
      scp: 'User.Read',
      upn: jane,
    });
  });

  test('an administrator’s consent of the control API is the same consent', async () => {
    const sandbox = await partnerCenter();
    const token = await refreshToken(sandbox);
    const { body } = await sandbox.ask('POST', `/sandbox/applications/${publicApplication}/admin-consent`, {
      tenant: 'adventure-works.onmicrosoft.com',
    });
    assert.deepEqual(
      body.granted.find(({ resourceAppId }: { resourceAppId: string }) => resourceAppId === arm),
      {
        resourceAppId: arm,
        scopes: ['user_impersonation'],
        roles: [],
      },
    );
    assert.equal(typeof (await redeemed(sandbox, adventureWorks, armScope, token)), 'object');
    const again = await sandbox.send('POST', consentsOf(adventureWorks), { body: consent() });
    assert.equal(again.status, 409);
  });
});

test('the same customers and consents at the other application’s id: each application has its own', async () => {
  const sandbox = await partnerCenter();
  const body = { ...consent(), applicationId: application };
  assert.equal((await sandbox.send('POST', consentsOf(adventureWorks), { body })).status, 201);
  const token = await refreshToken(sandbox);
  assert.equal(await redeemed(sandbox, adventureWorks, graphScope, token), 700016);
});
