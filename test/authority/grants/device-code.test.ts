import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalUserCode, type DeviceGrant, entryKey } from '../../../src/domain/index.ts';
import {
  app,
  at,
  claimsOf,
  fabrikam,
  type GrantsAuthority,
  grantsAuthority,
  graph,
  type Mode,
  onEveryStore,
  type Parameters,
  page,
  partner,
  partnerCenter,
  publicApp,
  refreshing,
  summary,
  tally,
  tenant,
  v1,
  v2,
  without,
} from './fixture.ts';

const modes: readonly Mode[] = ['entra', 'strict'];
const urn = 'urn:ietf:params:oauth:grant-type:device_code';
const scope = `${partner}/user_impersonation openid profile offline_access`;
const devicePath = (name: string, version: 'v1' | 'v2' = 'v2') =>
  `/${name}/oauth2/${version === 'v2' ? 'v2.0/' : ''}devicecode`;

interface Started {
  readonly deviceCode: string;
  readonly userCode: string;
}

async function begun(authority: GrantsAuthority, name = tenant, parameters: Parameters = {}): Promise<Started> {
  const answer = await authority.token(devicePath(name), { ...publicApp, scope, ...parameters });
  return { deviceCode: String(answer.device_code), userCode: String(answer.user_code) };
}

/** As the page does it: by the user code. */
async function answered(authority: GrantsAuthority, { userCode }: Started, changes: Partial<DeviceGrant> = {}) {
  const found = await authority.entries.find('userCode', entryKey(canonicalUserCode(userCode)));
  assert.ok(found);
  await authority.entries.change('deviceGrant', found.deviceGrantKey, (grant) => ({
    ...grant,
    state: 'approved',
    signIn: authority.signIn(),
    ...changes,
  }));
}

const polling = ({ deviceCode }: Started, changes: Parameters = {}): Parameters => ({
  grant_type: urn,
  ...publicApp,
  device_code: deviceCode,
  ...changes,
});

const pending = [400, 'authorization_pending', 70016];
const entra = await grantsAuthority();

test('v2: the fields in their order, numbers as numbers, Entra’s sentence', async () => {
  const answer = await entra.token(devicePath(tenant), { ...publicApp, scope });
  const { user_code: userCode, device_code: deviceCode, ...rest } = answer;
  assert.deepEqual(Object.keys(answer), [
    'user_code',
    'device_code',
    'verification_uri',
    'expires_in',
    'interval',
    'message',
  ]);
  assert.match(String(userCode), /^[BCDFGHJKLMNPQRSTVWXZ]{9}$/);
  assert.match(String(deviceCode), /^[0-9a-f]{12}[\w-]{43}$/);
  assert.deepEqual(rest, {
    verification_uri: 'https://localhost:8443/devicelogin',
    expires_in: 900,
    interval: 5,
    message: `To sign in, use a web browser to open the page https://localhost:8443/devicelogin and enter the code ${userCode} to authenticate.`,
  });
});

test('v1: verification_url, and numbers as text', async () => {
  const answer = await entra.token(devicePath('common', 'v1'), { ...publicApp, resource: partner });
  const { verification_url: address, expires_in: expiresIn, interval } = answer;
  assert.deepEqual([address, expiresIn, interval], ['https://localhost:8443/devicelogin', '900', '5']);
  assert.equal(Object.hasOwn(answer, 'verification_uri'), false);
});

test('the answer is not stored, and the store holds no code in clear', async () => {
  const authority = await grantsAuthority();
  const body = new URLSearchParams({ ...publicApp, scope }).toString();
  const response = await authority.post(devicePath(tenant), body);
  assert.equal(response.headers.get('cache-control'), 'no-cache, no-store');
  const { user_code: userCode, device_code: deviceCode } = (await response.json()) as Parameters;
  const now = authority.clock.now();
  const kept = JSON.stringify([
    await authority.store.entries.list('deviceGrant', undefined, now),
    await authority.store.entries.list('userCode', undefined, now),
  ]);
  assert.equal(kept.includes(String(userCode)), false);
  assert.equal(kept.includes(String(deviceCode)), false);
});

const requests: readonly (readonly [string, string, Parameters, readonly unknown[]])[] = [
  ['no scope', devicePath(tenant), { ...publicApp }, [400, 'invalid_request', 900144]],
  ['no resource on v1', devicePath(tenant, 'v1'), { ...publicApp, scope: 'openid' }, [400, 'invalid_request', 900144]],
  ['resource on v2', devicePath(tenant), { ...publicApp, scope, resource: partner }, [400, 'invalid_request', 901002]],
  ['no client', devicePath(tenant), { scope }, [400, 'invalid_request', 900144]],
  ['an unknown client', devicePath('common'), { client_id: tenant, scope }, [400, 'unauthorized_client', 700016]],
  ['a client that is no GUID', devicePath('common'), { client_id: 'x', scope }, [400, 'unauthorized_client', 700038]],
  [
    'a client not in the tenant',
    devicePath('adventure-works.onmicrosoft.com'),
    { ...publicApp, scope },
    [400, 'unauthorized_client', 700016],
  ],
  [
    'a single-tenant client at an alias',
    devicePath('organizations'),
    { ...page, scope },
    [400, 'invalid_request', 50194],
  ],
  ['an unknown tenant', devicePath('none.example'), { ...publicApp, scope }, [400, 'invalid_request', 90002]],
  ['a confidential client', devicePath(tenant), { ...app, scope }, [400, 'unauthorized_client', 70001]],
  ['a confidential client at an alias', devicePath('common'), { ...app, scope }, [400, 'unauthorized_client', 70001]],
  ['a page', devicePath(tenant), { ...page, scope: 'User.Read' }, [400, 'unauthorized_client', 70001]],
  [
    'an unknown resource',
    devicePath(tenant),
    { ...publicApp, scope: 'api://none/.default' },
    [400, 'invalid_resource', 500011],
  ],
  [
    'two resources',
    devicePath(tenant),
    { ...publicApp, scope: `${graph}/.default ${partner}/.default` },
    [400, 'invalid_scope', 700022],
  ],
];
for (const [name, path, parameters, expected] of requests) {
  test(`asking with ${name}: ${expected[2]} ${expected[1]}`, async () => {
    assert.deepEqual(summary(await entra.ask(path, parameters)), expected);
  });
}

test('only POST', async () => {
  assert.equal((await entra.fetch(devicePath(tenant))).status, 405);
});

const spellings: readonly (readonly [string, (started: Started) => Parameters])[] = [
  ['the URN', (started) => polling(started)],
  ['device_code (msal-node)', (started) => polling(started, { grant_type: 'device_code' })],
  ['code (ADAL)', (started) => ({ ...without(polling(started), 'device_code'), code: started.deviceCode })],
  ['both parameters (Python MSAL)', (started) => polling(started, { code: started.deviceCode })],
];
for (const [name, parameters] of spellings) {
  for (const place of [tenant, 'organizations', 'common']) {
    test(`pending, approved, redeemed: ${name} at ${place}`, async () => {
      const authority = await grantsAuthority();
      const started = await begun(authority, place);
      for (let poll = 0; poll < 3; poll++) {
        assert.deepEqual(summary(await authority.ask(at(place), parameters(started))), pending);
      }
      await answered(authority, started);
      const answer = await authority.token(at(place), parameters(started));
      const { tid, amr, appidacr } = claimsOf(answer.access_token);
      assert.deepEqual([tid, amr, appidacr], [tenant, ['pwd', 'mfa'], '0']);
      assert.deepEqual(summary(await authority.ask(at(place), parameters(started))), [400, 'invalid_grant', 54005]);
      await authority.token(at(place), without(refreshing(answer.refresh_token, publicApp), 'client_secret'));
    });
  }
}

test('v1: by resource, with a refresh token and an ID token unasked', async () => {
  const answer = await entra.token(devicePath('common', 'v1'), { ...publicApp, resource: partner });
  const started = { deviceCode: String(answer.device_code), userCode: String(answer.user_code) };
  const parameters = { grant_type: 'device_code', ...publicApp, resource: partner, code: started.deviceCode };
  assert.deepEqual(summary(await entra.ask(at('common', 'v1'), parameters)), pending);
  await answered(entra, started);
  const tokens = await entra.token(at('common', 'v1'), parameters);
  for (const value of Object.values(tokens)) assert.equal(typeof value, 'string');
  assert.deepEqual([typeof tokens.refresh_token, claimsOf(tokens.id_token).ver], ['string', '1.0']);
});

for (const mode of modes) {
  const declined = mode === 'strict' ? 'access_denied' : 'authorization_declined';
  test(`row 121: declined is ${declined}, expired is expired_token, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const [refused, late, approvedLate] = [await begun(authority), await begun(authority), await begun(authority)];
    await answered(authority, refused, { state: 'declined' });
    await answered(authority, approvedLate);
    assert.deepEqual(summary(await authority.ask(v2, polling(refused))), [400, declined, 90120]);
    authority.clock.advance(899);
    assert.deepEqual(summary(await authority.ask(v2, polling(late))), pending);
    authority.clock.advance(1);
    for (const started of [late, approvedLate]) {
      assert.deepEqual(summary(await authority.ask(v2, polling(started))), [400, 'expired_token', 70020]);
    }
  });

  test(`row 121: another client’s device code is worth nothing, pending or approved, ${mode}`, async () => {
    for (const place of [tenant, 'common']) {
      const authority = await grantsAuthority(mode);
      const started = await begun(authority, place);
      const other = polling(started, { client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' });
      assert.deepEqual(summary(await authority.ask(at(place), other)), [400, 'invalid_grant', 700007]);
      await answered(authority, started);
      assert.deepEqual(summary(await authority.ask(at(place), other)), [400, 'invalid_grant', 700007]);
      await authority.token(at(place), polling(started));
    }
  });

  onEveryStore(`row 121: of 100 parallel redemptions exactly one succeeds, ${mode}`, async (open) => {
    const authority = await grantsAuthority(mode, await open());
    const started = await begun(authority);
    await answered(authority, started);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => authority.ask(v2, polling(started))));
    assert.deepEqual(tally(outcomes), { 200: 1, '400 54005': 99 });
  });
}

test('row 121: entra: however fast it asks, a device is never told to slow down', async () => {
  const started = await begun(entra);
  for (let poll = 0; poll < 5; poll++) assert.deepEqual(summary(await entra.ask(v2, polling(started))), pending);
});

for (const place of [tenant, 'organizations']) {
  test(`row 121: strict: slow_down and five seconds more each time it asks too early, at ${place}`, async () => {
    const authority = await grantsAuthority('strict');
    const started = await begun(authority, place);
    const slowDown = [400, 'slow_down', 70016];
    for (const [seconds, expected] of [
      [0, pending],
      [1, slowDown],
      [9, slowDown],
      [15, pending],
      [14.999, slowDown],
      [20, pending],
    ] as const) {
      authority.clock.advance(seconds);
      assert.deepEqual(summary(await authority.ask(at(place), polling(started))), expected, `${seconds}`);
    }
    await answered(authority, started);
    await authority.token(at(place), polling(started));
  });
}

const unknown = [
  ['no code', {}, 'device_code', [400, 'invalid_request', 900144]],
  ['an unknown code', { device_code: 'a'.repeat(43) }, '', [400, 'bad_verification_code', 70018]],
  ['the user code', { device_code: 'BCDFGHJKL' }, '', [400, 'bad_verification_code', 70018]],
] as const;
for (const [name, changes, leaveOut, expected] of unknown) {
  for (const path of [v2, v1, at('common')]) {
    test(`${name} at ${path}: ${expected[2]}`, async () => {
      const parameters = without(polling({ deviceCode: '', userCode: '' }, changes), leaveOut);
      assert.deepEqual(summary(await entra.ask(path, parameters)), expected);
    });
  }
}

test('row 90: an authorization code offered as a device code is unknown, and still good', async () => {
  const code = await entra.addCode({ appId: publicApp.client_id });
  const offered = await entra.ask(v2, polling({ deviceCode: code, userCode: '' }));
  assert.deepEqual(summary(offered), [400, 'bad_verification_code', 70018]);
});

test('a confidential client without public client flows: 7000218 without its secret, 70001 with it', async () => {
  const started = await begun(entra);
  const withoutSecret = await entra.ask(v2, polling(started, { client_id: app.client_id }));
  assert.deepEqual(summary(withoutSecret), [401, 'invalid_client', 7000218]);
  assert.deepEqual(summary(await entra.ask(v2, polling(started, app))), [400, 'unauthorized_client', 70001]);
});

test('a code of one tenant is not redeemed at another, or at an alias', async () => {
  for (const elsewhere of ['common', fabrikam]) {
    const started = await begun(entra);
    await answered(entra, started);
    const { code } = await entra.ask(at(elsewhere), polling(started));
    assert.equal(code, elsewhere === 'common' ? 700005 : 700016);
    await entra.token(at('contoso.com'), polling(started));
  }
});

test('what was asked for at the start counts, unless the redemption names another resource; strict keeps to it', async () => {
  for (const mode of modes) {
    const authority = await grantsAuthority(mode);
    const started = await begun(authority);
    await answered(authority, started);
    const other = await authority.ask(v2, polling(started, { scope: `${partnerCenter}/user_impersonation` }));
    assert.deepEqual([mode, other.status], [mode, mode === 'strict' ? 400 : 200]);
  }
  const started = await begun(entra);
  await answered(entra, started);
  assert.equal(claimsOf((await entra.token(v2, polling(started))).access_token).aud, partner);
});

test('Exchange’s client asks for its own resource', async () => {
  const exchange = { client_id: 'a0c73c16-a7e3-4564-9a95-2bdf47383716' };
  const started = await begun(entra, 'organizations', {
    ...exchange,
    scope: 'https://outlook.office365.com/.default offline_access',
  });
  await answered(entra, started);
  const answer = await entra.token(at('organizations'), polling(started, exchange));
  assert.equal(claimsOf(answer.access_token).appid, exchange.client_id);
});
