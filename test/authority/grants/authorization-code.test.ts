import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url, sha256 } from '../../../src/base/bytes.ts';
import { addSeconds } from '../../../src/base/clock.ts';
import { type AuthorizationCode, entryKey } from '../../../src/domain/index.ts';
import {
  at,
  challenge,
  claimsOf,
  fabrikam,
  type GrantsAuthority,
  grantsAuthority,
  graph,
  johnId,
  type Mode,
  ofPage,
  onEveryStore,
  type Parameters,
  page,
  pageAndServer,
  partner,
  partnerCenter,
  publicApp,
  redemption,
  refreshing,
  summary,
  tally,
  tenant,
  v1,
  v2,
  verifier,
  without,
} from './fixture.ts';

const modes: readonly Mode[] = ['entra', 'strict'];
const authorities = { entra: await grantsAuthority('entra'), strict: await grantsAuthority('strict') };
const { entra } = authorities;

test('v2: the fields in their order, the tokens and what they carry', async () => {
  const code = await entra.addCode({ nonce: 'n-0S6' });
  const answer = await entra.token(v2, redemption(code, { client_info: '1' }));
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
  assert.equal(answer.scope, `openid profile ${partner}/user_impersonation`);
  const access = claimsOf(answer.access_token);
  assert.deepEqual(
    [access.aud, access.scp, access.amr, access.acr, access.idtyp, access.appidacr, access.nonce],
    [partner, 'user_impersonation', ['pwd', 'mfa'], '1', undefined, '1', undefined],
  );
  const { nonce, sid, auth_time: authTime, iat } = claimsOf(answer.id_token);
  assert.deepEqual(
    [nonce, sid, authTime, iat],
    ['n-0S6', '77777777-7777-4777-8777-777777777777', 1_795_251_567, 1_795_251_267],
  );
});

test('v1: by resource, every number as text, an ID token and a refresh token unasked', async () => {
  const code = await entra.addCode({ asked: { resource: partner } });
  const answer = await entra.token(v1, redemption(code));
  for (const value of Object.values(answer)) assert.equal(typeof value, 'string');
  assert.deepEqual([answer.resource, answer.scope], [partner, 'user_impersonation']);
  const { nonce, ver, amr } = claimsOf(answer.id_token);
  assert.deepEqual([nonce, ver, amr], [undefined, '1.0', ['pwd', 'mfa']]);
  assert.equal(typeof answer.refresh_token, 'string');
});

test('an ID token without a nonce when there was none (msal-node), and its name only with profile', async () => {
  const code = await entra.addCode({ asked: { scope: `${partner}/.default openid` } });
  const claims = claimsOf((await entra.token(v2, redemption(code))).id_token);
  assert.equal(Object.hasOwn(claims, 'nonce'), false);
  assert.equal(Object.hasOwn(claims, 'name'), false);
});

test('openid-client sends no scope: what was recorded counts, for the next refresh too', async () => {
  const code = await entra.addCode();
  const first = await entra.token(v2, redemption(code));
  const next = await entra.token(v2, refreshing(first.refresh_token));
  assert.deepEqual([next.scope, claimsOf(next.access_token).aud], [first.scope, partner]);
});

test('another resource may be named at the redemption; what OpenID Connect promised stays', async () => {
  const code = await entra.addCode();
  const answer = await entra.token(v2, redemption(code, { scope: `${graph}/User.Read` }));
  assert.deepEqual(
    [claimsOf(answer.access_token).aud, answer.scope, typeof answer.id_token, typeof answer.refresh_token],
    [graph, `openid profile ${graph}/User.Read`, 'string', 'string'],
  );
});

test('without offline_access there is no refresh token on v2', async () => {
  const code = await entra.addCode({ asked: { scope: `${partner}/user_impersonation openid` } });
  assert.equal(Object.hasOwn(await entra.token(v2, redemption(code)), 'refresh_token'), false);
});

test('a code of one version’s authorize endpoint is understood by the other', async () => {
  const ofV1 = await entra.addCode({ asked: { resource: partner, scope: 'openid' } });
  assert.equal(claimsOf((await entra.token(v2, redemption(ofV1))).access_token).aud, partner);
  const ofV2 = await entra.addCode();
  assert.equal(claimsOf((await entra.token(v1, redemption(ofV2))).access_token).aud, partner);
});

interface Case {
  readonly name: string;
  readonly code?: Partial<AuthorizationCode>;
  readonly change?: Parameters;
  readonly leaveOut?: readonly string[];
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly modes?: readonly Mode[];
  readonly expected: readonly [status: number, error: string, code: number];
}

const strict = ['strict'] as const;
const noChallenge = { codeChallenge: undefined } as unknown as Partial<AuthorizationCode>;
const plain = { value: verifier, method: 'plain' } as const;
const invalidGrant = (code: number) => [400, 'invalid_grant', code] as const;
const invalidRequest = (code: number) => [400, 'invalid_request', code] as const;

/** After each of these the code is still its owner's: nothing refused has used it up. */
const cases: readonly Case[] = [
  { name: 'no code', leaveOut: ['code'], expected: invalidRequest(900144) },
  { name: 'an empty code', change: { code: '' }, expected: invalidRequest(900144) },
  { name: 'no redirect address', leaveOut: ['redirect_uri'], expected: invalidRequest(900144) },
  { name: 'a code that is none', change: { code: 'x' }, expected: invalidGrant(9002313) },
  { name: 'a code with a blank', change: { code: `${'a'.repeat(30)} b` }, expected: invalidGrant(9002313) },
  { name: 'an unknown code', change: { code: base64url(new Uint8Array(32)) }, expected: invalidGrant(70000) },
  {
    name: 'row 90: another client',
    change: publicApp,
    leaveOut: ['client_secret'],
    expected: invalidGrant(700007),
  },
  {
    name: 'row 90: another redirect address',
    change: { redirect_uri: 'http://localhost:8401' },
    expected: [400, 'invalid_client', 500112],
  },
  {
    name: 'row 90: the redirect address with a slash',
    change: { redirect_uri: 'http://localhost:8400/' },
    expected: [400, 'invalid_client', 500112],
  },
  { name: 'row 90: an alias', path: at('common'), expected: invalidGrant(700005) },
  { name: 'row 90: another tenant', path: at(fabrikam), expected: invalidGrant(700005) },
  {
    name: 'row 90: an alias of a code of another alias',
    code: { tenantPath: 'organizations' },
    path: at('common'),
    expected: invalidGrant(700005),
  },
  {
    name: 'row 90: the tenant itself of a code of an alias',
    code: { tenantPath: 'organizations' },
    expected: invalidGrant(700005),
  },
  { name: 'row 92: no verifier', leaveOut: ['code_verifier'], expected: invalidRequest(900144) },
  { name: 'row 92: an empty verifier', change: { code_verifier: '' }, expected: invalidRequest(900144) },
  {
    name: 'row 92: a wrong verifier',
    change: { code_verifier: `${verifier.slice(0, -1)}l` },
    expected: invalidGrant(501481),
  },
  { name: 'row 92: the challenge itself', change: { code_verifier: challenge.value }, expected: invalidGrant(501481) },
  { name: 'row 92: 42 characters', change: { code_verifier: 'a'.repeat(42) }, expected: invalidGrant(501491) },
  { name: 'row 92: 129 characters', change: { code_verifier: 'a'.repeat(129) }, expected: invalidGrant(501491) },
  {
    name: 'row 92: characters no verifier has, though the challenge fits them',
    code: { codeChallenge: { value: base64url(sha256(`${verifier}+`)), method: 'S256' } },
    change: { code_verifier: `${verifier}+` },
    expected: invalidGrant(501481),
  },
  {
    name: 'row 92: a verifier where the challenge was removed',
    code: noChallenge,
    expected: invalidGrant(50147),
  },
  {
    name: 'row 92: a wrong plain verifier',
    code: { codeChallenge: plain },
    change: { code_verifier: 'a'.repeat(43) },
    modes: ['entra'],
    expected: invalidGrant(501481),
  },
  { name: 'row 92: plain', code: { codeChallenge: plain }, modes: strict, expected: invalidGrant(50147) },
  {
    name: 'row 92: a public client without a challenge',
    code: { ...noChallenge, appId: publicApp.client_id },
    change: publicApp,
    leaveOut: ['client_secret', 'code_verifier'],
    modes: strict,
    expected: invalidRequest(9002325),
  },
  {
    name: 'another resource on v1 than the code was asked for',
    code: { asked: { resource: partner } },
    change: { resource: graph },
    path: v1,
    expected: invalidRequest(90023),
    modes: ['entra'],
  },
  {
    name: 'wider than the sign-in',
    change: { scope: `${graph}/User.Read` },
    modes: strict,
    expected: [400, 'invalid_scope', 70011],
  },
  {
    name: 'consent missing',
    change: { scope: 'api://middle/other' },
    modes: ['entra'],
    expected: [400, 'invalid_client', 650053],
  },
];

for (const { name, code = {}, change = {}, leaveOut = [], path = v2, headers, expected, ...rest } of cases) {
  for (const mode of rest.modes ?? modes) {
    test(`${name}, ${mode}: ${expected[2]} ${expected[1]}, and the code is still good`, async () => {
      const authority = authorities[mode];
      const issued = await authority.addCode(code);
      const right = redemption(issued);
      const refused = await authority.ask(path, without({ ...right, ...change }, ...leaveOut), headers);
      assert.deepEqual(summary(refused), expected);
      const kept = await authority.entries.find('authorizationCode', entryKey(issued));
      assert.ok(kept && kept.redeemedAt === undefined);
      if (Object.keys(code).length === 0) await authority.token(v2, right);
    });
  }
}

const accepted: readonly (readonly [name: string, modes: readonly Mode[], Partial<AuthorizationCode>, Parameters])[] = [
  ['43 characters', modes, {}, {}],
  [
    '128 characters',
    ['entra'],
    { codeChallenge: { value: 'a'.repeat(128), method: 'plain' } },
    { code_verifier: 'a'.repeat(128) },
  ],
  ['plain', ['entra'], { codeChallenge: plain }, {}],
];
for (const [name, where, code, change] of accepted) {
  for (const mode of where) {
    test(`row 92: a verifier is taken: ${name}, ${mode}`, async () => {
      await authorities[mode].token(v2, redemption(await authorities[mode].addCode(code), change));
    });
  }
}

for (const [index] of [...'abcdefghijklm'].entries()) {
  test(`row 90: a code edited at ${index * 3} is unknown, and the original still good`, async () => {
    const code = await entra.addCode();
    const edited = `${code.slice(0, index * 3)}${code[index * 3] === 'A' ? 'B' : 'A'}${code.slice(index * 3 + 1)}`;
    assert.deepEqual(summary(await entra.ask(v2, redemption(edited))), invalidGrant(70000));
    await entra.token(v2, redemption(code));
  });
}

test('row 90: a refresh token or a device code offered as a code is unknown', async () => {
  const { refresh_token: refreshToken } = await entra.token(v2, redemption(await entra.addCode()));
  assert.deepEqual(summary(await entra.ask(v2, redemption(String(refreshToken)))), invalidGrant(70000));
});

for (const mode of modes) {
  test(`row 91: good for ten minutes and not a second more, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const [early, late] = [await authority.addCode(), await authority.addCode()];
    authority.clock.advance(599);
    await authority.token(v2, redemption(early));
    authority.clock.advance(2);
    assert.deepEqual(summary(await authority.ask(v2, redemption(late))), invalidGrant(70008));
  });

  for (const seconds of [0, 30, 900]) {
    test(`row 89: a second use after ${seconds} s is refused and ends the first one’s refresh token, ${mode}`, async () => {
      const authority = await grantsAuthority(mode);
      const code = await authority.addCode();
      const first = await authority.token(v2, redemption(code));
      const refreshed = await authority.token(v2, refreshing(first.refresh_token));
      authority.clock.advance(seconds);
      assert.deepEqual(summary(await authority.ask(v2, redemption(code))), invalidGrant(54005));
      for (const dead of [refreshed, first]) {
        const after = await authority.ask(v2, refreshing(dead.refresh_token));
        assert.deepEqual(summary(after), invalidGrant(50173));
      }
    });
  }

  onEveryStore(`row 89: of 100 parallel uses of one code exactly one succeeds, ${mode}`, async (open) => {
    const authority = await grantsAuthority(mode, await open());
    const code = await authority.addCode();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => authority.ask(v2, redemption(code))));
    assert.deepEqual(tally(outcomes), { 200: 1, '400 54005': 99 });
    const first = outcomes.find(({ status }) => status === 200)?.answer.refresh_token;
    assert.deepEqual(summary(await authority.ask(v2, refreshing(first))), invalidGrant(50173));
    assert.equal((await authority.entries.list('refreshFamily', johnId)).length, 1);
    assert.equal((await authority.entries.list('refreshToken')).length, 1);
  });
}

test('a wrong verifier after the use revokes nothing: only who could have used it may', async () => {
  const code = await entra.addCode();
  const first = await entra.token(v2, redemption(code));
  const replayed = await entra.ask(v2, redemption(code, { code_verifier: 'a'.repeat(43) }));
  assert.deepEqual(summary(replayed), invalidGrant(501481));
  await entra.token(v2, refreshing(first.refresh_token));
});

const origin = 'https://page.example';
const pageRedemption = (code: string, changes: Parameters = {}) =>
  without(redemption(code, { ...page, redirect_uri: `${origin}/`, ...changes }), 'client_secret');

const fromPages: readonly Case[] = [
  { name: 'no Origin', expected: invalidRequest(9002327) },
  {
    name: 'an origin that is not registered',
    headers: { origin: 'https://evil.example' },
    expected: invalidRequest(9002326),
  },
  { name: 'an opaque origin', headers: { origin: 'null' }, expected: invalidRequest(9002326) },
  {
    name: 'another application’s origin',
    headers: { origin: 'https://other.example' },
    expected: invalidRequest(9002326),
  },
  { name: 'the origin with a slash', headers: { origin: `${origin}/` }, expected: invalidRequest(9002326) },
];
for (const { name, headers, expected } of fromPages) {
  test(`row 127: a single-page code with ${name}: ${expected[2]}, and no page may read it`, async () => {
    const code = await entra.addCode(ofPage(page, origin));
    const refused = await entra.ask(v2, pageRedemption(code), headers);
    assert.deepEqual(summary(refused), expected);
    assert.equal(refused.headers.get('access-control-allow-origin'), null);
    const answer = await entra.ask(v2, pageRedemption(code), { origin });
    assert.equal(answer.status, 200);
  });
}

test('row 127: a page of the application redeems without a secret and may read the answer, without cookies', async () => {
  for (const client of [page, pageAndServer]) {
    const own = client === page ? origin : 'https://other.example';
    const code = await entra.addCode(ofPage(client, own));
    const answer = await entra.ask(v2, pageRedemption(code, { ...client, redirect_uri: `${own}/` }), { origin: own });
    assert.equal(answer.status, 200);
    assert.deepEqual(
      ['access-control-allow-origin', 'vary', 'access-control-allow-credentials'].map((name) =>
        answer.headers.get(name),
      ),
      [own, 'Origin', null],
    );
  }
});

test('row 127: a page may read why it was refused', async () => {
  const refused = await entra.ask(v2, pageRedemption('x'), { origin });
  assert.deepEqual([refused.code, refused.headers.get('access-control-allow-origin')], [9002313, origin]);
});

test('row 127: a code that came back to a program is not redeemed by a page', async () => {
  const refused = await entra.ask(v2, redemption(await entra.addCode()), { origin });
  assert.deepEqual(summary(refused), invalidRequest(9002326));
  assert.equal(refused.headers.get('access-control-allow-origin'), null);
});

test('row 92: a single-page application without a challenge is refused in both modes', async () => {
  for (const mode of modes) {
    const code = await authorities[mode].addCode({ ...ofPage(page, origin), ...noChallenge });
    const refused = await authorities[mode].ask(v2, without(pageRedemption(code), 'code_verifier'), { origin });
    assert.deepEqual(summary(refused), invalidRequest(9002325));
  }
});

const preflight = (from: string, authority: GrantsAuthority = entra) =>
  authority.fetch(v2, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });

test('row 127: a preflight is answered for registered single-page origins alone', async () => {
  for (const [from, allowed] of [
    [origin, origin],
    ['http://localhost:4200', 'http://localhost:4200'],
    ['http://localhost:4201', null],
    ['https://localhost:3000', null],
    ['https://evil.example', null],
    ['null', null],
  ] as const) {
    const response = await preflight(from);
    const { headers } = response;
    assert.deepEqual(
      [headers.get('access-control-allow-origin'), headers.get('access-control-allow-methods')],
      [allowed, allowed && 'POST, OPTIONS'],
      from,
    );
    assert.equal(headers.get('access-control-allow-headers'), allowed && 'content-type');
    assert.equal(headers.get('access-control-allow-credentials'), null);
  }
});

test('a code is redeemed at its tenant by any of its names: its id, its domains, in any letter case', async () => {
  for (const [tenantPath, name] of [
    [tenant, 'contoso.com'],
    ['contoso.com', tenant],
    ['contoso.com', 'contoso.onmicrosoft.com'],
    ['contoso.com', 'Contoso.com'],
  ] as const) {
    await entra.token(at(name), redemption(await entra.addCode({ tenantPath })));
  }
});

test('a code issued to an alias is redeemed at it, in the user’s own tenant', async () => {
  const code = await entra.addCode({ tenantPath: 'organizations' });
  const answer = await entra.token(at('organizations'), redemption(code));
  assert.equal(claimsOf(answer.access_token).tid, tenant);
  const upper = await entra.addCode();
  await entra.token(at(tenant.toUpperCase()), redemption(upper));
});

test('a partner’s user in a customer’s tenant: the customer’s tokens, the partner’s user, the relationship’s roles', async () => {
  const code = await entra.addCode({
    tenantId: fabrikam,
    tenantPath: fabrikam,
    asked: { scope: `${partnerCenter}/.default openid` },
  });
  const answer = await entra.token(at(fabrikam), redemption(code, { client_info: '1' }));
  const { tid, oid, idp, wids } = claimsOf(answer.access_token);
  assert.deepEqual(
    { tid, oid, idp, wids },
    {
      tid: fabrikam,
      oid: johnId,
      idp: `https://localhost:8443/${tenant}/`,
      wids: ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b', '729827e3-9c14-49f7-bb1b-9608f156bbb8'],
    },
  );
  assert.deepEqual(JSON.parse(Buffer.from(String(answer.client_info), 'base64url').toString()), {
    uid: johnId,
    utid: tenant,
  });
});

test('xms_cc where the client declares cp1, and nothing else it declares', async () => {
  const declaring = (values: readonly string[]) => JSON.stringify({ access_token: { xms_cc: { values } } });
  for (const [claims, expected] of [
    [declaring(['cp1']), ['cp1']],
    [declaring(['cp1', 'x']), ['cp1']],
    [declaring(['x']), undefined],
    [JSON.stringify({ id_token: { login_hint: null } }), undefined],
  ] as const) {
    const answer = await entra.token(v2, redemption(await entra.addCode(), { claims }));
    assert.deepEqual(claimsOf(answer.access_token).xms_cc, expected);
  }
});

test('claims that cannot be read are refused before the code is used up', async () => {
  const code = await entra.addCode();
  assert.deepEqual(summary(await entra.ask(v2, redemption(code, { claims: '{' }))), invalidRequest(90023));
  await entra.token(v2, redemption(code));
});

test('a code of a sign-in that was revoked is worth nothing', async () => {
  const authority = await grantsAuthority();
  const code = await authority.addCode();
  await authority.changeUser({ signInSessionsValidFrom: addSeconds(authority.clock.now(), 1) });
  assert.deepEqual(summary(await authority.ask(v2, redemption(code))), invalidGrant(50173));
});
