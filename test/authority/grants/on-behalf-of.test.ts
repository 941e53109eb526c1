import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSeconds } from '../../../src/base/clock.ts';
import { encodeSegment } from '../../../src/jwt/index.ts';
import { testKeys } from '../fixture.ts';
import {
  app,
  at,
  claimsOf,
  fabrikam,
  type GrantsAuthority,
  grantsAuthority,
  graph,
  johnId,
  middleTier,
  middleTierV2,
  type Parameters,
  partner,
  publicApp,
  redemption,
  refreshing,
  summary,
  tenant,
  v1,
  v2,
  without,
} from './fixture.ts';

const entra = await grantsAuthority();

/** What the middle tier was called with: a user's token for it, from a sign-in with a second factor. */
async function received(authority: GrantsAuthority, scope = 'api://middle/access_as_user'): Promise<string> {
  const code = await authority.addCode({ asked: { scope } });
  return String((await authority.token(v2, redemption(code))).access_token);
}

const onBehalf = (assertion: string, changes: Parameters = {}): Parameters => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  ...middleTier,
  assertion,
  scope: `${graph}/User.Read`,
  ...changes,
});

const tiers = [
  ['v1 tokens', middleTier, ['api://middle/access_as_user', `${middleTier.client_id}/.default`]],
  ['v2 tokens', middleTierV2, ['api://middle2/access_as_user', `${middleTierV2.client_id}/.default`]],
] as const;
for (const [name, client, scopes] of tiers) {
  for (const scope of scopes) {
    test(`an API that takes ${name}, asked for as ${scope}: amr is handed on`, async () => {
      const assertion = await received(entra, scope);
      const answer = await entra.token(v2, onBehalf(assertion, client));
      assert.deepEqual(Object.keys(answer), ['token_type', 'scope', 'expires_in', 'ext_expires_in', 'access_token']);
      const { aud, appid, scp, amr, oid, upn } = claimsOf(answer.access_token);
      assert.deepEqual(
        { aud, appid, scp, amr, oid, upn },
        {
          aud: graph,
          appid: client.client_id,
          scp: 'User.Read',
          amr: ['pwd', 'mfa'],
          oid: claimsOf(assertion).oid,
          upn: 'john.doe@contoso.com',
        },
      );
    });
  }
}

test('a refresh token with offline_access alone, for the middle tier and with the same sign-in', async () => {
  const assertion = await received(entra);
  const answer = await entra.token(v2, onBehalf(assertion, { scope: `${graph}/.default openid offline_access` }));
  assert.equal(typeof answer.id_token, 'string');
  const renewed = await entra.token(v2, refreshing(answer.refresh_token, middleTier));
  assert.deepEqual(claimsOf(renewed.access_token).amr, ['pwd', 'mfa']);
  assert.deepEqual(summary(await entra.ask(v2, refreshing(answer.refresh_token))), [400, 'invalid_grant', 700007]);
});

test('v1: by resource, numbers as text, a refresh token as its document prints it', async () => {
  const assertion = await received(entra);
  const answer = await entra.token(v1, onBehalf(assertion, { resource: graph, scope: 'openid' }));
  for (const value of Object.values(answer)) assert.equal(typeof value, 'string');
  assert.deepEqual([answer.resource, typeof answer.refresh_token, typeof answer.id_token], [graph, 'string', 'string']);
});

test('an alias is the tenant of the assertion', async () => {
  const answer = await entra.token(at('organizations'), onBehalf(await received(entra)));
  assert.equal(claimsOf(answer.access_token).tid, tenant);
});

for (const [name, client, [scope]] of tiers) {
  test(`in a customer’s tenant a partner’s user stays who they are: ${name}`, async () => {
    const code = await entra.addCode({ tenantId: fabrikam, tenantPath: fabrikam, asked: { scope } });
    const { access_token: assertion } = await entra.token(at(fabrikam), redemption(code));
    const answer = await entra.token(at(fabrikam), onBehalf(String(assertion), client));
    const { tid, oid, idp } = claimsOf(answer.access_token);
    assert.deepEqual({ tid, oid, idp }, { tid: fabrikam, oid: johnId, idp: `https://localhost:8443/${tenant}/` });
  });
}

/** The assertion with other claims, signed with the authority's key or another's. */
async function forged(
  authority: GrantsAuthority,
  changes: Readonly<Record<string, unknown>>,
  keys = authority.context.keys,
): Promise<string> {
  const claims = { ...claimsOf(await received(authority)), ...changes };
  const { kid } = authority.context.keys.current();
  return keys.current().sign(claims, { kid, x5t: kid });
}

const cut = (token: string) => token.slice(0, -8);
const unsigned = (token: string) => `${encodeSegment({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`;
const invalidGrant = (code: number) => [400, 'invalid_grant', code];

const assertions: readonly (readonly [string, (authority: GrantsAuthority) => Promise<string>, readonly unknown[]])[] =
  [
    ['no token', async () => 'x', invalidGrant(50013)],
    ['a token cut short', async (authority) => cut(await received(authority)), invalidGrant(50013)],
    ['a token without a signature', async (authority) => unsigned(await received(authority)), invalidGrant(50013)],
    ['a token signed by another', async (authority) => forged(authority, {}, await testKeys()), invalidGrant(50013)],
    [
      'a token of another issuer',
      (authority) => forged(authority, { iss: 'https://sts.windows.net/x/' }),
      invalidGrant(50013),
    ],
    [
      'a token of another tenant',
      (authority) => forged(authority, { tid: fabrikam, iss: `https://localhost:8443/${fabrikam}/` }),
      invalidGrant(50013),
    ],
    ['an expired token', (authority) => forged(authority, { exp: 1_795_251_567 - 300 }), invalidGrant(500133)],
    ['a token of tomorrow', (authority) => forged(authority, { nbf: 1_795_251_567 + 86_400 }), invalidGrant(500133)],
    [
      'a token for another API',
      (authority) => received(authority, `${partner}/user_impersonation`),
      invalidGrant(500131),
    ],
    [
      'a token for the other middle tier',
      (authority) => received(authority, 'api://middle2/.default'),
      invalidGrant(500131),
    ],
    [
      'an ID token',
      async (authority) => {
        const code = await authority.addCode({ asked: { scope: `${partner}/.default openid` } });
        return String((await authority.token(v2, redemption(code))).id_token);
      },
      invalidGrant(240002),
    ],
    [
      'an app-only token',
      async (authority) => {
        const asked = { grant_type: 'client_credentials', ...app, scope: 'api://middle/.default' };
        return String((await authority.token(v2, asked)).access_token);
      },
      [400, 'unauthorized_client', 7000114],
    ],
    ['a token of a user nobody knows', (authority) => forged(authority, { oid: fabrikam }), invalidGrant(50034)],
  ];
for (const [name, make, expected] of assertions) {
  for (const path of [v2, v1]) {
    test(`${name} at ${path === v1 ? 'v1' : 'v2'}: ${expected[2]} ${expected[1]}`, async () => {
      const parameters = onBehalf(await make(entra), path === v1 ? { resource: graph, scope: 'openid' } : {});
      assert.deepEqual(summary(await entra.ask(path, parameters)), expected);
    });
  }
}

const requests: readonly (readonly [string, Parameters, readonly string[], readonly unknown[]])[] = [
  ['no assertion', {}, ['assertion'], [400, 'invalid_request', 900144]],
  ['no requested_token_use', {}, ['requested_token_use'], [400, 'invalid_request', 900144]],
  ['another use', { requested_token_use: 'x' }, [], [400, 'invalid_request', 90023]],
  ['no scope', {}, ['scope'], [400, 'invalid_request', 900144]],
  ['no secret', {}, ['client_secret'], [401, 'invalid_client', 7000218]],
  ['a wrong secret', { client_secret: 'wrong' }, [], [401, 'invalid_client', 7000215]],
  ['a public client', publicApp, ['client_secret'], [400, 'unauthorized_client', 70001]],
  ['what nobody consented to', { scope: `${partner}/.default` }, [], [400, 'invalid_resource', 650057]],
  ['a permission nobody consented to', { scope: `${graph}/Directory.Read.All` }, [], invalidGrant(65001)],
];
for (const [name, changes, leaveOut, expected] of requests) {
  test(`${name}: ${expected[2]} ${expected[1]}`, async () => {
    const parameters = without(onBehalf(await received(entra), changes), ...leaveOut);
    assert.deepEqual(summary(await entra.ask(v2, parameters)), expected);
  });
}

test('65001 says that consent is missing, as MSAL reads it', async () => {
  const refused = await entra.ask(v2, onBehalf(await received(entra), { scope: `${graph}/Directory.Read.All` }));
  assert.equal(refused.answer.suberror, 'consent_required');
});

test('an application that allows public client flows acts on behalf of nobody without its secret', async () => {
  const parameters = onBehalf(await received(entra, 'api://middle2/access_as_user'), middleTierV2);
  const refused = await entra.ask(v2, without(parameters, 'client_secret'));
  assert.deepEqual(summary(refused), [401, 'invalid_client', 7000218]);
  await entra.token(v2, parameters);
});

for (const scope of ['api://middle/access_as_user', 'api://middle2/access_as_user']) {
  test(`a sign-in that was revoked since is not handed on: ${scope}`, async () => {
    const authority = await grantsAuthority();
    const client = scope.includes('middle2') ? middleTierV2 : middleTier;
    const assertion = await received(authority, scope);
    await authority.changeUser({ signInSessionsValidFrom: authority.clock.now() });
    await authority.token(v2, onBehalf(assertion, client));
    await authority.changeUser({ signInSessionsValidFrom: addSeconds(authority.clock.now(), 0.001) });
    assert.deepEqual(summary(await authority.ask(v2, onBehalf(assertion, client))), invalidGrant(50173));
  });
}

test('a token made without the authority’s record of the sign-in: its own claims count', async () => {
  const answer = await entra.token(v2, onBehalf(await forged(entra, { aio: 'x', amr: ['pwd'] })));
  assert.deepEqual(claimsOf(answer.access_token).amr, ['pwd']);
});
