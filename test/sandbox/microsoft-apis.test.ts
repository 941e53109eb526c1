import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { directoryOf } from '../../src/domain/index.ts';
import { fetchOf } from '../../src/http/message.ts';
import { type ApiBearer, createAzureManagement, createGraph, sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';

/** Azure Resource Manager and Microsoft Graph, as far as sign-in needs them. */
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const john = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const arm = 'https://management.azure.com';
const graph = 'https://graph.microsoft.com';

const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const data = await sandboxData(cheap, fixedSeed());

const bearer = (changes: Partial<ApiBearer>): ApiBearer => ({
  tenantId: tenant,
  audience: graph,
  applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  methods: [],
  userId: undefined,
  subject: 'somebody',
  permissions: [],
  ...changes,
});

/** Tokens by name: what the verifier would have found. */
const bearers: ReadonlyMap<string, ApiBearer> = new Map([
  ['arm', bearer({ audience: arm })],
  ['arm-with-slash', bearer({ audience: 'https://management.core.windows.net/' })],
  ['arm-of-fabrikam', bearer({ audience: arm, tenantId: fabrikam })],
  ['user', bearer({ userId: john, permissions: ['openid', 'User.Read'] })],
  ['user-who-only-signed-in', bearer({ userId: john, permissions: ['openid'] })],
  ['user-without-openid', bearer({ userId: john, permissions: ['User.Read'] })],
  ['user-who-is-gone', bearer({ userId: '99999999-0000-0000-0000-00000000dead', permissions: ['User.Read'] })],
  ['application', bearer({ permissions: ['Directory.Read.All'] })],
  ['application-without-role', bearer({})],
]);

const clock = settableClock(new Date('2026-11-21T09:00:00.500Z'));
const directory = directoryOf(data.directory);
const context = { verifyBearer: async (token: string) => bearers.get(token), directory, random: systemRandom, clock };
const answers = {
  [arm]: fetchOf(createAzureManagement(context).handler),
  [graph]: fetchOf(createGraph(context).handler),
};

async function ask(host: typeof arm | typeof graph, path: string, init: { token?: string; method?: string } = {}) {
  const { token, method = 'GET' } = init;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await answers[host]?.(`${host}${path}`, { method, headers });
  const body = (await response?.json()) as { value: Record<string, unknown>[]; error: Record<string, unknown> };
  return { status: response?.status, headers: response?.headers, body };
}

describe('Azure Resource Manager', () => {
  test('one subscription in the tenant of the token, the same every time', async () => {
    const { status, body } = await ask(arm, '/subscriptions?api-version=2019-11-01', { token: 'arm' });
    const [subscription] = body.value;
    const { subscriptionId, tenantId, displayName, state } = subscription ?? {};
    assert.deepEqual(
      [status, body.value.length, tenantId, displayName, state],
      [200, 1, tenant, 'Contoso (sandbox)', 'Enabled'],
    );
    assert.equal(subscription?.id, `/subscriptions/${subscriptionId}`);
    const again = await ask(arm, '/subscriptions?api-version=2022-12-01', { token: 'arm-with-slash' });
    assert.deepEqual(again.body, body);
    const elsewhere = await ask(arm, '/subscriptions?api-version=2022-12-01', { token: 'arm-of-fabrikam' });
    assert.deepEqual(
      [elsewhere.body.value[0]?.tenantId, elsewhere.body.value[0]?.subscriptionId === subscriptionId],
      [fabrikam, false],
    );
  });

  test('the tenant of the token', async () => {
    const { status, body } = await ask(arm, '/tenants?api-version=2019-11-01', { token: 'arm' });
    const { id, tenantId, displayName, defaultDomain } = body.value[0] ?? {};
    assert.deepEqual(
      [status, body.value.length, id, tenantId, displayName, defaultDomain],
      [200, 1, `/tenants/${tenant}`, tenant, 'Contoso', 'contoso.com'],
    );
  });

  const refused = [
    ['no token', '/subscriptions?api-version=1', {}, 401, 'AuthenticationFailed'],
    ['a token not to be believed', '/tenants?api-version=1', { token: 'x' }, 401, 'InvalidAuthenticationToken'],
    ['a Graph token', '/subscriptions?api-version=1', { token: 'user' }, 401, 'InvalidAuthenticationTokenAudience'],
    ['no version', '/subscriptions', { token: 'arm' }, 400, 'MissingApiVersionParameter'],
    ['POST', '/subscriptions?api-version=1', { token: 'arm', method: 'POST' }, 405, 'MethodNotAllowed'],
    ['another path', '/providers?api-version=1', { token: 'arm' }, 404, 'NotFound'],
  ] as const;
  for (const [name, path, init, status, code] of refused) {
    test(`${name}: ${status} ${code}`, async () => {
      const answer = await ask(arm, path, init);
      assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
      assert.equal(answer.headers?.has('www-authenticate'), status === 401);
    });
  }
});

describe('Microsoft Graph', () => {
  test('who has signed in', async () => {
    const { status, body } = await ask(graph, '/v1.0/me', { token: 'user' });
    assert.deepEqual(
      [status, body],
      [
        200,
        {
          '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
          businessPhones: [],
          displayName: 'John Doe',
          givenName: 'John',
          jobTitle: null,
          mail: 'john.doe@contoso.com',
          mobilePhone: null,
          officeLocation: null,
          preferredLanguage: null,
          surname: 'Doe',
          userPrincipalName: 'john.doe@contoso.com',
          id: john,
        },
      ],
    );
  });

  for (const token of ['user', 'application']) {
    test(`the organization, for the ${token}`, async () => {
      const { status, body } = await ask(graph, '/v1.0/organization', { token });
      const { id, displayName, verifiedDomains } = body.value[0] ?? {};
      assert.deepEqual([status, body.value.length, id, displayName], [200, 1, tenant, 'Contoso']);
      assert.deepEqual(verifiedDomains, [
        { name: 'contoso.com', type: 'Managed', isDefault: true, isInitial: false },
        { name: 'contoso.onmicrosoft.com', type: 'Managed', isDefault: false, isInitial: true },
      ]);
    });
  }

  test('the claims of the user, under the subject of the token', async () => {
    const { status, body } = await ask(graph, '/oidc/userinfo', { token: 'user-who-only-signed-in' });
    assert.deepEqual(
      [status, body],
      [
        200,
        {
          sub: 'somebody',
          name: 'John Doe',
          family_name: 'Doe',
          given_name: 'John',
          email: 'john.doe@contoso.com',
        },
      ],
    );
  });

  const refused = [
    ['no token', '/v1.0/me', {}, 401, 'InvalidAuthenticationToken'],
    ['a token not to be believed', '/v1.0/me', { token: 'x' }, 401, 'InvalidAuthenticationToken'],
    ['a token for another resource', '/v1.0/me', { token: 'arm' }, 401, 'InvalidAuthenticationToken'],
    ['an application has no me', '/v1.0/me', { token: 'application' }, 400, 'BadRequest'],
    ['a user who is gone', '/v1.0/me', { token: 'user-who-is-gone' }, 400, 'BadRequest'],
    ['without User.Read', '/v1.0/me', { token: 'user-who-only-signed-in' }, 403, 'Authorization_RequestDenied'],
    ['without a role', '/v1.0/organization', { token: 'application-without-role' }, 403, 'Authorization_RequestDenied'],
    ['without openid', '/oidc/userinfo', { token: 'user-without-openid' }, 403, 'Authorization_RequestDenied'],
    ['POST', '/v1.0/me', { token: 'user', method: 'POST' }, 405, 'Request_BadRequest'],
    ['another path', '/v1.0/users', { token: 'user' }, 404, 'Request_ResourceNotFound'],
  ] as const;
  for (const [name, path, init, status, code] of refused) {
    test(`${name}: ${status} ${code}`, async () => {
      const { headers, body, ...answer } = await ask(graph, path, init);
      const { code: told, innerError } = body.error as { code: string; innerError: Record<string, string> };
      assert.deepEqual([answer.status, told, innerError.date], [status, code, '2026-11-21T09:00:00']);
      assert.equal(innerError['request-id'], headers?.get('request-id'));
      assert.equal(headers?.has('www-authenticate'), status === 401);
    });
  }
});
