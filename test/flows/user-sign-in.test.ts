import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import {
  AuthError,
  type AuthErrorCode,
  memoryStore,
  type NewPartnerAccessTokenParameters,
  newPartnerAccessToken,
  PartnerClient,
} from '../../src/index.ts';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';
import { tokenParts } from '../support/answer.ts';

const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
const exchangeApplication = 'a0c73c16-a7e3-4564-9a95-2bdf47383716';
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const customer = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const user = 'jane.roe@contoso.com';
const credential = { userName: application, password: 'TestClientAppSecret23456' };

const control = async ({ fetch, url }: TestSandbox, method: string, path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/sandbox/${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, await answer.text());
};

/** As a browser goes there: by way of a redirect, and without what `fetch` says of itself. */
async function visited(url: string): Promise<number | undefined> {
  const [answer] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  answer.resume();
  const { location } = answer.headers;
  return location === undefined ? answer.statusCode : visited(new URL(location, url).href);
}

/** A user who has approved beforehand, and whatever shows them what they are to do. */
async function signInAt(sandbox: TestSandbox) {
  await control(sandbox, 'PUT', `approvals/${user}`, { decision: 'approve', methods: ['pwd', 'mfa'] });
  const { environment, fetch, clock } = sandbox;
  const opened: URL[] = [];
  const warnings: string[] = [];
  const options = {
    environment,
    fetch,
    clock,
    loginHint: user,
    sleep: async () => {},
    onWarning: (warning: string) => void warnings.push(warning),
    openBrowser: async ({ url }: { url: string }) => {
      opened.push(new URL(url));
      const answer = await fetch(url, { redirect: 'manual' });
      assert.equal(answer.status, 302, await answer.text());
      assert.equal(await visited(answer.headers.get('location') ?? ''), 200);
    },
    onDeviceCode: ({ userCode }: { userCode: string }) =>
      void control(sandbox, 'POST', `device-codes/${userCode}`, { userPrincipalName: user, decision: 'approve' }),
  };
  return { options, opened, warnings };
}

type Parameters = Omit<NewPartnerAccessTokenParameters, 'environment'>;

const sets: readonly [name: string, parameters: object, expected: { appId: string; port?: true; resource: string }][] =
  [
    [
      'User in the browser',
      {
        applicationId: publicApplication,
        scopes: 'https://api.partnercenter.microsoft.com/user_impersonation',
        useAuthorizationCode: true,
      },
      { appId: publicApplication, port: true, resource: 'https://api.partnercenter.microsoft.com' },
    ],
    [
      'User by device code',
      { clientId: publicApplication, resource: 'partner-center', device: true },
      { appId: publicApplication, resource: 'https://api.partnercenter.microsoft.com' },
    ],
    [
      'ServicePrincipal with UseAuthorizationCode',
      { applicationId: application, credential, resource: 'graph', servicePrincipal: true, tenant, authCode: true },
      { appId: application, port: true, resource: 'https://graph.microsoft.com' },
    ],
    [
      'ByModule, a device code by itself',
      { moduleName: 'exchangeonline' },
      { appId: exchangeApplication, resource: 'https://outlook.office365.com' },
    ],
    [
      'ByModule in the browser',
      { module: 'ExchangeOnline', useAuthorizationCode: true },
      { appId: exchangeApplication, port: true, resource: 'https://outlook.office365.com' },
    ],
  ];

describe('a user signs in', () => {
  for (const [name, parameters, { appId, port, resource }] of sets) {
    test(name, async () => {
      await using sandbox = await startSandbox();
      const { options, opened, warnings } = await signInAt(sandbox);
      const result = await newPartnerAccessToken({ ...(parameters as Parameters), ...options } as never);
      const { appid } = tokenParts(result.accessToken).claims;
      assert.deepEqual([appid, result.resource, result.mfa, result.account?.username], [appId, resource, true, user]);
      assert.ok(result.refreshToken);
      assert.deepEqual([result.noRefreshToken, warnings], [null, []]);
      assert.equal(opened.length, port ? 1 : 0);
    });
  }

  test('both switches: the browser, with a warning', async () => {
    await using sandbox = await startSandbox();
    const { options, opened, warnings } = await signInAt(sandbox);
    const both = { useAuthorizationCode: true, useDeviceAuthentication: true };
    await newPartnerAccessToken({ applicationId: publicApplication, resource: 'graph', ...both, ...options });
    assert.equal(opened.length, 1);
    assert.deepEqual(warnings, [
      'Both the browser and the device code were asked for; the browser is used, as the module did.',
    ]);
  });

  test('once: the sign-in serves other resources and tenants, and a day later', async () => {
    await using sandbox = await startSandbox();
    const { options, opened } = await signInAt(sandbox);
    const client = new PartnerClient({
      applicationId: application,
      credential,
      tenant,
      useAuthorizationCode: true,
      store: memoryStore(),
      ...options,
    });
    const { fromCache, account } = await client.acquireToken();
    assert.equal(fromCache, false);
    assert.equal((await client.acquireToken()).fromCache, true);
    assert.equal((await client.acquireToken({ resource: 'graph' })).resource, 'https://graph.microsoft.com');
    const elsewhere = await client.acquireToken({ resource: 'graph', tenant: customer });
    assert.deepEqual([elsewhere.tenantId, elsewhere.account], [customer, account]);
    sandbox.clock.advance(86_400);
    assert.equal((await client.acquireToken()).fromCache, false);
    assert.equal(opened.length, 1);
  });
});

describe('a sign-in that cannot be had', () => {
  const refused = async (code: AuthErrorCode, call: Promise<unknown>): Promise<AuthError> => {
    const error: unknown = await call.then(
      () => assert.fail('it succeeded'),
      (cause: unknown) => cause,
    );
    assert.ok(error instanceof AuthError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  };
  const asUser = { applicationId: publicApplication, resource: 'partner-center' } as const;

  test('nobody may be asked: sign_in_needed, and nothing is opened', async () => {
    await using sandbox = await startSandbox();
    const { options, opened } = await signInAt(sandbox);
    await refused(
      'sign_in_needed',
      newPartnerAccessToken({ ...asUser, useAuthorizationCode: true, silent: true, ...options }),
    );
    assert.equal(opened.length, 0);
  });

  test('a declined device code', async () => {
    await using sandbox = await startSandbox();
    const { options } = await signInAt(sandbox);
    const onDeviceCode = ({ userCode }: { userCode: string }) =>
      void control(sandbox, 'POST', `device-codes/${userCode}`, { userPrincipalName: user, decision: 'decline' });
    await refused('access_refused', newPartnerAccessToken({ ...asUser, device: true, ...options, onDeviceCode }));
  });

  test('a device code nobody enters ends by its time', async () => {
    await using sandbox = await startSandbox();
    const { options } = await signInAt(sandbox);
    let waited = 0;
    const sleep = async (seconds: number) => {
      waited += seconds;
    };
    await refused(
      'timed_out',
      newPartnerAccessToken({ ...asUser, device: true, ...options, onDeviceCode: () => {}, sleep }),
    );
    assert.equal(waited, 900);
  });

  test('a device code and nobody to show it to', async () => {
    await using sandbox = await startSandbox();
    const { options } = await signInAt(sandbox);
    await refused(
      'invalid_parameters',
      newPartnerAccessToken({ ...asUser, device: true, ...options, onDeviceCode: undefined }),
    );
  });

  test('a browser that cannot be started ends nothing: the time limit or the signal does', async () => {
    await using sandbox = await startSandbox();
    const { options } = await signInAt(sandbox);
    const signal = AbortSignal.timeout(200);
    await refused(
      'aborted',
      newPartnerAccessToken({ ...asUser, useAuthorizationCode: true, ...options, openBrowser: () => {}, signal }),
    );
  });
});
