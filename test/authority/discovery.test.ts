import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthority, entraIssuers } from '../../src/authority/index.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { fetchOf } from '../../src/http/message.ts';
import { origin, testAuthority } from './fixture.ts';

const authority = await testAuthority();
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';

const json = async (path: string): Promise<JsonObject> => (await (await authority.fetch(path)).json()) as JsonObject;

/** Path, the tenant in the endpoints, the tenant in the issuer, region. */
const spellings = [
  [tenant, tenant, tenant, 'WW'],
  [tenant.toUpperCase(), tenant, tenant, 'WW'],
  ['contoso.com', tenant, tenant, 'WW'],
  ['CONTOSO.onmicrosoft.com', tenant, tenant, 'WW'],
  ['common', 'common', '{tenantid}', null],
  ['Organizations', 'organizations', '{tenantid}', null],
  ['consumers', 'consumers', consumers, null],
  [consumers, consumers, consumers, null],
] as const;

for (const [asked, inPaths, inIssuer, region] of spellings) {
  test(`discovery of ${asked}, v2`, async () => {
    const document = await json(`/${asked}/v2.0/.well-known/openid-configuration`);
    assert.equal(document.issuer, `${origin}/${inIssuer}/v2.0`);
    assert.equal(document.token_endpoint, `${origin}/${inPaths}/oauth2/v2.0/token`);
    assert.equal(document.jwks_uri, `${origin}/${inPaths}/discovery/v2.0/keys`);
    assert.equal(document.tenant_region_scope, region);
  });

  test(`discovery of ${asked}, v1`, async () => {
    const document = await json(`/${asked}/.well-known/openid-configuration`);
    assert.equal(document.issuer, `${origin}/${inIssuer}/`);
    assert.equal(document.token_endpoint, `${origin}/${inPaths}/oauth2/token`);
    assert.equal(document.jwks_uri, `${origin}/${inPaths}/discovery/keys`);
  });

  for (const path of ['discovery/keys', 'discovery/v2.0/keys']) {
    test(`keys of ${asked} at ${path}`, async () => {
      const { keys } = (await json(`/${asked}/${path}`)) as { keys: readonly JsonObject[] };
      const [key] = keys;
      assert.deepEqual(Object.keys(key ?? {}), ['kty', 'use', 'kid', 'x5t', 'n', 'e', 'x5c', 'issuer']);
      assert.equal(key?.x5t, key?.kid);
      assert.equal(key?.issuer, `${origin}/{tenantid}/v2.0`);
    });
  }
}

test('the discovery of common v2 says what was captured', async () => {
  const document = await json('/common/v2.0/.well-known/openid-configuration');
  assert.deepEqual(document.subject_types_supported, ['pairwise']);
  assert.equal(document.http_logout_supported, true);
  assert.equal(document.frontchannel_logout_supported, true);
  assert.equal(document.request_uri_parameter_supported, false);
  assert.deepEqual(document.response_types_supported, ['code', 'id_token', 'code id_token', 'id_token token']);
  assert.deepEqual(document.token_endpoint_auth_methods_supported, [
    'client_secret_post',
    'private_key_jwt',
    'client_secret_basic',
  ]);
  assert.deepEqual(document.id_token_signing_alg_values_supported, ['RS256']);
  assert.deepEqual(document.scopes_supported, ['openid', 'profile', 'email', 'offline_access']);
});

test('discovery may be read by any page and kept for a day', async () => {
  const { headers } = await authority.fetch('/common/v2.0/.well-known/openid-configuration');
  assert.equal(headers.get('cache-control'), 'max-age=86400, private');
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.equal(headers.get('access-control-allow-methods'), 'GET, OPTIONS');
});

const unknown = [
  ['/33333333-3333-3333-3333-333333333333/v2.0/.well-known/openid-configuration', 90002],
  ['/unknown.example/.well-known/openid-configuration', 90002],
  ['/not_a_tenant/discovery/keys', 900023],
] as const;
for (const [path, code] of unknown) {
  test(`an unknown tenant is invalid_tenant: ${path}`, async () => {
    const response = await authority.fetch(path);
    const answer = (await response.json()) as JsonObject;
    assert.deepEqual([response.status, answer.error, answer.error_codes], [400, 'invalid_tenant', [code]]);
  });
}

test('POST on discovery is 405', async () => {
  const response = await authority.post('/common/v2.0/.well-known/openid-configuration', '');
  assert.equal(response.status, 405);
});

const instance = (endpoint: string) =>
  `/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`;

const instances = [
  [
    'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    'https://login.microsoftonline.com/common/v2.0',
    'login.microsoftonline.com',
    'login.windows.net',
  ],
  [
    'https://login.windows.net/contoso.com/oauth2/authorize',
    'https://login.windows.net/contoso.com',
    'login.microsoftonline.com',
    'login.windows.net',
  ],
  [
    'https://localhost:8443/organizations/oauth2/v2.0/authorize',
    'https://localhost:8443/organizations/v2.0',
    'localhost:8443',
    'localhost:8443',
  ],
  [
    'https://localhost/organizations/oauth2/v2.0/authorize',
    'https://localhost/organizations/v2.0',
    'localhost',
    'localhost',
  ],
] as const;
for (const [endpoint, discovered, network, cache] of instances) {
  test(`instance discovery of ${endpoint}`, async () => {
    const answer = (await json(instance(endpoint))) as { metadata: readonly JsonObject[] } & JsonObject;
    assert.equal(answer.tenant_discovery_endpoint, `${discovered}/.well-known/openid-configuration`);
    assert.equal(answer['api-version'], '1.1');
    assert.equal(answer.metadata[0]?.preferred_network, network);
    assert.equal(answer.metadata[0]?.preferred_cache, cache);
  });
}

for (const endpoint of [
  'https://login.example/common/oauth2/authorize',
  'http://login.microsoftonline.com/common',
  'nonsense',
]) {
  test(`instance discovery of an unknown host: ${endpoint}`, async () => {
    const response = await authority.fetch(instance(endpoint));
    const answer = (await response.json()) as JsonObject;
    assert.deepEqual([response.status, answer.error, answer.error_codes], [400, 'invalid_instance', [50049]]);
  });
}

const realms = [
  ['/common/UserRealm/john.doe@contoso.com?api-version=1.0', 'Managed', 'contoso.com'],
  ['/common/userrealm/john.doe%40contoso.com?api-version=1.0', 'Managed', 'contoso.com'],
  ['/common/USERREALM/nobody@CONTOSO.com', 'Managed', 'contoso.com'],
  ['/organizations/userrealm/someone@unknown.example', 'Unknown', 'unknown.example'],
  ['/common/userrealm/nodomain', 'Unknown', ''],
] as const;
for (const [path, accountType, domainName] of realms) {
  test(`user realm: ${path}`, async () => {
    assert.deepEqual(await json(path), {
      ver: '1.0',
      account_type: accountType,
      domain_name: domainName,
      cloud_instance_name: 'microsoftonline.com',
      cloud_audience_urn: 'urn:federation:MicrosoftOnline',
    });
  });
}

test('under Entra’s own host the documents carry that host and its issuers', async () => {
  const request = fetchOf(createAuthority(authority.context).handler);
  const at = async (path: string) =>
    (await (await request(`https://login.microsoftonline.com${path}`)).json()) as JsonObject;
  assert.equal((await at('/common/.well-known/openid-configuration')).issuer, 'https://sts.windows.net/{tenantid}/');
  const document = await at('/contoso.com/v2.0/.well-known/openid-configuration');
  assert.equal(document.issuer, `https://login.microsoftonline.com/${tenant}/v2.0`);
});

test('under China’s host they carry that host, its issuer and its Graph', async () => {
  const request = fetchOf(createAuthority(authority.context).handler);
  const address = `https://login.chinacloudapi.cn/${tenant}/v2.0/.well-known/openid-configuration`;
  const document = (await (await request(address)).json()) as JsonObject;
  assert.deepEqual(
    [document.token_endpoint, document.issuer, document.cloud_instance_name, document.msgraph_host],
    [
      `https://login.chinacloudapi.cn/${tenant}/oauth2/v2.0/token`,
      `https://login.partner.microsoftonline.cn/${tenant}/v2.0`,
      'partner.microsoftonline.cn',
      'microsoftgraph.chinacloudapi.cn',
    ],
  );
});

test('an own issuer keeps the port of its origin', () => {
  assert.deepEqual(entraIssuers('https://localhost:8443', tenant), {
    v1: `https://localhost:8443/${tenant}/`,
    v2: `https://localhost:8443/${tenant}/v2.0`,
  });
});

test('a refusal is told to the log by name, number and ids, and by nothing the request said', async () => {
  const told: unknown[] = [];
  const log = { info: (_: string, detail: object) => void told.push(detail), warn: () => {} };
  const request = fetchOf(createAuthority({ ...authority.context, log }).handler);
  const id = '9f1c7a52-6a0e-4f0b-8f5e-2d8f4f1c8a10';
  const response = await request('https://localhost:8443/nowhere.example/v2.0/.well-known/openid-configuration', {
    headers: { 'client-request-id': id },
  });
  const { trace_id: traceId } = (await response.json()) as JsonObject;
  assert.deepEqual(told, [{ refusal: 'unknownTenant', number: 90002, version: 'v2', traceId, correlationId: id }]);
});
