import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { controlled, fixedApplication, john, registered, tokenWith } from './fixture.ts';

const partner = 'https://api.partner.microsoft.com';
const partnerApi = '4990cffe-04e8-4e8b-808a-1175604b879f';
const graph = '00000003-0000-0000-c000-000000000000';

test('what is registered is there, single-tenant and confidential unless it is said otherwise', async () => {
  const sandbox = await controlled();
  const { status, body } = await sandbox.ask('POST', '/sandbox/applications', { displayName: ' Referrals sync ' });
  assert.deepEqual(
    [status, { ...body, appId: body.appId.length }],
    [
      200,
      {
        appId: 36,
        displayName: 'Referrals sync',
        tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        signInAudience: 'AzureADMyOrg',
        identifierUris: [],
        isFallbackPublicClient: false,
        allowsPasswordGrant: false,
        redirectUris: { web: [], spa: [], publicClient: [] },
        secrets: [],
        certificates: [],
        permissions: [],
      },
    ],
  );
  assert.deepEqual((await sandbox.ask('GET', `/sandbox/applications/${body.appId}`)).body, body);
});

test('the document’s set-up, step by step, ends with a token for the Referrals API', async () => {
  const sandbox = await controlled();
  const appId = await registered(sandbox, { allowsPasswordGrant: true });
  const place = `/sandbox/applications/${appId}`;
  const { secretText } = (await sandbox.ask('POST', `${place}/secrets`, {})).body;
  const signIn = async () => {
    const response = await sandbox.post('/common/oauth2/token', {
      ...{ grant_type: 'password', client_id: appId, client_secret: secretText, resource: partner, scope: 'openid' },
      ...{ username: john, password: 'PCTestPassword@123' },
    });
    return (await response.json()) as { access_token?: string; error_codes?: number[] };
  };
  assert.deepEqual((await signIn()).error_codes, [650057]);
  const listed = await sandbox.ask('POST', `${place}/permissions`, {
    resource: partner,
    permission: 'user_impersonation',
  });
  const [permission] = listed.body.permissions;
  assert.deepEqual(
    [permission.resourceName, permission.value, permission.type, permission.granted],
    ['Microsoft Partner', 'user_impersonation', 'Scope', false],
  );
  assert.deepEqual((await signIn()).error_codes, [65001]);
  const consent = await sandbox.ask('POST', `${place}/admin-consent`, {});
  assert.deepEqual(consent.body.granted, [{ resourceAppId: partnerApi, scopes: ['user_impersonation'], roles: [] }]);
  assert.equal((await sandbox.ask('GET', place)).body.permissions[0].granted, true);
  const { access_token } = await signIn();
  const referrals = await sandbox.fetch(`${sandbox.url}/v1.0/engagements/referrals`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  assert.equal(referrals.status, 200);
});

describe('redirect addresses', () => {
  test('are replaced platform by platform', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const change = (redirectUris: object) => sandbox.ask('PATCH', `/sandbox/applications/${appId}`, { redirectUris });
    await change({ web: ['https://a.example/cb', ' https://a.example/cb '] });
    const { body } = await change({ spa: ['https://spa.example/', 'http://localhost:4200/'] });
    assert.deepEqual(body.redirectUris, {
      web: ['https://a.example/cb'],
      spa: ['https://spa.example/', 'http://localhost:4200/'],
      publicClient: ['http://localhost'],
    });
    const preflight = await sandbox.fetch(`${sandbox.url}/contoso.com/oauth2/v2.0/token`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://spa.example');
  });

  const refused = [
    ['web', 'http://app.example/cb'],
    ['web', 'myapp://auth'],
    ['web', 'https://*.example/cb'],
    ['web', 'https://app.example/cb#x'],
    ['web', 'https://user:pw@app.example/'],
    ['web', `https://app.example/${'x'.repeat(256)}`],
    ['spa', 'http://app.example'],
    ['publicClient', 'javascript:alert(1)'],
    ['publicClient', 'data:text/html,x'],
    ['publicClient', 'not an address'],
    ['publicClient', 'https://app.exämple/'],
    ['publicClient', ''],
  ] as const;
  for (const [platform, address] of refused) {
    test(`row 124: ${platform} ${address.slice(0, 40)} is refused`, async () => {
      const sandbox = await controlled();
      const before = (await sandbox.ask('GET', `/sandbox/applications/${fixedApplication}`)).body;
      const body = { redirectUris: { [platform]: [address] } };
      const answer = await sandbox.ask('PATCH', `/sandbox/applications/${fixedApplication}`, body);
      assert.deepEqual([answer.status, answer.body.error.target], [400, `redirectUris.${platform}`]);
      assert.deepEqual((await sandbox.ask('GET', `/sandbox/applications/${fixedApplication}`)).body, before);
    });
  }

  test('a mobile application may have a scheme of its own', async () => {
    const sandbox = await controlled();
    const addresses = ['msal00001111://auth', 'urn:ietf:wg:oauth:2.0:oob', 'http://127.0.0.1'];
    const body = { redirectUris: { publicClient: addresses } };
    const answer = await sandbox.ask('PATCH', `/sandbox/applications/${fixedApplication}`, body);
    assert.deepEqual(answer.body.redirectUris.publicClient, addresses);
  });
});

describe('permissions', () => {
  test('a role that an administrator consents to is in the application’s tokens', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const place = `/sandbox/applications/${appId}`;
    const { secretText } = (await sandbox.ask('POST', `${place}/secrets`, {})).body;
    const role = { resource: graph, permission: 'Directory.Read.All', type: 'Role' };
    await sandbox.ask('POST', `${place}/permissions`, role);
    assert.deepEqual(await tokenWith(sandbox, appId, secretText), { code: undefined, roles: undefined });
    await sandbox.ask('POST', `${place}/admin-consent`, {});
    assert.deepEqual((await tokenWith(sandbox, appId, secretText)).roles, ['Directory.Read.All']);
    const exported = (await sandbox.ask('GET', '/sandbox/export')).body;
    await sandbox.ask('POST', '/sandbox/import', exported);
    assert.deepEqual((await tokenWith(sandbox, appId, secretText)).roles, ['Directory.Read.All']);
  });

  test('one that is taken off the list stays consented to', async () => {
    const sandbox = await controlled();
    const place = `/sandbox/applications/${fixedApplication}/permissions`;
    const query = `?resource=${encodeURIComponent(partner)}&permission=user_impersonation`;
    const { body } = await sandbox.ask('DELETE', `${place}${query}`);
    assert.equal(
      body.permissions.some(({ resourceAppId }: { resourceAppId: string }) => resourceAppId === partnerApi),
      false,
    );
    assert.equal((await sandbox.ask('DELETE', `${place}${query}`)).status, 404);
    const token = await sandbox.control.forgeToken({ user: john, resource: partner });
    assert.equal(token.claims.scp, 'user_impersonation');
  });

  test('the APIs to choose from: Microsoft’s, and the tenant’s own that offer anything', async () => {
    const sandbox = await controlled();
    const { body } = await sandbox.ask('GET', '/sandbox/resources');
    assert.deepEqual(
      body.resources.map(({ displayName }: { displayName: string }) => displayName),
      [
        'Microsoft Graph',
        'Microsoft Partner',
        'Microsoft Partner Center',
        'Office 365 Exchange Online',
        'Windows Azure Active Directory',
        'Windows Azure Service Management API',
      ],
    );
    const found = body.resources.find(({ appId }: { appId: string }) => appId === partnerApi);
    assert.deepEqual(found.permissions, [
      {
        id: 'eabf9ef3-1f9e-f3da-19a1-bcd60d080567',
        value: 'user_impersonation',
        displayName: 'Use Microsoft Partner as you',
        type: 'Scope',
        needsAdministrator: false,
      },
    ]);
  });

  const refused = [
    [{ resource: 'https://nowhere.example', permission: 'x' }, 'resource'],
    [{ resource: graph, permission: 'Fly.All' }, 'permission'],
    [{ resource: graph, permission: 'User.Read', type: 'Role' }, 'permission'],
  ] as const;
  for (const [body, target] of refused) {
    test(`${JSON.stringify(body)} is not there`, async () => {
      const sandbox = await controlled();
      const answer = await sandbox.ask('POST', `/sandbox/applications/${fixedApplication}/permissions`, body);
      assert.deepEqual([answer.status, answer.body.error.target], [404, target]);
    });
  }

  test('consent in another tenant is for applications of several tenants', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const tenant = 'fabrikam.onmicrosoft.com';
    const place = `/sandbox/applications/${appId}`;
    assert.equal((await sandbox.ask('POST', `${place}/admin-consent`, { tenant })).status, 409);
    await sandbox.ask('PATCH', place, { signInAudience: 'AzureADMultipleOrgs' });
    assert.equal((await sandbox.ask('POST', `${place}/admin-consent`, { tenant })).status, 200);
  });
});

test('changes of one application at once are all made', async () => {
  const sandbox = await controlled();
  const appId = await registered(sandbox);
  const place = `/sandbox/applications/${appId}`;
  await Promise.all([
    ...Array.from({ length: 5 }, () => sandbox.ask('POST', `${place}/secrets`, {})),
    sandbox.ask('PATCH', place, { displayName: 'Other' }),
    sandbox.ask('POST', `${place}/permissions`, { resource: partner, permission: 'user_impersonation' }),
  ]);
  const { body } = await sandbox.ask('GET', place);
  assert.deepEqual([body.secrets.length, body.displayName, body.permissions.length], [5, 'Other', 1]);
});

describe('the list', async () => {
  const sandbox = await controlled();
  await sandbox.ask('POST', '/sandbox/applications', {
    displayName: 'Fabrikam’s own',
    tenant: 'fabrikam.onmicrosoft.com',
  });
  const pages = [
    ['', ['Fabrikam’s own', 'Partner Center Access App', 'Partner Center Public App']],
    ['?search=public', ['Partner Center Public App']],
    ['?search=00001111-AAAA', ['Partner Center Access App']],
    ['?tenant=contoso.com&top=1&skip=1', ['Partner Center Public App']],
    ['?tenant=fabrikam.onmicrosoft.com', ['Fabrikam’s own']],
  ] as const;
  for (const [query, names] of pages) {
    test(`GET /sandbox/applications${query}`, async () => {
      const { body } = await sandbox.ask('GET', `/sandbox/applications${query}`);
      assert.deepEqual(
        body.applications.map(({ displayName }: { displayName: string }) => displayName),
        names,
      );
    });
  }
});
