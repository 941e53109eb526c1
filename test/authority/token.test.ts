import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthority } from '../../src/authority/index.ts';
import { base64urlBytes } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { fetchOf } from '../../src/http/message.ts';
import { keySetOf, localKeys, parseCompactJws, verifySignature } from '../../src/jwt/index.ts';
import { testAuthority } from './fixture.ts';

const app = '00001111-aaaa-2222-bbbb-3333cccc4444';
const publicApp = '11112222-bbbb-3333-cccc-4444dddd5555';
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const ownApi = '30000000-0000-0000-0000-000000000001';
const now = 1_795_251_567;

const authority = await testAuthority(`
applications:
  - appId: ${ownApi}
    displayName: Own API
    appOwnerOrganizationId: ${tenant}
    identifierUris: ['api://own']
    api:
      requestedAccessTokenVersion: 2
      oauth2PermissionScopes: [{ id: 30000000-0000-0000-0000-0000000000aa, value: access_as_user }]
    appRoles: [{ id: 30000000-0000-0000-0000-0000000000bb, value: Tasks.Read }]
oauth2PermissionGrants:
  - { tenantId: ${tenant}, clientAppId: ${app}, resourceAppId: ${ownApi}, scope: access_as_user }
`);

/** Verified against the published keys, then read. */
async function verified(token: unknown): Promise<{ header: JsonObject; claims: JsonObject }> {
  assert.ok(typeof token === 'string');
  const jws = parseCompactJws(token);
  const published = await (await authority.fetch('/common/discovery/v2.0/keys')).json();
  const keys = keySetOf(published, ['RS256']);
  assert.ok(jws && keys);
  const key = await localKeys(keys).find(String(jws.header.kid));
  assert.ok(key && verifySignature(jws, key, ['RS256']));
  return jws;
}

async function token(path: string, parameters: Readonly<Record<string, string>> | string): Promise<JsonObject> {
  const body = typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString();
  const response = await authority.post(path, body);
  const answer = (await response.json()) as JsonObject;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

const client = { client_id: app, client_secret: 'TestClientAppSecret23456' };
const appOnly = { grant_type: 'client_credentials', ...client };
const john = { grant_type: 'password', ...client, username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };

/** "Referrals API authentication", sample request: as printed, and as `curl --data @file` joins it. */
const printed = `resource=https://api.partner.microsoft.com
&grant_type=password
&scope=openid
&client_id=00001111-aaaa-2222-bbbb-3333cccc4444
&client_secret=TestClientAppSecret23456
&username=john.doe@contoso.com
&password=PCTestPassword@123`;

const spellings = [
  ['as printed', printed],
  ['with a line break at its end', `${printed}\n`],
  ['with the line breaks of Windows', printed.replaceAll('\n', '\r\n')],
  ['joined', printed.replaceAll('\n', '')],
] as const;

for (const [name, body] of spellings) {
  test(`the Referrals document's sample request, ${name}`, async () => {
    const response = await authority.post('/common/oauth2/token', body, { accept: 'application/json' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-cache, no-store');
    assert.equal(response.headers.get('pragma'), 'no-cache');
    assert.equal(response.headers.get('expires'), '-1');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('strict-transport-security'), null);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    const answer = (await response.json()) as JsonObject;
    const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken, ...rest } = answer;
    assert.match(String(refreshToken), /^[0-9a-f]{12}[\w-]{43}$/);
    assert.deepEqual(rest, {
      token_type: 'Bearer',
      scope: 'user_impersonation',
      expires_in: '3600',
      ext_expires_in: '3600',
      expires_on: String(now + 3600),
      not_before: String(now - 300),
      resource: 'https://api.partner.microsoft.com',
    });
    for (const value of Object.values(answer)) assert.equal(typeof value, 'string');
    assert.equal((await verified(accessToken)).claims.aud, 'https://api.partner.microsoft.com');
    assert.equal((await verified(idToken)).claims.aud, app);
  });
}

const tenants = [tenant, tenant.toUpperCase(), 'contoso.com', 'Contoso.onmicrosoft.com', 'common', 'organizations'];
for (const name of tenants) {
  test(`v1 password on ${name} is the partner tenant's`, async () => {
    const { access_token: accessToken } = await token(`/${name}/oauth2/token`, {
      ...john,
      resource: 'https://api.partner.microsoft.com',
    });
    assert.equal((await verified(accessToken)).claims.tid, tenant);
  });
}

test('a v1 answer without openid has no ID token, and is JSON in the document’s order', async () => {
  const answer = await token('/common/oauth2/token', { ...john, resource: 'https://api.partner.microsoft.com' });
  assert.deepEqual(Object.keys(answer), [
    'token_type',
    'scope',
    'expires_in',
    'ext_expires_in',
    'expires_on',
    'not_before',
    'resource',
    'access_token',
    'refresh_token',
  ]);
});

test('client credentials at v2: exactly the four captured fields, numbers as numbers', async () => {
  const answer = await token(`/${tenant}/oauth2/v2.0/token`, {
    ...appOnly,
    scope: 'https://graph.microsoft.com/.default',
  });
  assert.deepEqual(Object.keys(answer), ['token_type', 'expires_in', 'ext_expires_in', 'access_token']);
  assert.deepEqual([answer.token_type, answer.expires_in, answer.ext_expires_in], ['Bearer', 3599, 3599]);
});

test('the captured token of an own API that asks for v2 tokens', async () => {
  const answer = await token(`/${tenant}/oauth2/v2.0/token`, { ...appOnly, scope: 'api://own/.default' });
  const { header, claims } = await verified(answer.access_token);
  assert.deepEqual(Object.keys(header).sort(), ['alg', 'kid', 'typ']);
  assert.deepEqual(Object.keys(claims).sort(), [
    'aio',
    'aud',
    'azp',
    'azpacr',
    'exp',
    'iat',
    'iss',
    'nbf',
    'oid',
    'rh',
    'sub',
    'tid',
    'uti',
    'ver',
    'xms_ftd',
  ]);
  assert.equal(claims.ver, '2.0');
  assert.equal(claims.iss, `https://localhost:8443/${tenant}/v2.0`);
  assert.equal(claims.aud, ownApi);
  assert.deepEqual([claims.azp, claims.azpacr], [app, '1']);
  assert.equal(claims.oid, claims.sub);
});

test('an app-only v1 token for Graph', async () => {
  const answer = await token(`/${tenant}/oauth2/v2.0/token`, {
    ...appOnly,
    scope: 'https://graph.microsoft.com/.default',
  });
  const { header, claims } = await verified(answer.access_token);
  const { aio, rh, uti, oid, sub, ...rest } = claims;
  assert.equal(header.x5t, header.kid);
  assert.equal(oid, sub);
  assert.equal(base64urlBytes(String(uti))?.length, 16);
  assert.deepEqual(rest, {
    aud: 'https://graph.microsoft.com',
    iss: `https://localhost:8443/${tenant}/`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    app_displayname: 'Partner Center Access App',
    appid: app,
    appidacr: '1',
    idp: `https://localhost:8443/${tenant}/`,
    idtyp: 'app',
    wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
    roles: ['Directory.Read.All'],
    tenant_region_scope: 'WW',
    tid: tenant,
    ver: '1.0',
  });
});

test('a user’s v1 token for the partner resource', async () => {
  const answer = await token('/common/oauth2/token', { ...john, resource: 'https://api.partner.microsoft.com' });
  const { aio, rh, uti, sub, ...rest } = (await verified(answer.access_token)).claims;
  assert.equal(typeof sub, 'string');
  assert.deepEqual(rest, {
    aud: 'https://api.partner.microsoft.com',
    iss: `https://localhost:8443/${tenant}/`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    acr: '1',
    app_displayname: 'Partner Center Access App',
    appid: app,
    appidacr: '1',
    amr: ['pwd'],
    family_name: 'Doe',
    given_name: 'John',
    ipaddr: '127.0.0.1',
    name: 'John Doe',
    unique_name: 'john.doe@contoso.com',
    upn: 'john.doe@contoso.com',
    wids: ['b79fbf4d-3ef9-4689-8143-76b194e85509'],
    oid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
    scp: 'user_impersonation',
    tenant_region_scope: 'WW',
    tid: tenant,
    ver: '1.0',
  });
});

test('a user’s v2 token, ID token and client_info', async () => {
  const answer = await token('/organizations/oauth2/v2.0/token', {
    ...john,
    scope: 'api://own/access_as_user openid profile email offline_access',
    client_info: '1',
  });
  assert.deepEqual(Object.keys(answer), [
    'token_type',
    'scope',
    'expires_in',
    'ext_expires_in',
    'access_token',
    'refresh_token',
    'id_token',
    'client_info',
  ]);
  assert.equal(answer.scope, 'openid profile email api://own/access_as_user');
  const { claims } = await verified(answer.access_token);
  assert.deepEqual(
    [claims.aud, claims.scp, claims.name, claims.preferred_username, claims.appid, claims.idtyp],
    [ownApi, 'access_as_user', 'John Doe', 'john.doe@contoso.com', undefined, undefined],
  );
  const { aio, rh, uti, sub, ...idToken } = (await verified(answer.id_token)).claims;
  assert.equal(sub, claims.sub);
  assert.deepEqual(idToken, {
    aud: app,
    iss: `https://localhost:8443/${tenant}/v2.0`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    email: 'john.doe@contoso.com',
    name: 'John Doe',
    preferred_username: 'john.doe@contoso.com',
    oid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
    tid: tenant,
    ver: '2.0',
  });
  assert.deepEqual(JSON.parse(Buffer.from(String(answer.client_info), 'base64url').toString()), {
    uid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
    utid: tenant,
  });
});

test('`.default` is echoed beside what it stands for', async () => {
  const answer = await token('/organizations/oauth2/v2.0/token', {
    ...john,
    scope: 'https://api.partner.microsoft.com/.default',
  });
  assert.equal(
    answer.scope,
    'https://api.partner.microsoft.com/user_impersonation https://api.partner.microsoft.com/.default',
  );
});

const audiences = [
  ['https://management.core.windows.net//.default', 'https://management.core.windows.net/'],
  ['https://management.azure.com/.default', 'https://management.azure.com'],
  ['https://graph.microsoft.com//.default', 'https://graph.microsoft.com/'],
  ['fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default', 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'],
  [
    'https://partner.partnercenterapi.microsoftonline.cn/.default',
    'https://partner.partnercenterapi.microsoftonline.cn',
  ],
  ['https://devcenter.microsoft.com/.default', 'https://devcenter.microsoft.com'],
] as const;
for (const [scope, audience] of audiences) {
  test(`the audience keeps its spelling: ${scope}`, async () => {
    const answer = await token(`/${tenant}/oauth2/v2.0/token`, { ...appOnly, scope });
    assert.equal((await verified(answer.access_token)).claims.aud, audience);
  });
}

const graphScopes = [
  ['User.Read openid', '00000003-0000-0000-c000-000000000000', 'User.Read openid', 'openid User.Read'],
  ['openid profile', '00000003-0000-0000-c000-000000000000', 'openid profile', 'openid profile'],
  [
    'https://graph.microsoft.com/User.Read',
    'https://graph.microsoft.com',
    'User.Read',
    'https://graph.microsoft.com/User.Read',
  ],
] as const;
for (const [scope, audience, scp, answered] of graphScopes) {
  test(`a scope without a resource is Graph's: ${scope}`, async () => {
    const answer = await token('/organizations/oauth2/v2.0/token', { ...john, scope });
    const { claims } = await verified(answer.access_token);
    assert.deepEqual([claims.aud, claims.scp, answer.scope], [audience, scp, answered]);
  });
}

test('a public client signs its user in without a secret', async () => {
  const { client_secret: _, ...parameters } = { ...john, client_id: publicApp };
  const answer = await token('/contoso.com/oauth2/v2.0/token', { ...parameters, scope: 'User.Read' });
  assert.equal((await verified(answer.access_token)).claims.appidacr, '0');
});

test('the secret may come by HTTP Basic', async () => {
  const {
    client_secret: secret,
    client_id: id,
    ...parameters
  } = { ...appOnly, scope: 'https://graph.microsoft.com/.default' };
  const response = await authority.post(`/${tenant}/oauth2/v2.0/token`, new URLSearchParams(parameters).toString(), {
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  assert.equal(response.status, 200);
});

test('a subject is the same at one application and another at the next', async () => {
  const subject = async (parameters: Readonly<Record<string, string>>) =>
    (await verified((await token('/contoso.com/oauth2/v2.0/token', parameters)).access_token)).claims.sub;
  const { client_secret: _, ...withoutSecret } = john;
  const [first, again, other] = await Promise.all([
    subject({ ...john, scope: 'User.Read' }),
    subject({ ...john, scope: 'https://api.partner.microsoft.com/.default' }),
    subject({ ...withoutSecret, client_id: publicApp, scope: 'User.Read' }),
  ]);
  assert.equal(first, again);
  assert.notEqual(first, other);
});

test('through the proxy tokens carry Entra’s own issuers', async () => {
  const response = await createdAt('https://login.microsoftonline.com', 'api.partner.microsoft.com');
  assert.equal(response.claims.iss, `https://sts.windows.net/${tenant}/`);
});

async function createdAt(origin: string, resource: string) {
  const response = await fetchOf(createAuthority(authority.context).handler)(`${origin}/common/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...john, resource: `https://${resource}` }).toString(),
  });
  return verified(((await response.json()) as JsonObject).access_token);
}
