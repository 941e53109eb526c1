import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveConsent } from '../../../src/authority/interaction/give-consent.ts';
import type { PermissionGrant } from '../../../src/domain/index.ts';
import { testAuthority } from '../fixture.ts';
import {
  admin,
  answered,
  authorizePath,
  browserAt,
  challenge,
  codeFor,
  john,
  type Parameters,
  publicApplication,
  tenant,
  web,
} from './fixture.ts';
import { adminOnly, fabrikamApplication, pagesSeed, unconsented } from './seed.ts';

const partner = '4990cffe-04e8-4e8b-808a-1175604b879f';
const graph = '00000003-0000-0000-c000-000000000000';

async function asUser(
  user: { username: string; password: string; secret?: string },
  changes: Parameters,
  { path = '' } = {},
) {
  const authority = await testAuthority(pagesSeed);
  const browser = browserAt(authority);
  await browser.open(path === '' ? authorizePath({ client_id: unconsented, ...changes }) : path);
  let shown = await browser.submit({ username: user.username, password: user.password });
  if (user.secret) shown = await browser.submit({ otc: codeFor(user.secret, authority.clock.now()) });
  const { directory } = authority.context;
  const consented = (userId: string, resourceAppId = partner, clientAppId = unconsented, tenantId = tenant) =>
    directory.consentedScopes({ tenantId, clientAppId, resourceAppId, userId });
  return { authority, browser, shown, consented };
}

const johnId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const maryId = 'bbbbbbbb-1111-2222-3333-cccccccccccc';

test('row 104: the page says which application, whose, for whom, at which resource, and every permission', async () => {
  const { shown } = await asUser(john, {});
  assert.equal(shown.heading, 'Permissions requested');
  const said = [
    'Referral Reader',
    'published by Contoso',
    john.username,
    'Microsoft Partner',
    'Use Microsoft Partner as you',
    'user_impersonation',
    'openid',
    'offline_access',
  ];
  for (const text of said) assert.ok(shown.html.includes(text), text);
  assert.equal(shown.html.includes('name="organization"'), false);
});

test('a user’s consent holds for that user, and is not asked for again', async () => {
  const { browser, consented } = await asUser(john, {});
  const { left } = await browser.submit({ decision: 'accept' });
  assert.notEqual(answered(left).code, undefined);
  assert.deepEqual([await consented(johnId), await consented(maryId)], [['user_impersonation'], []]);
  assert.notEqual(answered((await browser.open(authorizePath({ client_id: unconsented }))).left).code, undefined);
});

const everybodys = { tenantId: tenant, clientAppId: adminOnly, resourceAppId: graph, principalId: undefined };

/** Everybody was given this, and a user is asked again: by prompt=consent, or as strict mode asks for public clients. */
async function askedAgain(mode: 'entra' | 'strict', given: string, scope: string) {
  const authority = await testAuthority(pagesSeed, { mode });
  const { directory, random } = authority.context;
  const principal = { id: random.guid(), tenantId: tenant, appId: adminOnly };
  await directory.putServicePrincipal({ ...principal, accountEnabled: true, appRoleAssignmentRequired: false });
  await directory.putPermissionGrant({ ...everybodys, scopes: [given] });
  const browser = browserAt(authority);
  const proof = { redirect_uri: 'http://localhost', code_challenge: challenge, code_challenge_method: 'S256' };
  const prompt = mode === 'strict' ? undefined : 'consent';
  await browser.open(authorizePath({ client_id: adminOnly, ...proof, scope, prompt }));
  const shown = await browser.submit(john);
  assert.equal(shown.heading, 'Permissions requested');
  assert.notEqual(answered((await browser.submit({ decision: 'accept' })).left).code, undefined);
  return { directory, shown };
}

for (const mode of ['entra', 'strict'] as const) {
  test(`row 104: a user who repeats what an administrator gave keeps nothing when it is taken back, ${mode}`, async () => {
    const { directory } = await askedAgain(mode, 'Directory.Read.All', 'Directory.Read.All');
    await directory.removePermissionGrant(everybodys);
    assert.deepEqual(await directory.consentedScopes({ ...everybodys, userId: johnId }), []);
  });

  test(`row 104: a user who is asked again gives nothing that is an administrator’s to give, ${mode}`, async () => {
    const { directory, shown } = await askedAgain(mode, 'User.Read', 'https://graph.microsoft.com/.default');
    assert.equal(shown.html.includes('Directory.Read.All'), false);
    assert.deepEqual(await directory.consentedScopes({ ...everybodys, userId: johnId }), ['User.Read']);
  });
}

test('of two consents at once, both hold', async () => {
  const { context } = await testAuthority(pagesSeed);
  const { directory } = context;
  const [home, user, resource] = await Promise.all([
    directory.tenantById(tenant),
    directory.userById(tenant, johnId),
    directory.applicationById(graph),
  ]);
  assert.ok(home && user && resource);
  const scopes = ['User.Read', 'Directory.Read.All'];
  await Promise.all(
    scopes.map((scope) => {
      const permissions = resource.oauth2PermissionScopes.filter(({ value }) => value === scope);
      const requests = [{ resource, permissions }];
      return giveConsent(context, { appId: unconsented, tenant: home, user, forTenant: false, requests });
    }),
  );
  const place = { tenantId: tenant, clientAppId: unconsented, resourceAppId: graph };
  assert.deepEqual(await directory.consentedScopes({ ...place, userId: johnId }), scopes);
});

test('row 104: refusal is access_denied with 65004, and nothing is given', async () => {
  const { browser, consented } = await asUser(john, {});
  const { error, error_description: text = '', state } = answered((await browser.submit({ decision: 'cancel' })).left);
  assert.deepEqual([error, text.startsWith('AADSTS65004: '), state], ['access_denied', true, 'as it was']);
  assert.deepEqual(await consented(johnId), []);
});

test('row 104: fields added to the form widen nothing', async () => {
  const { browser, consented } = await asUser(john, {});
  const fields = {
    decision: 'accept',
    organization: 'yes',
    scope: 'Directory.Read.All',
    resource: graph,
    client_id: publicApplication,
  };
  await browser.submit(fields);
  assert.deepEqual(
    [await consented(johnId), await consented(johnId, graph), await consented(maryId)],
    [['user_impersonation'], [], []],
  );
});

test('row 104: what was added to the registration after the page was shown is not consented to by it', async () => {
  const { authority, browser, consented } = await asUser(john, {});
  const { directory } = authority.context;
  const application = await directory.applicationById(unconsented);
  const resource = await directory.applicationById(partner);
  assert.ok(application && resource);
  // The directory has no verb for it: registrations change by another seed, so this changes the one that is there.
  Object.assign(resource, {
    oauth2PermissionScopes: [
      ...resource.oauth2PermissionScopes,
      { id: 'new', value: 'More', type: 'User', adminConsentDisplayName: 'More' },
    ],
  });
  Object.assign(application, {
    requiredResourceAccess: [
      {
        resourceAppId: partner,
        resourceAccess: [
          ...application.requiredResourceAccess.flatMap(({ resourceAccess }) => resourceAccess),
          { id: 'new', type: 'Scope' },
        ],
      },
    ],
  });
  assert.equal((await browser.submit({ decision: 'accept' })).status, 403);
  assert.deepEqual(await consented(johnId), []);
});

test('prompt=consent asks although nothing is missing', async () => {
  const { shown } = await asUser(john, {
    client_id: publicApplication,
    redirect_uri: 'http://localhost:8400',
    prompt: 'consent',
  });
  assert.equal(shown.heading, 'Permissions requested');
  assert.ok(shown.html.includes('user_impersonation'));
});

test('row 104: in strict mode a public client is always looked at, as Entra does it never', async () => {
  for (const [mode, heading] of [
    ['entra', ''],
    ['strict', 'Permissions requested'],
  ] as const) {
    const browser = browserAt(await testAuthority(pagesSeed, { mode }));
    const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    await browser.open(
      authorizePath({ client_id: publicApplication, redirect_uri: 'http://localhost:8400', ...challenge }),
    );
    assert.equal((await browser.submit(john)).heading, heading);
  }
});

const directoryScope = { client_id: adminOnly, scope: 'Directory.Read.All openid' };

test('row 104: a permission that needs an administrator is not a user’s to give', async () => {
  const { browser, shown, consented } = await asUser(john, directoryScope);
  assert.equal(shown.heading, 'Administrator approval needed');
  assert.ok(shown.html.includes('AADSTS90094'));
  const { error, error_description: text = '' } = answered((await browser.submit({ decision: 'accept' })).left);
  assert.deepEqual([error, text.startsWith('AADSTS90094: ')], ['access_denied', true]);
  assert.deepEqual(await consented(johnId, graph, adminOnly), []);
});

test('an administrator gives it for themselves, or for the whole organization', async () => {
  for (const [organization, marys] of [
    ['no', []],
    ['yes', ['Directory.Read.All']],
  ] as const) {
    const { browser, shown, consented } = await asUser(admin, directoryScope);
    assert.ok(shown.html.includes('name="organization"'));
    assert.notEqual(answered((await browser.submit({ decision: 'accept', organization })).left).code, undefined);
    assert.deepEqual(await consented('dddddddd-3333-4444-5555-eeeeeeeeeeee', graph, adminOnly), ['Directory.Read.All']);
    assert.deepEqual(await consented(maryId, graph, adminOnly), marys);
  }
});

test('v1’s prompt=admin_consent: an administrator consents for all, others are refused', async () => {
  const changes = {
    client_id: unconsented,
    scope: undefined,
    resource: 'https://api.partner.microsoft.com',
    prompt: 'admin_consent',
  };
  const path = authorizePath(changes, { version: 'v1' });
  assert.equal((await asUser(john, {}, { path })).shown.heading, 'Administrator approval needed');
  const { browser, shown, consented } = await asUser(admin, {}, { path });
  assert.equal(shown.heading, 'Permissions for Contoso');
  await browser.submit({ decision: 'accept' });
  assert.deepEqual(await consented(maryId), ['user_impersonation']);
});

const adminConsentPath = (changes: Parameters = {}, { at = 'contoso.com', version = '' } = {}) => {
  const parameters = { client_id: unconsented, redirect_uri: web, state: 's t', ...changes };
  const present = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `/${at}${version}/adminconsent?${new URLSearchParams(present)}`;
};

test('adminconsent: everything the registration lists, for all users, and the application is told', async () => {
  const { browser, shown, consented } = await asUser(admin, {}, { path: adminConsentPath() });
  assert.equal(shown.heading, 'Permissions for Contoso');
  const { left } = await browser.submit({ decision: 'accept' });
  assert.equal(left?.origin, 'https://localhost:3000');
  assert.deepEqual(answered(left), { admin_consent: 'True', tenant, state: 's t' });
  assert.deepEqual([await consented(maryId), await consented(maryId, graph)], [['user_impersonation'], ['User.Read']]);
});

test('adminconsent makes an application of another organization known in the tenant', async () => {
  const path = adminConsentPath(
    { client_id: fabrikamApplication, redirect_uri: 'https://fleet.fabrikam.example/signed-in' },
    { at: 'organizations' },
  );
  const { authority, browser } = await asUser(admin, {}, { path });
  const { directory } = authority.context;
  assert.equal(await directory.servicePrincipal(tenant, fabrikamApplication), undefined);
  await browser.submit({ decision: 'accept' });
  const principal = await directory.servicePrincipal(tenant, fabrikamApplication);
  assert.deepEqual([principal?.accountEnabled, principal?.appRoleAssignmentRequired], [true, false]);
});

test('v2.0/adminconsent: what its scope names, no more', async () => {
  const scope = 'https://graph.microsoft.com/User.Read';
  const { browser, consented } = await asUser(admin, {}, { path: adminConsentPath({ scope }, { version: '/v2.0' }) });
  assert.deepEqual(answered((await browser.submit({ decision: 'accept' })).left), {
    admin_consent: 'True',
    tenant,
    scope,
    state: 's t',
  });
  assert.deepEqual([await consented(maryId), await consented(maryId, graph)], [[], ['User.Read']]);
});

test('adminconsent refused: permission_denied, and nothing is given', async () => {
  const { browser, consented } = await asUser(admin, {}, { path: adminConsentPath() });
  assert.deepEqual(answered((await browser.submit({ decision: 'cancel' })).left), {
    error: 'permission_denied',
    error_description: 'The admin canceled the request',
    state: 's t',
  });
  assert.deepEqual(await consented(maryId), []);
});

test('row 104: somebody who is no administrator cannot give an administrator’s consent', async () => {
  const { browser, shown, consented } = await asUser(john, {}, { path: adminConsentPath() });
  assert.equal(shown.heading, 'Administrator approval needed');
  await browser.submit({ decision: 'accept', organization: 'yes' });
  assert.deepEqual(await consented(maryId), []);
});

for (const [name, changes] of [
  ['an unregistered redirect address', { redirect_uri: 'https://evil.test/' }],
  ['no client', { client_id: undefined }],
] as const) {
  test(`adminconsent with ${name} is a page, no redirect`, async () => {
    const response = await (await testAuthority(pagesSeed)).fetch(adminConsentPath(changes));
    assert.deepEqual([response.status, response.headers.get('location')], [400, null]);
  });
}

test('a grant the user had is kept beside a new one, and the organization’s is not copied into it', async () => {
  const { authority, browser, consented } = await asUser(john, {
    scope: 'https://api.partner.microsoft.com/user_impersonation',
  });
  const place = { tenantId: tenant, clientAppId: unconsented, resourceAppId: partner };
  const everybodys: PermissionGrant = { ...place, principalId: undefined, scopes: ['everybodys'] };
  const own: PermissionGrant = { ...place, principalId: johnId, scopes: ['own'] };
  for (const grant of [everybodys, own]) await authority.context.directory.putPermissionGrant(grant);
  await browser.submit({ decision: 'accept' });
  assert.deepEqual(await consented(johnId), ['everybodys', 'own', 'user_impersonation']);
  await authority.context.directory.removePermissionGrant(everybodys);
  assert.deepEqual(await consented(johnId), ['own', 'user_impersonation']);
});
