import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { passwordMfaWarning } from '../../src/client/grants/password.ts';
import {
  AuthError,
  type AuthErrorCode,
  type NewPartnerAccessTokenParameters,
  newPartnerAccessToken,
} from '../../src/index.ts';
import {
  applicationId,
  appToken,
  fakeWire,
  json,
  oauthRefusal,
  partnerCenter,
  quiet,
  start,
  tenantId,
  tokenAnswer,
  unsigned,
  userToken,
} from './wire.ts';

const credential = { userName: applicationId, password: 'TestClientAppSecret23456' };
const asApplication = { applicationId, credential, tenant: 'contoso.com', resource: 'partner-center' } as const;

const failure = async (code: AuthErrorCode, parameters: object): Promise<AuthError> => {
  const error = await newPartnerAccessToken(parameters as NewPartnerAccessTokenParameters).then(
    () => assert.fail('it succeeded'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
};

describe('service principal with a secret', () => {
  test('sends the client credentials grant to v2 and hands back the result', async () => {
    const wire = fakeWire(() => tokenAnswer());
    const result = await newPartnerAccessToken({ ...asApplication, ...quiet(wire.fetch).options });
    assert.equal(wire.sent[0]?.url, 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
    assert.deepEqual(Object.fromEntries(wire.sent[0]?.form ?? []), {
      grant_type: 'client_credentials',
      scope: `${partnerCenter}/.default`,
      client_id: applicationId,
      client_secret: 'TestClientAppSecret23456',
    });
    assert.equal(wire.sent[0]?.headers.get('client-request-id'), result.correlationId);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), {
      accessToken: appToken,
      refreshToken: null,
      noRefreshToken:
        'An application that signs in for itself gets no refresh token; it signs in again (RFC 6749 section 4.4.3).',
      idToken: null,
      tokenType: 'Bearer',
      expiresOn: '2026-11-21T10:00:00Z',
      expires_on: start.getTime() / 1000 + 3600,
      extendedExpiresOn: '2026-11-21T10:00:00Z',
      isExtendedLifeTimeToken: false,
      uniqueId: null,
      tenantId,
      tenant: tenantId,
      subscription: null,
      account: null,
      scopes: [`${partnerCenter}/.default`],
      resource: partnerCenter,
      correlationId: result.correlationId,
      mfa: null,
      fromCache: false,
    });
    assert.deepEqual(result.expiresOn, new Date('2026-11-21T10:00:00Z'));
  });

  for (const [alias, parameters] of [
    ['clientId', { clientId: applicationId, credential, tenant: 'contoso.com', resource: 'partner-center' }],
    ['domain', { applicationId, credential, domain: 'contoso.com', resource: 'partner-center' }],
    ['tenantId', { applicationId, credential, tenantId: 'contoso.com', resource: 'partner-center' }],
    ['environmentName', { ...asApplication, environmentName: 'azurecloud' }],
    ['scopes as one text', { applicationId, credential, tenant: 'contoso.com', scopes: `${partnerCenter}/.default` }],
    ['scopes as a list', { applicationId, credential, tenant: 'contoso.com', scopes: [`${partnerCenter}/.default`] }],
    ['an absolute resource', { applicationId, credential, tenant: 'contoso.com', resource: partnerCenter }],
  ] as const) {
    test(`alias ${alias}`, async () => {
      const wire = fakeWire(() => tokenAnswer());
      await newPartnerAccessToken({ ...parameters, ...quiet(wire.fetch).options });
      assert.equal(wire.sent[0]?.url, 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
      assert.equal(wire.sent[0]?.form.get('scope'), `${partnerCenter}/.default`);
    });
  }

  test('each cloud has its authority and its resources', async () => {
    for (const [environment, authority, scope] of [
      [
        'AzureChinaCloud',
        'https://login.chinacloudapi.cn',
        'https://partner.partnercenterapi.microsoftonline.cn/.default',
      ],
      ['AzureGermanCloud', 'https://login.microsoftonline.de', `${partnerCenter}/.default`],
      ['AzurePPE', 'https://login.windows-ppe.net', 'https://api.partnercenter.microsoft-ppe.com/.default'],
      ['AzureUSGovernment', 'https://login.microsoftonline.us', `${partnerCenter}/.default`],
    ] as const) {
      const wire = fakeWire(() => tokenAnswer());
      await newPartnerAccessToken({ ...asApplication, environment, ...quiet(wire.fetch).options });
      assert.equal(wire.sent[0]?.url, `${authority}/contoso.com/oauth2/v2.0/token`);
      assert.equal(wire.sent[0]?.form.get('scope'), scope);
    }
  });

  test('a preset the cloud does not offer is refused before anything is sent', async () => {
    const wire = fakeWire(() => tokenAnswer());
    const parameters = { ...asApplication, resource: 'partner', environment: 'AzureChinaCloud' };
    await failure('resource_not_offered', { ...parameters, ...quiet(wire.fetch).options });
    assert.equal(wire.sent.length, 0);
  });

  test('a resource that ends with a slash keeps it', async () => {
    const wire = fakeWire(() => tokenAnswer());
    const resource = 'https://management.core.windows.net/';
    await newPartnerAccessToken({ ...asApplication, resource, ...quiet(wire.fetch).options });
    assert.equal(wire.sent[0]?.form.get('scope'), 'https://management.core.windows.net//.default');
  });
});

describe('password grant', () => {
  const user = { applicationId, username: 'john.doe@contoso.com', password: 'PCTestPassword@123' } as const;

  test('with a resource: v1 as the Referrals document sends it, numbers as text, a warning about MFA', async () => {
    const wire = fakeWire(() =>
      json({
        token_type: 'Bearer',
        scope: 'user_impersonation',
        expires_in: '3600',
        ext_expires_in: '3600',
        expires_on: '1546469802',
        not_before: '1546465902',
        resource: 'https://api.partner.microsoft.com',
        access_token: userToken,
        refresh_token: 'refresh-1',
        id_token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"tid":"t"}').toString('base64url')}.`,
      }),
    );
    const { options, warnings } = quiet(wire.fetch);
    const result = await newPartnerAccessToken({ ...user, credential, resource: 'partner', ...options });
    assert.equal(wire.sent[0]?.url, 'https://login.microsoftonline.com/common/oauth2/token');
    assert.deepEqual(Object.fromEntries(wire.sent[0]?.form ?? []), {
      resource: 'https://api.partner.microsoft.com',
      grant_type: 'password',
      scope: 'openid',
      client_id: applicationId,
      client_secret: 'TestClientAppSecret23456',
      username: 'john.doe@contoso.com',
      password: 'PCTestPassword@123',
    });
    assert.equal(result.refreshToken, 'refresh-1');
    assert.equal(result.mfa, false);
    assert.equal(result.uniqueId, '11111111-2222-3333-4444-555555555555');
    assert.deepEqual(result.account, {
      homeAccountId: `11111111-2222-3333-4444-555555555555.${tenantId}`,
      username: 'john.doe@contoso.com',
      environment: 'login.microsoftonline.com',
    });
    assert.equal(result.expires_on, start.getTime() / 1000 + 3600);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes('900421'));
  });

  test('with scopes: v2 with the scopes of OpenID, and a word about the missing refresh token', async () => {
    const wire = fakeWire(() => tokenAnswer({ access_token: userToken }));
    const { options, warnings } = quiet(wire.fetch);
    const scopes = 'https://api.partner.microsoft.com/user_impersonation';
    await newPartnerAccessToken({ ...user, scopes, tenant: 'contoso.com', ...options });
    assert.equal(wire.sent[0]?.url, 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
    assert.equal(wire.sent[0]?.form.get('scope'), `${scopes} openid profile offline_access`);
    assert.equal(wire.sent[0]?.form.has('client_secret'), false);
    assert.deepEqual(warnings, [
      passwordMfaWarning,
      'The authority gave no refresh token: offline_access is not consented, or a policy forbids it. When the access token ' +
        'ends, the user has to sign in again.',
    ]);
  });

  test('a wrong password is a refused credential, not an old sign-in', async () => {
    const wire = fakeWire(() => oauthRefusal('invalid_grant', 50126));
    const parameters = { ...user, resource: 'partner', ...quiet(wire.fetch).options };
    const error = await failure('credentials_refused', parameters);
    assert.deepEqual([error.aadsts, error.correlationId, error.traceId], [[50126], 'correlation-1', 'trace-1']);
  });
});

describe('a given access token', () => {
  const given = { applicationId, accessToken: appToken, resource: 'partner-center' } as const;

  test('is read and handed back without network', async () => {
    const wire = fakeWire(() => assert.fail('a request was made'));
    const result = await newPartnerAccessToken({ ...given, ...quiet(wire.fetch).options });
    assert.equal(result.accessToken, appToken);
    assert.equal(result.tenantId, tenantId);
    assert.equal(result.expires_on, 2_000_000_000);
    assert.equal(wire.sent.length, 0);
  });

  const refused: readonly [string, AuthErrorCode, object][] = [
    ['expired', 'token_expired', { accessToken: unsigned({ aud: partnerCenter, exp: start.getTime() / 1000 }) }],
    ['for another resource', 'audience_mismatch', { resource: 'graph' }],
    ['opaque', 'token_unreadable', { accessToken: 'opaque' }],
    ['without an expiry', 'token_unreadable', { accessToken: unsigned({ aud: partnerCenter }) }],
  ];
  for (const [name, code, more] of refused) {
    test(`${name}: ${code}`, async () => {
      await failure(code, { ...given, ...more, ...quiet(fakeWire(() => json({})).fetch).options });
    });
  }

  test('the audience may be the resource’s application id, or end with a slash', async () => {
    for (const aud of ['fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd', `${partnerCenter}/`]) {
      const accessToken = unsigned({ aud, exp: 2_000_000_000 });
      const result = await newPartnerAccessToken({ ...given, accessToken, clock: { now: () => start } });
      assert.equal(result.resource, aud);
    }
  });
});

describe('what cannot be meant', () => {
  const cases: readonly [string, AuthErrorCode, object][] = [
    ['two names of one parameter', 'invalid_parameters', { ...asApplication, clientId: applicationId }],
    ['scopes and resource', 'invalid_parameters', { ...asApplication, scopes: 'x/.default' }],
    ['a mixture', 'invalid_parameters', { ...asApplication, useDeviceAuthentication: true }],
    ['no tenant', 'invalid_parameters', { ...asApplication, tenant: undefined }],
    ['a tenant that is none', 'invalid_parameters', { ...asApplication, tenant: 'contoso.com/../x' }],
    ['a credential of another application', 'invalid_parameters', { ...asApplication, applicationId: tenantId }],
    ['an unknown environment', 'invalid_parameters', { ...asApplication, environment: 'Azure' }],
    ['an unknown resource', 'invalid_parameters', { ...asApplication, resource: 'partnercentre' }],
    ['a user, and nobody may be asked', 'sign_in_needed', { applicationId, resource: 'partner-center', silent: true }],
    [
      'a refresh token without its application',
      'invalid_parameters',
      { refreshToken: 'r', resource: 'partner-center' },
    ],
    ['an unknown module', 'invalid_parameters', { moduleName: 'Teams' }],
    ['a module, and nobody may be asked', 'sign_in_needed', { moduleName: 'ExchangeOnline', silent: true }],
    [
      'a certificate that is none',
      'certificate_unusable',
      { applicationId, certificate: { certificate: '', privateKey: '' }, tenant: 'contoso.com', resource: 'graph' },
    ],
  ];
  for (const [name, code, parameters] of cases) {
    test(`${name}: ${code}`, async () => {
      const wire = fakeWire(() => tokenAnswer());
      await failure(code, { ...parameters, ...quiet(wire.fetch).options });
      assert.equal(wire.sent.length, 0);
    });
  }
});

describe('refusals of the authority', () => {
  const cases: readonly [string, AuthErrorCode, Response][] = [
    ['wrong secret', 'credentials_refused', oauthRefusal('invalid_client', 7000215, 401)],
    ['unknown application', 'application_refused', oauthRefusal('unauthorized_client', 700016)],
    ['no consent', 'consent_needed', oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' })],
    ['interaction', 'sign_in_needed', oauthRefusal('interaction_required', 50076, 400, { suberror: 'basic_action' })],
    ['unknown resource', 'request_refused', oauthRefusal('invalid_resource', 500011)],
    ['throttled for long', 'throttled', new Response('', { status: 429, headers: { 'retry-after': '3600' } })],
    ['a page instead of JSON', 'request_refused', new Response('<html>', { status: 400 })],
    ['success that is none', 'answer_unreadable', new Response('<html>', { status: 200 })],
    ['a token with a line break', 'answer_unreadable', tokenAnswer({ access_token: 'a\r\nb' })],
    ['another token type', 'answer_unreadable', json({ token_type: 'Bearer', access_token: 'x' })],
  ];
  for (const [name, code, response] of cases) {
    test(`${name}: ${code}`, async () => {
      const wire = fakeWire(() => response.clone());
      const error = await failure(code, { ...asApplication, ...quiet(wire.fetch).options });
      assert.equal(wire.sent.length, 1);
      assert.equal(error.interactionRequired, ['consent_needed', 'sign_in_needed'].includes(code));
    });
  }

  test('a challenge header does not hide the body', async () => {
    const wire = fakeWire(() => {
      const refusal = oauthRefusal('invalid_client', 7000215, 401);
      refusal.headers.set('www-authenticate', 'Bearer realm="x"');
      return refusal;
    });
    const error = await failure('credentials_refused', { ...asApplication, ...quiet(wire.fetch).options });
    assert.ok(error.hint?.includes('--client-secret-file'));
  });

  test('the caller’s signal ends the call', async () => {
    const wire = fakeWire(() => tokenAnswer());
    const signal = AbortSignal.abort();
    await failure('aborted', { ...asApplication, ...quiet(wire.fetch).options, signal });
  });
});

test('row 17: a result and an error print no token and no secret', async () => {
  const wire = fakeWire(() => tokenAnswer({ refresh_token: 'refresh-token-that-is-secret-0123456789' }));
  const result = await newPartnerAccessToken({ ...asApplication, ...quiet(wire.fetch).options });
  for (const text of [inspect(result), String(result), `${result}`, inspect({ nested: { result } }, { depth: 5 })]) {
    assert.equal(text.includes(appToken), false);
    assert.equal(text.includes('refresh-token-that-is-secret'), false);
  }
  const secret = 'TestClientAppSecret23456';
  const echo = fakeWire((sent) => oauthRefusal('invalid_client', 7000215, 401, { error_description: sent.body }));
  const error = await failure('credentials_refused', { ...asApplication, ...quiet(echo.fetch).options });
  assert.equal(inspect(error, { depth: 9 }).includes(secret), false);
});
