import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenIdentifier } from '../../src/authority/token/claims.ts';
import { base64url } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { systemRandom } from '../../src/base/random.ts';
import { entriesIn } from '../../src/domain/index.ts';
import { parseCompactJws } from '../../src/jwt/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { assertSameWork } from '../support/same-work.ts';
import { assertWithin, secondsSince } from '../support/times.ts';
import { testAuthority } from './fixture.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const v2 = `/${tenant}/oauth2/v2.0/token`;
const v1 = `/${tenant}/oauth2/token`;
const client = { client_id: '00001111-aaaa-2222-bbbb-3333cccc4444', client_secret: 'TestClientAppSecret23456' };
const appOnly = { grant_type: 'client_credentials', ...client, scope: 'https://graph.microsoft.com/.default' };
const john = {
  grant_type: 'password',
  ...client,
  username: 'john.doe@contoso.com',
  password: 'PCTestPassword@123',
  scope: 'https://api.partner.microsoft.com/.default',
};
const form = (parameters: Readonly<Record<string, string>>) => new URLSearchParams(parameters).toString();

type Authority = Awaited<ReturnType<typeof testAuthority>>;

async function outcome(authority: Authority, path: string, body: string, headers?: Record<string, string>) {
  const response = await authority.post(path, body, headers);
  const answer = (await response.json()) as JsonObject & { error_codes?: readonly number[] };
  return { status: response.status, error: answer.error, code: answer.error_codes?.[0], answer };
}

const authority = await testAuthority(`
applications:
  - appId: 20000000-0000-0000-0000-000000000003
    displayName: No password grant
    appOwnerOrganizationId: ${tenant}
    passwordCredentials: [{ secretText: s }]
  - appId: 20000000-0000-0000-0000-000000000007
    displayName: Rotating
    appOwnerOrganizationId: ${tenant}
    passwordCredentials:
      - { secretText: first, endDateTime: '2026-12-01T00:00:00Z' }
      - { secretText: second }
  - appId: 20000000-0000-0000-0000-000000000002
    displayName: Disabled
    appOwnerOrganizationId: ${tenant}
    passwordCredentials: [{ secretText: s }]
servicePrincipals:
  - { tenantId: ${tenant}, appId: 20000000-0000-0000-0000-000000000002, accountEnabled: false }
`);

for (const name of Object.keys(john)) {
  for (const [how, value] of [
    ['the same value', john[name as keyof typeof john]],
    ['another value', 'other'],
  ] as const) {
    test(`row 97: ${name} twice with ${how} is invalid_request`, async () => {
      const result = await outcome(authority, v2, `${form(john)}&${name}=${encodeURIComponent(value)}`);
      assert.deepEqual([result.status, result.error, result.code], [400, 'invalid_request', 9000411]);
    });
  }

  test(`row 97: ${name} in the address and in the body is invalid_request`, async () => {
    const result = await outcome(authority, `${v2}?${name}=x`, form(john));
    assert.deepEqual([result.status, result.error, result.code], [400, 'invalid_request', 9000411]);
  });

  test(`row 97: ${name} by bracket syntax is no ${name}`, async () => {
    const { [name as keyof typeof john]: value, ...others } = john;
    const result = await outcome(authority, v2, `${form(others)}&${name}[]=${encodeURIComponent(value)}`);
    assert.equal(result.status >= 400, true);
    assert.equal('access_token' in result.answer, false);
  });
}

test('row 97: what real clients put into the address does no harm', async () => {
  const query = 'client-request-id=aaaabbbb-0000-cccc-1111-dddd2222eeee&api-version=1.0';
  const result = await outcome(authority, `${v2}?${query}`, `${form(john)}&client-request-id=x`);
  assert.equal(result.status, 200);
});

/** What may happen to a user between the approval and the request; every grant with a user must notice. */
const fates = [
  ['disabled', 50057],
  ['deleted', 50126],
] as const;

for (const [fate, code] of fates) {
  for (const path of [v1, v2]) {
    test(`row 109: a ${fate} user gets no token by password at ${path}`, async () => {
      const { directory } = authority.context;
      const changed = await testAuthority(undefined, {
        directory: {
          ...directory,
          userByPrincipalName: async (...where) => {
            const user = await directory.userByPrincipalName(...where);
            return user && fate === 'disabled' ? { ...user, accountEnabled: false } : undefined;
          },
        },
      });
      const parameters = path === v1 ? { ...john, resource: 'https://api.partner.microsoft.com' } : john;
      const result = await outcome(changed, path, form(parameters));
      assert.deepEqual([result.status, result.error, result.code], [400, 'invalid_grant', code]);
    });
  }
}

test('row 110: an unknown user and a wrong password have the same answer', async () => {
  const shape = async (username: string) => {
    const response = await authority.post(v2, form({ ...john, username, password: 'wrong' }));
    const { trace_id: trace, correlation_id: correlation, ...answer } = (await response.json()) as JsonObject;
    const description = String(answer.error_description).replace(String(trace), '').replace(String(correlation), '');
    const headers = [...response.headers].filter(([name]) => name !== 'x-ms-request-id');
    return { status: response.status, headers, answer: { ...answer, error_description: description } };
  };
  assert.deepEqual(await shape('nobody@contoso.com'), await shape('john.doe@contoso.com'));
});

test('row 110: an unknown user and a wrong password take the same time', async () => {
  const store = memoryStore();
  const unlocked = await testAuthority(undefined, { entries: entriesIn(store.entries, authority.clock) });
  const signIn = (username: string) => async () => {
    const answer = await (await unlocked.post(v2, form({ ...john, username, password: 'wrong' }))).text();
    assert.ok(answer.includes('AADSTS50126'));
  };
  await assertSameWork(() => store.entries.clear(), signIn('john.doe@contoso.com'), signIn('nobody@contoso.com'));
});

const longPasswords = [
  [257, 50126],
  [60_000, 50126],
  [1_048_576, 90023],
] as const;
for (const [length, code] of longPasswords) {
  test(`row 111: a password of ${length} characters is refused, fast`, async () => {
    const started = performance.now();
    const result = await outcome(authority, v2, form({ ...john, password: 'x'.repeat(length) }));
    assert.deepEqual([result.status, result.code], [400, code]);
    assertWithin(0.5, secondsSince(started));
  });
}

test('row 114: an application without the password grant is unauthorized_client', async () => {
  const parameters = { ...john, client_id: '20000000-0000-0000-0000-000000000003', client_secret: 's' };
  const result = await outcome(authority, v2, form(parameters));
  assert.deepEqual([result.status, result.error], [400, 'unauthorized_client']);
});

const withMfa = [
  ['jane.roe@contoso.com', 'PCTestPassword@456'],
  ['admin@contoso.com', 'PCTestPassword@789'],
] as const;
for (const [username, password] of withMfa) {
  for (const alias of [tenant, 'contoso.com', 'organizations']) {
    test(`row 114: ${username} cannot pass MFA by the password grant at ${alias}`, async () => {
      const confidential = await outcome(
        authority,
        `/${alias}/oauth2/v2.0/token`,
        form({ ...john, username, password }),
      );
      assert.deepEqual([confidential.error, confidential.code], ['invalid_grant', 50076]);
      const publicClient = { ...john, client_id: '11112222-bbbb-3333-cccc-4444dddd5555', username, password };
      const { client_secret: _, ...withoutSecret } = publicClient;
      const result = await outcome(authority, `/${alias}/oauth2/v2.0/token`, form(withoutSecret));
      assert.deepEqual([result.error, result.code], ['invalid_grant', 50076]);
    });
  }
}

test('row 114: a wrong password does not tell that MFA is required', async () => {
  const result = await outcome(authority, v2, form({ ...john, username: 'jane.roe@contoso.com', password: 'wrong' }));
  assert.equal(result.code, 50126);
});

const rotating = { ...appOnly, client_id: '20000000-0000-0000-0000-000000000007' };
for (const secret of ['first', 'second']) {
  test(`row 115: two secrets are valid at once: ${secret}`, async () => {
    assert.equal((await outcome(authority, v2, form({ ...rotating, client_secret: secret }))).status, 200);
  });
}

test('row 115: a secret expires while the other stays', async () => {
  const later = await testAuthority(undefined, { directory: authority.context.directory });
  later.clock.set(new Date('2026-12-01T00:00:00Z'));
  const first = await outcome(later, v2, form({ ...rotating, client_secret: 'first' }));
  assert.deepEqual([first.status, first.error, first.code], [401, 'invalid_client', 7000222]);
  assert.equal((await outcome(later, v2, form({ ...rotating, client_secret: 'second' }))).status, 200);
});

const badHeaders: readonly (readonly [name: string, authorization: string])[] = [
  ['malformed base64', 'Basic %%%'],
  ['base64 with a blank inside', 'Basic YWJj ZGVm'],
  ['base64 without its padding', `Basic ${Buffer.from('id:se').toString('base64').replace(/=+$/, '')}`],
  ['no colon', `Basic ${Buffer.from('onlyanid').toString('base64')}`],
  ['bad percent-encoding', `Basic ${Buffer.from('%zz:%').toString('base64')}`],
  ['another secret', `Basic ${Buffer.from(`${client.client_id}:wrong`).toString('base64')}`],
];
for (const [name, authorization] of badHeaders) {
  test(`row 115: Basic with ${name} is 400 or 401`, async () => {
    const { client_secret: _, ...withoutSecret } = appOnly;
    const result = await outcome(authority, v2, form(withoutSecret), { authorization });
    assert.ok(result.status === 400 || result.status === 401);
    assert.ok(result.error === 'invalid_request' || result.error === 'invalid_client');
  });
}

test('row 115: Basic and body together are refused, though both are right', async () => {
  const authorization = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`;
  const result = await outcome(authority, v2, form(appOnly), { authorization });
  assert.deepEqual([result.status, result.error], [400, 'invalid_request']);
});

test('row 123: no refresh token, no ID token and no user claims by client credentials', async () => {
  const { answer } = await outcome(authority, v2, form({ ...appOnly, client_info: '1' }));
  assert.deepEqual(Object.keys(answer), ['token_type', 'expires_in', 'ext_expires_in', 'access_token']);
  const claims = parseCompactJws(String(answer.access_token))?.claims ?? {};
  for (const name of ['upn', 'unique_name', 'preferred_username', 'name', 'scp', 'amr', 'given_name', 'family_name']) {
    assert.equal(Object.hasOwn(claims, name), false, name);
  }
});

for (const more of ['offline_access', 'openid', 'https://graph.microsoft.com/User.Read']) {
  test(`row 123: ${more} beside .default is invalid_scope`, async () => {
    const result = await outcome(authority, v2, form({ ...appOnly, scope: `${appOnly.scope} ${more}` }));
    assert.deepEqual([result.status, result.error, result.code], [400, 'invalid_scope', 70011]);
  });
}

test('row 123: a disabled application is unauthorized_client', async () => {
  const disabled = { ...appOnly, client_id: '20000000-0000-0000-0000-000000000002', client_secret: 's' };
  const result = await outcome(authority, v2, form(disabled));
  assert.deepEqual([result.status, result.error, result.code], [400, 'unauthorized_client', 7000112]);
});

test('row 126: a million token ids differ and share no prefix', () => {
  const context = { random: systemRandom };
  const seen = new Set<string>();
  const first = new Set<string>();
  for (let count = 0; count < 1_000_000; count++) {
    const identifier = tokenIdentifier(context);
    seen.add(identifier);
    first.add(identifier.slice(0, 2));
  }
  assert.equal(seen.size, 1_000_000);
  assert.equal(first.size, 64 * 64);
});

test('row 126: every unguessable value comes from the context’s generator, 128 bits and more', async () => {
  const sizes: number[] = [];
  const stubbed = await testAuthority(undefined, {
    random: {
      bytes: (size) => {
        sizes.push(size);
        return new Uint8Array(size).fill(sizes.length);
      },
      guid: () => '77777777-7777-4777-8777-777777777777',
    },
  });
  const response = await stubbed.post(v2, form(appOnly));
  const claims = parseCompactJws(String(((await response.json()) as JsonObject).access_token))?.claims;
  assert.equal(response.headers.get('x-ms-request-id'), '77777777-7777-4777-8777-777777777777');
  assert.equal(claims?.aio, base64url(new Uint8Array(48).fill(1)));
  assert.equal(claims?.uti, base64url(new Uint8Array(16).fill(3)));
  assert.ok(sizes.every((size) => size >= 16));
});
