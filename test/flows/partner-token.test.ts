import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { AuthError, generateAccessToken, newPartnerAccessToken, PartnerClient } from '../../src/index.ts';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';
import { tokenParts } from '../support/answer.ts';

/** The library from one end to the other: authority, exchange and verification in this process, by one `fetch`. */
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const applicationId = '00001111-aaaa-2222-bbbb-3333cccc4444';
const credential = { userName: applicationId, password: 'TestClientAppSecret23456' };
const partnerCenter = 'https://api.partnercenter.microsoft.com';
const partner = 'https://api.partner.microsoft.com';

let sandbox: TestSandbox;
let warnings: string[] = [];

before(async () => {
  sandbox = await startSandbox({ now: new Date('2026-11-21T09:00:00Z') });
});
after(() => sandbox.close());
beforeEach(() => {
  warnings = [];
});

const call = () => ({
  environment: sandbox.environment,
  fetch: sandbox.fetch,
  clock: sandbox.clock,
  onWarning: (warning: string) => void warnings.push(warning),
  sleep: async () => assert.fail('nothing here is tried again'),
});

const asApplication = () =>
  newPartnerAccessToken({ applicationId, credential, tenant, scopes: `${partnerCenter}/.default`, ...call() });

const asUser = (resource: string) =>
  newPartnerAccessToken({
    applicationId,
    credential,
    resource,
    username: 'john.doe@contoso.com',
    password: 'PCTestPassword@123',
    ...call(),
  });

/** The call is refused with an error of the family, and no secret stands in it. */
async function refused(work: Promise<unknown>): Promise<AuthError> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AuthError, String(error));
  const shown = inspect(error, { depth: 10 });
  for (const secret of [credential.password, 'PCTestPassword', 'eyJ'])
    assert.equal(shown.includes(secret), false, shown);
  return error;
}

describe('newPartnerAccessToken', () => {
  test('service principal: an app-only token for Partner Center', async () => {
    const result = await asApplication();
    const { aud, appid, tid, idtyp } = tokenParts(result.accessToken).claims;
    assert.deepEqual(
      { aud, appid, tid, idtyp },
      { aud: partnerCenter, appid: applicationId, tid: tenant, idtyp: 'app' },
    );
    assert.deepEqual(
      [result.tokenType, result.tenantId, result.account, result.refreshToken, result.fromCache, result.mfa],
      ['Bearer', tenant, null, null, false, null],
    );
    assert.ok(result.expiresOn > sandbox.clock.now());
    assert.deepEqual(warnings, []);
  });

  test('the cmdlet’s aliases and a domain mean the same', async () => {
    const result = await newPartnerAccessToken({
      clientId: applicationId,
      credential,
      domain: 'contoso.onmicrosoft.com',
      resource: 'partner-center',
      servicePrincipal: true,
      ...call(),
    });
    assert.equal(result.tenantId, tenant);
  });

  test('password grant with a resource: the v1 endpoint of the Referrals document, with the warning about MFA', async () => {
    const result = await asUser('partner');
    const { aud, upn, amr, scp } = tokenParts(result.accessToken).claims;
    assert.deepEqual(
      { aud, upn, amr, scp },
      { aud: partner, upn: 'john.doe@contoso.com', amr: ['pwd'], scp: 'user_impersonation' },
    );
    assert.deepEqual([result.account?.username, result.mfa, result.resource], ['john.doe@contoso.com', false, partner]);
    assert.equal(warnings.filter((warning) => warning.includes('900421')).length, 1);
    const referrals = await sandbox.fetch(`${sandbox.url}/v1.0/engagements/referrals`, {
      headers: { authorization: `Bearer ${result.accessToken}` },
    });
    assert.equal(referrals.status, 200);
  });

  test('given access token: read and handed back, with no request', async () => {
    const { accessToken } = await asApplication();
    const noFetch = async () => assert.fail('nothing is asked');
    const scopes = `${partnerCenter}/.default`;
    const result = await newPartnerAccessToken({ accessToken, applicationId, scopes, ...call(), fetch: noFetch });
    assert.deepEqual([result.accessToken, result.tenantId, result.resource], [accessToken, tenant, partnerCenter]);
    const other = newPartnerAccessToken({ accessToken, applicationId, resource: 'graph', ...call(), fetch: noFetch });
    assert.equal((await refused(other)).code, 'audience_mismatch');
  });
});

describe('PartnerClient', () => {
  test('keeps what it obtained until shortly before its end, and is a credential for Azure’s SDKs', async () => {
    const paths: string[] = [];
    const counted: typeof fetch = (input, init) => {
      paths.push(new URL(input instanceof Request ? input.url : input).pathname);
      return sandbox.fetch(input, init);
    };
    const client = new PartnerClient({ applicationId, credential, tenant, ...call(), fetch: counted });
    const [first, together] = await Promise.all([client.acquireToken(), client.acquireToken()]);
    const second = await client.acquireToken();
    const { token, expiresOnTimestamp } = await client.credential().getToken(`${partnerCenter}/.default`);
    assert.deepEqual([together.accessToken, second.accessToken, token], Array(3).fill(first.accessToken));
    assert.deepEqual([second.fromCache, expiresOnTimestamp], [true, first.expiresOn.getTime()]);
    const endpoint = `/${tenant}/oauth2/v2.0/token`;
    assert.deepEqual(paths, [endpoint]);

    const issued = await client.generateAccessToken();
    assert.equal(tokenParts(issued.accessToken).claims.iss, sandbox.url);
    sandbox.clock.advance(3400);
    assert.notEqual((await client.acquireToken()).accessToken, first.accessToken);
    assert.deepEqual(paths, [endpoint, '/v3/generatetoken', endpoint]);
  });
});

const mediaTypes = [
  'application/json',
  'application/xml',
  'text/xml',
  'application/x-www-form-urlencoded',
  'text/json',
] as const;

describe('generateAccessToken', () => {
  for (const api of ['v3', 'legacy'] as const) {
    for (const mediaType of mediaTypes) {
      test(`${api}, the request in ${mediaType}`, async () => {
        const { accessToken: bearer } = await asApplication();
        const issued = await generateAccessToken({ bearer, api, mediaType, ...call() });
        const { iss, aud, tid, appid, exp } = tokenParts(issued.accessToken).claims;
        assert.deepEqual(
          { iss, aud, tid, appid },
          { iss: sandbox.url, aud: partnerCenter, tid: tenant, appid: applicationId },
        );
        assert.deepEqual([issued.api, issued.tokenType, issued.replayed], [api, 'Bearer', false]);
        assert.equal(issued.expires_on, exp);
      });
    }
  }

  test('the same requestId again: the same token, marked as replayed, however the GUID is spelled', async () => {
    const { accessToken: bearer } = await asApplication();
    const requestId = '6F9619FF-8B86-D011-B42D-00C04FC964FF';
    const first = await generateAccessToken({ bearer, requestId, ...call() });
    sandbox.clock.advance(10);
    const second = await generateAccessToken({ bearer, requestId: requestId.toLowerCase(), ...call() });
    assert.deepEqual([first.replayed, second.replayed], [false, true]);
    assert.equal(second.accessToken, first.accessToken);
    assert.equal(second.expires_on, first.expires_on);
    const elsewhere = await refused(generateAccessToken({ bearer, requestId, api: 'legacy', ...call() }));
    assert.deepEqual([elsewhere.code, elsewhere.partnerCode, elsewhere.status], ['request_refused', '800002', 400]);
  });

  test('another call gets another token', async () => {
    const { accessToken: bearer } = await asApplication();
    const [first, second] = [
      await generateAccessToken({ bearer, ...call() }),
      await generateAccessToken({ bearer, ...call() }),
    ];
    assert.notEqual(first.accessToken, second.accessToken);
    assert.notEqual(first.requestId, second.requestId);
  });

  test('a user’s token without MFA: 900421, with what to do', async () => {
    const { accessToken: bearer } = await asUser('partner-center');
    const error = await refused(generateAccessToken({ bearer, ...call() }));
    assert.deepEqual([error.code, error.partnerCode, error.status], ['mfa_needed', '900421', 401]);
    assert.deepEqual([error.interactionRequired, error.retryable], [true, false]);
    assert.ok(error.hint?.includes('MFA'), error.hint);
  });

  for (const [name, resource] of [
    ['the partner resource', 'partner'],
    ['Graph', 'graph'],
  ] as const) {
    test(`a token for ${name}: 900420, with what to do`, async () => {
      const bearer =
        resource === 'partner'
          ? (await asUser(resource)).accessToken
          : (await newPartnerAccessToken({ applicationId, credential, tenant, resource, ...call() })).accessToken;
      const error = await refused(generateAccessToken({ bearer, ...call() }));
      // Told before it is sent: there is no answer with a status.
      assert.deepEqual([error.code, error.partnerCode, error.status], ['audience_refused', '900420', undefined]);
      assert.ok(error.hint, 'a hint');
    });
  }

  test('the legacy API takes an application’s Azure AD Graph token, v3 does not', async () => {
    const scopes = 'https://graph.windows.net/.default';
    const { accessToken: bearer } = await newPartnerAccessToken({
      applicationId,
      credential,
      tenant,
      scopes,
      ...call(),
    });
    assert.equal((await generateAccessToken({ bearer, api: 'legacy', ...call() })).api, 'legacy');
    assert.equal((await refused(generateAccessToken({ bearer, api: 'v3', ...call() }))).partnerCode, '900420');
  });

  test('an issued token is no bearer: it is not exchanged again', async () => {
    const { accessToken } = await generateAccessToken({ bearer: (await asApplication()).accessToken, ...call() });
    const error = await refused(generateAccessToken({ bearer: accessToken, ...call() }));
    assert.deepEqual([error.code, error.status], ['bearer_refused', 401]);
  });

  test('the issued token ends with its bearer, which is refused after its end', async () => {
    const entra = await asApplication();
    sandbox.clock.advance(1800);
    const issued = await generateAccessToken({ bearer: entra.accessToken, ...call() });
    assert.equal(issued.expires_on, tokenParts(entra.accessToken).claims.exp);
    sandbox.clock.advance(7200);
    assert.equal((await refused(generateAccessToken({ bearer: entra.accessToken, ...call() }))).code, 'bearer_refused');
  });
});

describe('what the authority refuses comes as an error with its number', () => {
  const scopes = `${partnerCenter}/.default`;
  const unknown = '99999999-9999-4999-8999-999999999999';
  const cases = [
    ['an unknown tenant', { applicationId, credential, tenant: unknown, scopes }, 90002, 'request_refused'],
    ['an unknown domain', { applicationId, credential, tenant: 'nobody.example', scopes }, 90002, 'request_refused'],
    [
      'a wrong secret',
      { applicationId, credential: { password: 'not-the-secret' }, tenant, scopes },
      7000215,
      'credentials_refused',
    ],
    [
      'an unknown application',
      { applicationId: unknown, credential: { password: credential.password }, tenant, scopes },
      700016,
      'application_refused',
    ],
    [
      'an unknown resource',
      { applicationId, credential, tenant, scopes: 'api://nobody/.default' },
      500011,
      'request_refused',
    ],
  ] as const;
  for (const [name, parameters, number, code] of cases) {
    test(`${name}: AADSTS${number}`, async () => {
      const error = await refused(newPartnerAccessToken({ ...parameters, ...call() }));
      assert.deepEqual([error.code, error.aadsts], [code, [number]]);
      assert.ok(error.hint && error.reason, 'a reason and a hint');
      assert.match(error.correlationId ?? '', /^[0-9a-f-]{36}$/);
    });
  }

  test('a wrong password: AADSTS50126', async () => {
    const error = await refused(
      newPartnerAccessToken({
        applicationId,
        credential,
        resource: 'partner',
        username: 'john.doe@contoso.com',
        password: 'not-the-password',
        ...call(),
      }),
    );
    assert.deepEqual([error.code, error.aadsts], ['credentials_refused', [50126]]);
  });

  test('a user who needs MFA: AADSTS50076, and only a sign-in helps', async () => {
    const error = await refused(
      newPartnerAccessToken({
        applicationId,
        credential,
        resource: 'partner',
        username: 'jane.roe@contoso.com',
        password: 'PCTestPassword@456',
        ...call(),
      }),
    );
    assert.deepEqual([error.code, error.aadsts, error.interactionRequired], ['sign_in_needed', [50076], true]);
  });
});
