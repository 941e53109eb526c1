import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSandbox } from '../../src/testing/index.ts';
import {
  admin,
  applicationAdministrator,
  browserAt,
  consoleSandbox,
  enterAs,
  john,
  otherAdministrator,
  type Person,
  signedInAs,
  userAdministrator,
} from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());

const sessionCookie = '__Host-partner-auth-console-8443';
const signInCookie = '__Host-partner-auth-console-sign-in-8443';

test('who is not signed in is sent to the authority, and comes back to the page asked for', async () => {
  const browser = browserAt(sandbox);
  const asked = await browser.open('/console/search?q=not+modelled');
  assert.equal(asked.heading, 'Sign in');
  await enterAs(browser, sandbox, admin);
  const { status, url, heading } = browser.shown();
  assert.deepEqual(
    [status, url.pathname + url.search, heading],
    [200, '/console/search?q=not+modelled', 'Pages for “not modelled”'],
  );
});

test('the second factor is asked for where the user must have it', async () => {
  const browser = browserAt(sandbox);
  await browser.open('/console');
  await browser.press('Sign in', { username: admin.username, password: admin.password });
  assert.equal(browser.shown().heading, 'Enter your code');
  assert.equal((await browser.open('/console')).heading, 'Sign in');
});

test('row 101: the cookie is one of this origin that no script reads, and the one of the sign-in is gone', async () => {
  const browser = await signedInAs(sandbox, admin);
  const set = browser.received.flatMap(({ text }) => JSON.parse(text.split('\n', 1)[0] ?? '') as [string, string][]);
  const cookies = set.filter(([name, value]) => name === 'set-cookie' && value.startsWith(sessionCookie));
  assert.deepEqual(
    cookies.map(([, value]) => value.replace(/=[0-9a-f]{12}[A-Za-z0-9_-]{43};/, '=…;')),
    [`${sessionCookie}=…; Path=/; HttpOnly; SameSite=Lax; Secure`],
  );
  assert.equal(browser.cookies.has(signInCookie), false);
});

test('row 101: a session that was put into the browser before is not the one after the sign-in', async () => {
  const browser = browserAt(sandbox);
  browser.cookies.set(sessionCookie, 'A'.repeat(43));
  await browser.open('/console');
  await enterAs(browser, sandbox, admin);
  assert.equal(browser.shown().status, 200);
  assert.notEqual(browser.cookies.get(sessionCookie), 'A'.repeat(43));
});

const outsiders: readonly (readonly [who: string, person: Person, path: string, reason: string])[] = [
  [
    'a user without a role in the directory',
    john,
    '/console',
    'This part of the console takes an administrator of Contoso.',
  ],
  [
    'an administrator of another tenant',
    otherAdministrator,
    '/console',
    'Fabrikam, Inc. has no partner account: the console takes an administrator of a partner tenant.',
  ],
];

for (const [who, person, path, reason] of outsiders) {
  test(`${who} gets a page that says so, with status 403`, async () => {
    const { status, heading, html } = (await signedInAs(sandbox, person, path)).shown();
    assert.deepEqual([status, heading], [403, 'This page is for administrators']);
    assert.ok(html.includes(reason), html);
    assert.ok(html.includes(person.username));
  });
}

for (const [who, person] of [
  ['a user administrator', userAdministrator],
  ['an application administrator', applicationAdministrator],
] as const) {
  test(`${who} is let in`, async () => {
    assert.equal((await signedInAs(sandbox, person)).shown().status, 200);
  });
}

const json = { headers: { accept: 'application/json' } };

test('a program without a session gets 401 in JSON, one that may not 403, and no page', async () => {
  const nobody = await browserAt(sandbox).open('/console', json);
  assert.deepEqual(
    [nobody.status, JSON.parse(nobody.html)],
    [
      401,
      {
        error: {
          code: 'signInNeeded',
          message: 'Sign in as an administrator of the partner tenant. Nothing was done.',
        },
      },
    ],
  );
  const plain = await (await signedInAs(sandbox, john)).open('/console', json);
  assert.deepEqual([plain.status, JSON.parse(plain.html).error.code], [403, 'notAllowed']);
});

test('what is not there is told to those who are signed in alone', async () => {
  assert.equal((await browserAt(sandbox).open('/console/nothing')).heading, 'Sign in');
  const { status, heading } = await (await signedInAs(sandbox, admin)).open('/console/nothing');
  assert.deepEqual([status, heading], [404, 'There is no such page']);
});

test('signing out ends the session: its cookie is worth nothing any more', async () => {
  const browser = await signedInAs(sandbox, admin);
  const kept = browser.cookies.get(sessionCookie) ?? '';
  await browser.press('Sign out');
  assert.equal(browser.shown().heading, 'Do you want to sign out?');
  assert.equal(browser.cookies.has(sessionCookie), false);
  await browser.press('Sign out');
  assert.equal(browser.shown().heading, 'You are signed out');
  browser.cookies.set(sessionCookie, kept);
  assert.equal((await browser.open('/console')).heading, 'Sign in');
});

test('a session ends after eight hours', async () => {
  const browser = await signedInAs(sandbox, admin);
  sandbox.clock.advance(8 * 3600 - 1);
  assert.equal((await browser.open('/console')).heading, 'Contoso');
  sandbox.clock.advance(1);
  // The authority's own session lasts longer: the browser goes there and is back without a page.
  assert.equal((await browser.open('/console')).heading, 'Contoso');
  const authorize = browser.received.filter(({ url }) => url.includes('/oauth2/v2.0/authorize'));
  assert.equal(authorize.length, 2);
});

test('row 109: a disabled administrator is out at once', async () => {
  await using world = await consoleSandbox();
  const browser = await signedInAs(world, admin);
  const exported = (await world.control.export()) as { users: { userPrincipalName: string }[] };
  const user = exported.users.find(({ userPrincipalName }) => userPrincipalName === admin.username);
  await world.control.seed({ users: [{ ...user, accountEnabled: false }] });
  assert.equal((await browser.open('/console')).heading, 'Sign in');
});

test('what the authority sends is good for the browser that was sent, once', async () => {
  const browser = browserAt(sandbox);
  await browser.open('/console');
  await enterAs(browser, sandbox, admin);
  const back = browser.received.map(({ url }) => url).find((url) => url.includes('/console/signed-in'));
  assert.ok(back);
  const again = await browser.open(back);
  assert.deepEqual([again.status, again.heading], [400, 'You are not signed in']);
  const elsewhere = await browserAt(sandbox).open(back);
  assert.deepEqual([elsewhere.status, elsewhere.heading], [400, 'You are not signed in']);
});

test('a browser that is signing in does not take what the authority sent another one (login by a forged link)', async () => {
  const attacker = browserAt(sandbox);
  await attacker.open('/console');
  attacker.cookies.delete(signInCookie);
  await enterAs(attacker, sandbox, admin);
  const link = attacker.shown().url.href;
  assert.ok(link.includes('/console/signed-in?code='), link);
  const victim = browserAt(sandbox);
  await victim.open('/console');
  const { status, heading, html } = await victim.open(link);
  assert.deepEqual([status, heading, victim.cookies.has(sessionCookie)], [400, 'You are not signed in', false]);
  assert.ok(html.includes('The sign-in was begun in another browser, or too long ago.'), html);
});

test('who signs in as somebody else has left the session before', async () => {
  const browser = await signedInAs(sandbox, userAdministrator);
  const before = browser.cookies.get(sessionCookie) ?? '';
  await browser.open('/console/sign-in');
  assert.equal(browser.shown().heading, 'Pick an account');
  await browser.press('Use another account');
  await enterAs(browser, sandbox, admin);
  assert.equal(browser.shown().html.includes('<span>admin@contoso.com</span>'), true);
  const other = browserAt(sandbox);
  other.cookies.set(sessionCookie, before);
  assert.equal((await other.open('/console')).heading, 'Sign in');
});

test('a sign-in that was cancelled or forged is none, and its words are shown to the browser that asked alone', async () => {
  const words = 'error=access_denied&error_description=Call+0800-1';
  const stranger = await browserAt(sandbox).open(`/console/signed-in?${words}&state=x`);
  assert.deepEqual([stranger.status, stranger.html.includes('0800-1')], [400, false]);
});

test('a sign-in leads back to pages of the console alone', async () => {
  for (const path of ['//evil.test/console', 'https://evil.test/', '/console\\..\\x y', '/sandbox']) {
    const browser = browserAt(sandbox);
    await browser.open('/console');
    const [secret] = browser.cookies.get(signInCookie)?.split('.') ?? [];
    browser.cookies.set(signInCookie, `${secret}.${Buffer.from(path).toString('base64url')}`);
    await enterAs(browser, sandbox, admin);
    assert.deepEqual([browser.shown().status, browser.shown().heading], [400, 'You are not signed in'], path);
  }
});

test('neither the list of requests nor a fault concerns the console', async () => {
  const browser = await signedInAs(sandbox, admin);
  await sandbox.control.addFault({ path: '*', status: 503 });
  assert.equal((await browser.open('/console')).status, 200);
  await sandbox.control.removeFaults();
  const seen = await sandbox.control.requests({ path: '/console*' });
  assert.deepEqual(seen, []);
});

test('no world holds the console: an export names no application of its id, and an import keeps it', async () => {
  await using world = await consoleSandbox();
  const before = JSON.stringify(await world.control.export());
  assert.equal(before.includes('6f1e3a52-8d04-4c7b-9a36-2b5d7e90c418'), false);
  await world.control.import(JSON.parse(before));
  assert.equal((await signedInAs(world, admin)).shown().status, 200);
});

test('in strict mode nobody is asked to consent to the console either', async () => {
  await using strict = await startSandbox({ mode: 'strict' });
  assert.equal((await signedInAs(strict, admin)).shown().heading, 'Contoso');
});
