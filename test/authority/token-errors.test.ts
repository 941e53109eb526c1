import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAuthority } from './fixture.ts';

const app = '00001111-aaaa-2222-bbbb-3333cccc4444';
const publicApp = '11112222-bbbb-3333-cccc-4444dddd5555';
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const graph = 'https://graph.microsoft.com';
const partner = 'https://api.partner.microsoft.com';

/** What the fixed data lack to reach every code. */
const seed = `
users:
  - { userPrincipalName: gone@contoso.com, displayName: Gone, accountEnabled: false, passwordProfile: { password: pw } }
  - { userPrincipalName: new@contoso.com, displayName: New, passwordProfile: { password: pw, forceChangePasswordNextSignIn: true } }
  - { userPrincipalName: bare@contoso.com, displayName: Bare, passwordProfile: { password: pw }, mfa: { required: true } }
applications:
  - appId: 20000000-0000-0000-0000-000000000001
    displayName: Expired
    appOwnerOrganizationId: ${tenant}
    passwordCredentials: [{ secretText: old, endDateTime: '2026-01-01T00:00:00Z' }]
  - appId: 20000000-0000-0000-0000-000000000002
    displayName: Disabled
    appOwnerOrganizationId: ${tenant}
    passwordCredentials: [{ secretText: s }]
  - appId: 20000000-0000-0000-0000-000000000003
    displayName: No password grant
    appOwnerOrganizationId: ${tenant}
    passwordCredentials: [{ secretText: s }]
  - appId: 20000000-0000-0000-0000-000000000004
    displayName: Single tenant
    appOwnerOrganizationId: ${tenant}
    allowsPasswordGrant: true
    identifierUris: ['api://single']
    passwordCredentials: [{ secretText: s }]
    requiredResourceAccess:
      - resourceAppId: 4990cffe-04e8-4e8b-808a-1175604b879f
        resourceAccess: [{ id: eabf9ef3-1f9e-f3da-19a1-bcd60d080567, type: Scope }]
  - appId: 20000000-0000-0000-0000-000000000005
    displayName: Closed API
    appOwnerOrganizationId: ${tenant}
    identifierUris: ['api://closed']
  - appId: 20000000-0000-0000-0000-000000000006
    displayName: Switched off API
    appOwnerOrganizationId: ${tenant}
    identifierUris: ['api://off']
servicePrincipals:
  - { tenantId: ${tenant}, appId: 20000000-0000-0000-0000-000000000002, accountEnabled: false }
  - { tenantId: ${tenant}, appId: 20000000-0000-0000-0000-000000000005, appRoleAssignmentRequired: true }
  - { tenantId: ${tenant}, appId: 20000000-0000-0000-0000-000000000006, accountEnabled: false }
`;

const authority = await testAuthority(seed);

type Parameters = Readonly<Record<string, string>>;
const client: Parameters = { client_id: app, client_secret: 'TestClientAppSecret23456' };
const appOnly: Parameters = { grant_type: 'client_credentials', ...client, scope: `${graph}/.default` };
const password: Parameters = {
  grant_type: 'password',
  ...client,
  username: 'john.doe@contoso.com',
  password: 'PCTestPassword@123',
  scope: `${partner}/.default`,
};
const single: Parameters = { ...password, client_id: '20000000-0000-0000-0000-000000000004', client_secret: 's' };
const v1Password: Parameters = { ...password, resource: partner, scope: 'openid' };
const without = (parameters: Parameters, name: string): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== name));

const v2 = `/${tenant}/oauth2/v2.0/token`;
const v1 = `/${tenant}/oauth2/token`;

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly body: Parameters | string;
  readonly headers?: Record<string, string>;
  readonly code: number;
  readonly error: string;
  readonly status?: number;
  readonly suberror?: string;
  readonly passwordChangeUrl?: string;
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

const cases: readonly Case[] = [
  {
    name: 'unknown tenant',
    path: '/33333333-3333-3333-3333-333333333333/oauth2/v2.0/token',
    body: appOnly,
    code: 90002,
    error: 'invalid_request',
  },
  {
    name: 'unknown domain',
    path: '/unknown.example/oauth2/v2.0/token',
    body: appOnly,
    code: 90002,
    error: 'invalid_request',
  },
  {
    name: 'malformed tenant',
    path: '/not_a_tenant/oauth2/v2.0/token',
    body: appOnly,
    code: 900023,
    error: 'invalid_request',
  },
  {
    name: 'application on common',
    path: '/common/oauth2/v2.0/token',
    body: appOnly,
    code: 50059,
    error: 'invalid_request',
  },
  {
    name: 'application on organizations, v1',
    path: '/organizations/oauth2/token',
    body: { ...appOnly, resource: graph },
    code: 50059,
    error: 'invalid_request',
  },
  {
    name: 'user name of no tenant',
    path: '/organizations/oauth2/v2.0/token',
    body: { ...password, username: 'a@unknown.example' },
    code: 50059,
    error: 'invalid_request',
  },
  {
    name: 'user name without a domain',
    path: '/common/oauth2/token',
    body: { ...v1Password, username: 'john' },
    code: 50059,
    error: 'invalid_request',
  },
  {
    name: 'password on v2 common',
    path: '/common/oauth2/v2.0/token',
    body: password,
    code: 9001023,
    error: 'invalid_request',
  },
  {
    name: 'password on v2 consumers',
    path: '/consumers/oauth2/v2.0/token',
    body: password,
    code: 9001023,
    error: 'invalid_request',
  },
  {
    name: 'password on v1 consumers',
    path: '/consumers/oauth2/token',
    body: v1Password,
    code: 9001023,
    error: 'invalid_request',
  },
  {
    name: 'single-tenant application on v2 organizations',
    path: '/organizations/oauth2/v2.0/token',
    body: single,
    code: 50194,
    error: 'invalid_request',
  },
  { name: 'no grant type', body: without(appOnly, 'grant_type'), code: 900144, error: 'invalid_request' },
  { name: 'no client id', body: without(appOnly, 'client_id'), code: 900144, error: 'invalid_request' },
  { name: 'no scope', body: without(appOnly, 'scope'), code: 900144, error: 'invalid_request' },
  { name: 'no resource on v1', path: v1, body: without(appOnly, 'scope'), code: 900144, error: 'invalid_request' },
  { name: 'no user name', body: without(password, 'username'), code: 900144, error: 'invalid_request' },
  { name: 'no password', body: without(password, 'password'), code: 900144, error: 'invalid_request' },
  {
    name: 'JSON for a body',
    body: JSON.stringify(appOnly),
    headers: { 'content-type': 'application/json' },
    code: 900144,
    error: 'invalid_request',
  },
  {
    name: 'unknown grant type',
    body: { ...appOnly, grant_type: 'no_such_grant' },
    code: 70003,
    error: 'unsupported_grant_type',
  },
  {
    name: 'unknown application',
    body: { ...appOnly, client_id: '44444444-4444-4444-4444-444444444444' },
    code: 700016,
    error: 'unauthorized_client',
  },
  {
    name: 'application not in this tenant',
    path: '/adventure-works.onmicrosoft.com/oauth2/v2.0/token',
    body: appOnly,
    code: 700016,
    error: 'unauthorized_client',
  },
  {
    name: 'client id that is no GUID',
    body: { ...appOnly, client_id: 'my-app' },
    code: 700038,
    error: 'unauthorized_client',
  },
  {
    name: 'disabled application',
    body: { ...appOnly, client_id: '20000000-0000-0000-0000-000000000002', client_secret: 's' },
    code: 7000112,
    error: 'unauthorized_client',
  },
  {
    name: 'wrong secret',
    body: { ...appOnly, client_secret: 'wrong' },
    code: 7000215,
    error: 'invalid_client',
    status: 401,
  },
  {
    name: 'wrong secret by Basic',
    body: without(appOnly, 'client_secret'),
    headers: basic(`${app}:wrong`),
    code: 7000215,
    error: 'invalid_client',
    status: 401,
  },
  {
    name: 'expired secret',
    body: { ...appOnly, client_id: '20000000-0000-0000-0000-000000000001', client_secret: 'old' },
    code: 7000222,
    error: 'invalid_client',
    status: 401,
  },
  { name: 'no secret', body: without(appOnly, 'client_secret'), code: 7000216, error: 'invalid_client', status: 401 },
  {
    name: 'no secret for a user',
    body: without(password, 'client_secret'),
    code: 7000218,
    error: 'invalid_client',
    status: 401,
  },
  {
    name: 'secret of a public client',
    body: { ...password, client_id: publicApp },
    code: 700025,
    error: 'invalid_client',
    status: 401,
  },
  {
    name: 'two ways of authenticating',
    body: appOnly,
    headers: basic(`${app}:TestClientAppSecret23456`),
    code: 90023,
    error: 'invalid_request',
  },
  {
    name: 'two clients',
    body: without({ ...appOnly, client_id: publicApp }, 'client_secret'),
    headers: basic(`${app}:x`),
    code: 90023,
    error: 'invalid_request',
  },
  {
    name: 'password grant not allowed',
    body: { ...password, client_id: '20000000-0000-0000-0000-000000000003', client_secret: 's' },
    code: 70001,
    error: 'unauthorized_client',
  },
  { name: 'resource on v2', body: { ...appOnly, resource: graph }, code: 901002, error: 'invalid_request' },
  {
    name: 'named permission for an application',
    body: { ...appOnly, scope: `${graph}/User.Read` },
    code: 1002012,
    error: 'invalid_scope',
  },
  {
    name: 'scope without a resource for an application',
    body: { ...appOnly, scope: 'User.Read' },
    code: 1002012,
    error: 'invalid_scope',
  },
  {
    name: 'two resources for an application',
    body: { ...appOnly, scope: `${graph}/.default ${partner}/.default` },
    code: 700022,
    error: 'invalid_scope',
  },
  {
    name: 'two resources for a user',
    body: { ...password, scope: `User.Read ${partner}/user_impersonation` },
    code: 700022,
    error: 'invalid_scope',
  },
  {
    name: '.default beside a name',
    body: { ...password, scope: `${partner}/.default ${partner}/user_impersonation` },
    code: 70011,
    error: 'invalid_scope',
  },
  { name: 'scope that is a bare address', body: { ...password, scope: partner }, code: 70011, error: 'invalid_scope' },
  {
    name: 'unknown permission',
    body: { ...password, scope: `${partner}/no_such` },
    code: 650053,
    error: 'invalid_client',
  },
  {
    name: 'unknown resource',
    body: { ...appOnly, scope: 'api://not-a-registered-resource/.default' },
    code: 500011,
    error: 'invalid_resource',
  },
  {
    name: 'unknown resource on v1',
    path: v1,
    body: { ...appOnly, resource: 'https://unknown.example' },
    code: 500011,
    error: 'invalid_resource',
  },
  {
    name: 'resource switched off',
    body: { ...appOnly, scope: 'api://off/.default' },
    code: 500014,
    error: 'invalid_resource',
  },
  {
    name: 'resource without an assignment',
    body: { ...appOnly, scope: 'api://closed/.default' },
    code: 501051,
    error: 'invalid_grant',
  },
  {
    name: 'resource not listed',
    path: v1,
    body: { ...single, resource: graph, scope: 'openid' },
    code: 650057,
    error: 'invalid_resource',
  },
  {
    name: 'token for itself',
    path: v1,
    body: { ...single, resource: 'api://single', scope: 'openid' },
    code: 90009,
    error: 'invalid_request',
  },
  {
    name: 'consent missing, v1',
    path: v1,
    body: { ...single, resource: partner, scope: 'openid' },
    code: 65001,
    error: 'invalid_grant',
    suberror: 'consent_required',
  },
  {
    name: 'consent missing for a name',
    body: { ...single, scope: `${partner}/user_impersonation` },
    code: 65001,
    error: 'invalid_grant',
    suberror: 'consent_required',
  },
  { name: 'wrong password', body: { ...password, password: 'wrong' }, code: 50126, error: 'invalid_grant' },
  { name: 'unknown user', body: { ...password, username: 'nobody@contoso.com' }, code: 50126, error: 'invalid_grant' },
  {
    name: 'user of another tenant',
    path: '/fabrikam.onmicrosoft.com/oauth2/v2.0/token',
    body: password,
    code: 50126,
    error: 'invalid_grant',
  },
  {
    name: 'disabled user',
    body: { ...password, username: 'gone@contoso.com', password: 'pw' },
    code: 50057,
    error: 'invalid_grant',
  },
  {
    name: 'temporary password, v2',
    body: { ...password, username: 'new@contoso.com', password: 'pw' },
    code: 50055,
    error: 'invalid_grant',
    suberror: 'user_password_expired',
  },
  {
    name: 'temporary password, v1',
    path: v1,
    body: { ...v1Password, username: 'new@contoso.com', password: 'pw' },
    code: 50055,
    error: 'user_password_expired',
    suberror: 'user_password_expired',
    passwordChangeUrl: 'https://portal.microsoftonline.com/ChangePassword.aspx',
  },
  {
    name: 'MFA required, v2',
    body: { ...password, username: 'jane.roe@contoso.com', password: 'PCTestPassword@456' },
    code: 50076,
    error: 'invalid_grant',
    suberror: 'basic_action',
  },
  {
    name: 'MFA required, v1',
    path: v1,
    body: { ...v1Password, username: 'jane.roe@contoso.com', password: 'PCTestPassword@456' },
    code: 50076,
    error: 'interaction_required',
    suberror: 'basic_action',
  },
  {
    name: 'MFA not set up',
    body: { ...password, username: 'bare@contoso.com', password: 'pw' },
    code: 50079,
    error: 'invalid_grant',
    suberror: 'basic_action',
  },
];

interface ErrorBody {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri?: string;
  readonly suberror?: string;
  readonly password_change_url?: string;
}

const bodyOf = async (response: Response): Promise<ErrorBody> => (await response.json()) as ErrorBody;

/** captured.md, with `suberror` after what was captured without one. */
const captured = ['error', 'error_description', 'error_codes', 'timestamp', 'trace_id', 'correlation_id'];
const withoutPage: ReadonlySet<number> = new Set([700038, 70003]);

for (const { name, path = v2, body, headers, code, error, status = 400, suberror, passwordChangeUrl } of cases) {
  test(`${name}: ${code} ${error}`, async () => {
    const form = typeof body === 'string' ? body : new URLSearchParams(body).toString();
    const response = await authority.post(path, form, headers);
    const answer = await bodyOf(response);
    const expectedFields = [
      ...captured,
      ...(withoutPage.has(code) ? [] : ['error_uri']),
      ...(suberror ? ['suberror'] : []),
      ...(passwordChangeUrl ? ['password_change_url'] : []),
    ];
    assert.deepEqual(answer.error_codes, [code]);
    assert.deepEqual([response.status, answer.error, answer.suberror], [status, error, suberror]);
    assert.equal(answer.password_change_url, passwordChangeUrl);
    assert.deepEqual(Object.keys(answer), expectedFields);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(response.headers.get('x-ms-request-id'), answer.trace_id);
    assert.equal(answer.timestamp, '2026-11-21 08:59:27Z');
    assert.ok(answer.error_description.startsWith(`AADSTS${code}: `));
    const end = ` Trace ID: ${answer.trace_id} Correlation ID: ${answer.correlation_id} Timestamp: ${answer.timestamp}`;
    assert.ok(answer.error_description.endsWith(end));
    assert.equal(answer.error_description.includes('\n'), false);
    if (!withoutPage.has(code)) assert.equal(answer.error_uri, `https://localhost:8443/error?code=${code}`);
  });
}

test('a body over 64 KiB is refused as JSON', async () => {
  const response = await authority.post(v2, `grant_type=password&password=${'x'.repeat(70_000)}`);
  assert.equal(response.status, 400);
  assert.deepEqual((await bodyOf(response)).error_codes, [90023]);
});

for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
  test(`${method} on the token endpoint: 405 with 900561`, async () => {
    const response = await authority.fetch(v2, { method });
    assert.equal(response.status, 405);
    assert.deepEqual((await bodyOf(response)).error_codes, [900561]);
  });
}

for (const path of [
  '/',
  '/nothing',
  `/${tenant}/oauth2/nothing`,
  `/${tenant}/oauth2/v2.0/nothing`,
  `/${tenant}/v2.0/x`,
]) {
  test(`404 as JSON at ${path}`, async () => {
    const response = await authority.fetch(path);
    assert.equal(response.status, 404);
    assert.equal((await bodyOf(response)).error, 'invalid_request');
  });
}

test('an unexpected failure is 500 as JSON, says nothing of its cause, and is logged', async () => {
  const broken = await testAuthority(undefined, {
    directory: { ...authority.context.directory, tenantById: async () => Promise.reject(new Error('canary-5f2c')) },
  });
  const response = await broken.post(v2, new URLSearchParams(appOnly).toString());
  const answer = await bodyOf(response);
  assert.equal(response.status, 500);
  assert.deepEqual([answer.error, answer.error_codes], ['server_error', [50000]]);
  assert.equal(JSON.stringify(answer).includes('canary-5f2c'), false);
  assert.equal(broken.warnings.length, 1);
  assert.equal(broken.warnings[0]?.detail.traceId, answer.trace_id);
});

const correlation = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
const correlations = [
  ['the header', v2, '', { 'client-request-id': correlation }],
  ['the query', `${v2}?client-request-id=${correlation}&api-version=1.0`, '', {}],
  ['the body', v2, `&client-request-id=${correlation}`, {}],
] as const;

for (const [place, path, more, headers] of correlations) {
  test(`the correlation id is taken from ${place} and handed back when asked for`, async () => {
    const form = `${new URLSearchParams({ ...appOnly, client_secret: 'wrong' })}${more}`;
    const response = await authority.post(path, form, { ...headers, 'return-client-request-id': 'true' });
    assert.equal((await bodyOf(response)).correlation_id, correlation);
    assert.equal(response.headers.get('client-request-id'), correlation);
  });
}

test('a correlation id that is no GUID is replaced', async () => {
  const form = new URLSearchParams({ ...appOnly, client_secret: 'wrong' }).toString();
  const response = await authority.post(v2, form, { 'client-request-id': '<script>' });
  assert.notEqual((await bodyOf(response)).correlation_id, '<script>');
  assert.equal(response.headers.get('client-request-id'), null);
});

test('hostile text in a placeholder loses its control characters and its length', async () => {
  const hostile = `api://x\r\nAADSTS0: forged\u202e${'y'.repeat(2000)}`;
  const response = await authority.post(v1, new URLSearchParams({ ...appOnly, resource: hostile }).toString());
  const { error_description: description } = await bodyOf(response);
  assert.equal(description.includes('\r'), false);
  assert.equal(description.includes('\n'), false);
  assert.equal(description.includes('\u202e'), false);
  assert.ok(description.length < 1000);
});

test('text that looks like a placeholder is not filled in', async () => {
  const form = new URLSearchParams({ ...appOnly, resource: '{tenant}' }).toString();
  const { error_description: description } = await bodyOf(await authority.post(v1, form));
  assert.ok(
    description.startsWith(
      'AADSTS500011: The resource principal named {tenant} was not found in the tenant named Contoso.',
    ),
  );
});

test('no error repeats a secret or a password', async () => {
  for (const { path = v2, body, headers } of cases) {
    if (typeof body === 'string') continue;
    const planted = {
      ...body,
      ...(body.client_secret ? { client_secret: 'canary-secret' } : {}),
      ...(body.password ? { password: 'canary-password' } : {}),
    };
    const text = await (await authority.post(path, new URLSearchParams(planted).toString(), headers)).text();
    assert.equal(text.includes('canary'), false);
  }
});
