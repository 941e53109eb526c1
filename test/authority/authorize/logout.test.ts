import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryKey } from '../../../src/domain/index.ts';
import { testAuthority } from '../fixture.ts';
import {
  type Authority,
  answered,
  authorizePath,
  browserAt,
  confidential,
  john,
  type Parameters,
  tenant,
  web,
} from './fixture.ts';

const johnId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const issuer = `https://localhost:8443/${tenant}/v2.0`;

async function signedIn() {
  const authority = await testAuthority();
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  const { session_state: sessionId = '' } = answered((await browser.submit(john)).left);
  const claims = { aud: confidential, iss: issuer, oid: johnId, tid: tenant };
  const hint = async (changes: object = {}) => authority.context.keys.current().sign({ ...claims, ...changes });
  const isSignedIn = async () =>
    answered((await browser.open(authorizePath({ prompt: 'none' }))).left).code !== undefined;
  return { authority, browser, sessionId, hint, isSignedIn };
}

const logoutPath = (parameters: Readonly<Record<string, string>> = {}, version = '/v2.0') =>
  `/${tenant}/oauth2${version}/logout?${new URLSearchParams(parameters)}`;

for (const version of ['', '/v2.0']) {
  test(`row 107: ${version || 'v1'} logout without a hint asks first, and then ends the session`, async () => {
    const { browser, isSignedIn } = await signedIn();
    const asked = await browser.open(logoutPath({}, version));
    assert.equal(asked.heading, 'Do you want to sign out?');
    assert.ok(asked.html.includes(john.username));
    assert.equal(await isSignedIn(), true);
    await browser.open(logoutPath({}, version));
    const done = await browser.submit({});
    assert.equal(done.heading, 'You are signed out');
    assert.deepEqual(done.cookiesSet, ['__Host-partner-auth-8443=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure']);
    assert.equal(await isSignedIn(), false);
  });
}

test('row 107: a valid ID token of whoever is signed in ends the session at once, and leads back with the state', async () => {
  const { browser, hint, isSignedIn } = await signedIn();
  const parameters = { id_token_hint: await hint(), post_logout_redirect_uri: web, state: 'a b' };
  const { left } = await browser.open(logoutPath(parameters));
  assert.equal(left?.href, `${web}?state=a+b`);
  assert.equal(await isSignedIn(), false);
});

test('row 107: an ID token that has expired is a hint all the same', async () => {
  const { browser, hint } = await signedIn();
  assert.equal(
    (await browser.open(logoutPath({ id_token_hint: await hint({ exp: 1 }) }))).heading,
    'You are signed out',
  );
});

test('row 107: by POST too', async () => {
  const { authority, browser, hint, isSignedIn } = await signedIn();
  const body = new URLSearchParams({ id_token_hint: await hint(), post_logout_redirect_uri: web });
  const response = await authority.post(`/${tenant}/oauth2/v2.0/logout`, String(body), {
    cookie: browser.cookie ?? '',
  });
  assert.deepEqual([response.status, response.headers.get('location')], [302, web]);
  assert.equal(await isSignedIn(), false);
});

const worthless: readonly (readonly [string, (hint: (changes?: object) => Promise<string>) => Promise<string>])[] = [
  ['changed', async (hint) => `${(await hint()).slice(0, -4)}AAAA`],
  ['of another user', (hint) => hint({ oid: 'bbbbbbbb-1111-2222-3333-cccccccccccc' })],
  ['of another issuer', (hint) => hint({ iss: 'https://evil.test/' })],
  ['an access token', (hint) => hint({ scp: 'user_impersonation' })],
  ['no token', async () => 'x'],
];

for (const [name, make] of worthless) {
  test(`row 107: a hint that is ${name} signs nobody out by itself`, async () => {
    const { browser, hint, isSignedIn } = await signedIn();
    const parameters = { id_token_hint: await make(hint), post_logout_redirect_uri: web };
    assert.equal((await browser.open(logoutPath(parameters))).heading, 'Do you want to sign out?');
    assert.equal(await isSignedIn(), true);
  });
}

for (const redirect of ['https://evil.test/', `${web}/`, 'javascript:alert(1)']) {
  test(`row 107: ${redirect} is not registered, so nobody is sent there`, async () => {
    const { browser, hint } = await signedIn();
    const shown = await browser.open(logoutPath({ id_token_hint: await hint(), post_logout_redirect_uri: redirect }));
    assert.deepEqual([shown.heading, shown.left], ['You are signed out', undefined]);
  });
}

test('row 107: without a hint a registered address is not gone to: anybody could have asked', async () => {
  const { browser } = await signedIn();
  await browser.open(logoutPath({ post_logout_redirect_uri: web }));
  assert.equal((await browser.submit({})).heading, 'You are signed out');
});

test('row 107: the cookie that was kept is dead, and so are the refresh tokens of the session alone', async () => {
  const { authority, browser, sessionId, hint } = await signedIn();
  const { entries, clock } = authority.context;
  const family = (id: string) => ({
    signIn: { userId: johnId, userTenantId: tenant, methods: ['pwd'], authenticatedAt: clock.now(), sessionId: id },
    appId: confidential,
    tenantId: tenant,
    asked: {},
    beganAt: clock.now(),
    generation: 1,
    rotatedAt: clock.now(),
  });
  const expiresAt = new Date('2027-01-01T00:00:00Z');
  await entries.add('refreshFamily', 'own', { value: family(sessionId), expiresAt, owner: johnId });
  await entries.add('refreshFamily', 'other', { value: family('another'), expiresAt, owner: johnId });
  const kept = browser.cookie;
  await browser.open(logoutPath({ id_token_hint: await hint() }));
  browser.cookie = kept;
  assert.equal(answered((await browser.open(authorizePath({ prompt: 'none' }))).left).error, 'login_required');
  assert.equal(await entries.find('session', entryKey(kept?.split('=')[1] ?? '')), undefined);
  assert.deepEqual((await entries.find('refreshFamily', 'own'))?.revokedAt, clock.now());
  assert.equal((await entries.find('refreshFamily', 'other'))?.revokedAt, undefined);
});

const redeemed = async (authority: Authority, grant: Parameters): Promise<number> => {
  const client = { client_id: confidential, client_secret: 'TestClientAppSecret23456', redirect_uri: web };
  const body = new URLSearchParams({ ...client, ...grant } as Record<string, string>);
  return (await authority.post(`/${tenant}/oauth2/v2.0/token`, String(body))).status;
};

for (const mode of ['entra', 'strict'] as const) {
  test(`row 107: what began before a second sign-in of the same user ends too, ${mode}`, async () => {
    const authority = await testAuthority(undefined, { mode });
    const browser = browserAt(authority);
    await browser.open(authorizePath());
    const first = answered((await browser.submit(john)).left);
    assert.equal(await redeemed(authority, { grant_type: 'authorization_code', code: first.code }), 200);
    authority.clock.advance(60);
    await browser.open(authorizePath({ prompt: 'login' }));
    const second = answered((await browser.submit(john)).left);
    assert.equal(second.session_state, first.session_state);
    await browser.open(logoutPath());
    await browser.submit({});
    const families = await authority.context.entries.list('refreshFamily', johnId);
    assert.deepEqual(
      families.map(({ value }) => value.revokedAt),
      [authority.clock.now()],
    );
    // A code that was on its way when the session ended.
    assert.equal(await redeemed(authority, { grant_type: 'authorization_code', code: second.code }), 400);
  });
}

test('nobody is signed in: there is nothing to ask', async () => {
  const browser = browserAt(await testAuthority());
  const { heading, cookiesSet } = await browser.open(logoutPath());
  assert.deepEqual([heading, cookiesSet], ['You are signed out', []]);
});
