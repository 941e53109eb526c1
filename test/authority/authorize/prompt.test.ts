import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryKey } from '../../../src/domain/index.ts';
import type { PageBrowser } from '../../support/page-browser.ts';
import { testAuthority } from '../fixture.ts';
import { admin, answered, authorizePath, browserAt, codeFor, jane, john } from './fixture.ts';
import { pagesSeed, temporary, unconsented } from './seed.ts';

const authority = await testAuthority(pagesSeed);
const { entries } = authority.context;

async function signIn(browser: PageBrowser, user: { username: string; password: string; secret?: string }) {
  const { username, password, secret } = user;
  const shown = await browser.submit({ username, password });
  if (secret === undefined) return shown;
  authority.clock.advance(90);
  return browser.submit({ otc: codeFor(secret, authority.clock.now()) });
}

async function withSession(user: { username: string; password: string; secret?: string }) {
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  await signIn(browser, user);
  return browser;
}

const silent = async (browser: PageBrowser, changes = {}) =>
  answered((await browser.open(authorizePath({ prompt: 'none', ...changes }))).left);

test('row 106: prompt=none without a session is login_required', async () => {
  const { error, error_description: text = '' } = await silent(browserAt(authority));
  assert.deepEqual([error, text.startsWith('AADSTS50058: ')], ['login_required', true]);
});

test('row 106: prompt=none with a session is a code, without a page', async () => {
  assert.notEqual((await silent(await withSession(john))).code, undefined);
});

test('row 106: prompt=none where consent is missing is interaction_required', async () => {
  const { error, error_description: text = '' } = await silent(await withSession(john), { client_id: unconsented });
  assert.deepEqual([error, text.startsWith('AADSTS65001: ')], ['interaction_required', true]);
});

test('row 106: prompt=none for another user than the session’s is login_required', async () => {
  assert.equal((await silent(await withSession(john), { login_hint: jane.username })).error, 'login_required');
});

test('row 106: prompt=none of a session that was revoked since is login_required', async () => {
  const own = await testAuthority();
  const browser = browserAt(own);
  await browser.open(authorizePath());
  await browser.submit(john);
  own.clock.advance(1);
  const user = await own.context.directory.userByPrincipalName('aaaabbbb-0000-cccc-1111-dddd2222eeee', john.username);
  assert.ok(user);
  await own.context.directory.putUser({ ...user, signInSessionsValidFrom: own.clock.now() });
  assert.equal((await silent(browser)).error, 'login_required');
});

test('row 106: prompt=login asks for the password anew, and the code says when', async () => {
  const browser = await withSession(john);
  authority.clock.advance(30);
  const shown = await browser.open(authorizePath({ prompt: 'login' }));
  assert.equal(shown.heading, 'Sign in');
  assert.ok(shown.html.includes(`value="${john.username}"`));
  const { code = '' } = answered((await browser.submit(john)).left);
  assert.deepEqual(
    (await entries.find('authorizationCode', entryKey(code)))?.signIn.authenticatedAt,
    authority.clock.now(),
  );
});

test('row 106: prompt=login asks for the second factor anew too', async () => {
  const browser = await withSession(jane);
  await browser.open(authorizePath({ prompt: 'login' }));
  assert.equal((await browser.submit({ username: jane.username, password: jane.password })).heading, 'Enter your code');
});

test('row 106: max_age asks again once the password is older', async () => {
  const browser = await withSession(john);
  authority.clock.advance(2);
  assert.notEqual(answered((await browser.open(authorizePath({ max_age: '2' }))).left).code, undefined);
  assert.equal((await browser.open(authorizePath({ max_age: '1' }))).heading, 'Sign in');
  assert.equal((await silent(browser, { max_age: '1' })).error, 'login_required');
  await browser.open(authorizePath({ max_age: '1' }));
  const fresh = answered((await browser.submit(john)).left).code ?? '';
  assert.deepEqual(
    (await entries.find('authorizationCode', entryKey(fresh)))?.signIn.authenticatedAt,
    authority.clock.now(),
  );
});

test('row 106: max_age=0 asks always, within the same moment too', async () => {
  const browser = await withSession(john);
  assert.equal((await browser.open(authorizePath({ max_age: '0' }))).heading, 'Sign in');
  assert.equal((await silent(browser, { max_age: '0' })).error, 'login_required');
  await browser.open(authorizePath({ max_age: '0' }));
  assert.notEqual(answered((await browser.submit(john)).left).code, undefined);
});

test('row 106: login_hint fills in the name, and picks the account', async () => {
  const browser = browserAt(authority);
  const shown = await browser.open(authorizePath({ login_hint: 'John.Doe@contoso.com' }));
  assert.ok(shown.html.includes('value="John.Doe@contoso.com"'));
  await browser.submit(john);
  await browser.open(authorizePath({ login_hint: admin.username }));
  await signIn(browser, admin);
  assert.equal((await browser.open(authorizePath())).heading, 'Pick an account');
  assert.notEqual((await silent(browser, { login_hint: admin.username })).code, undefined);
});

test('several accounts: one picks one of them, or another', async () => {
  const browser = await withSession(john);
  await browser.open(authorizePath({ prompt: 'login' }));
  await signIn(browser, admin);
  await browser.open(authorizePath());
  const { code = '' } = answered((await browser.submit({ account: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb' })).left);
  assert.equal(
    (await entries.find('authorizationCode', entryKey(code)))?.signIn.userId,
    'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
  );
  await browser.open(authorizePath());
  assert.equal((await browser.submit({ account: 'other' })).heading, 'Sign in');
  await browser.open(authorizePath());
  const nobodys = await browser.submit({ account: 'cccccccc-2222-3333-4444-dddddddddddd' });
  assert.equal(nobodys.status, 403);
});

test('prompt=select_account shows the picker, even for one', async () => {
  const browser = await withSession(john);
  assert.equal((await browser.open(authorizePath({ prompt: 'select_account' }))).heading, 'Pick an account');
});

test('prompt=create is ignored', async () => {
  assert.equal((await browserAt(authority).open(authorizePath({ prompt: 'create' }))).heading, 'Sign in');
});

test('a temporary password: changed at the first sign-in, by the rules, and only the new one is good then', async () => {
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  assert.equal((await browser.submit(temporary)).heading, 'Choose a new password');
  const refusals: readonly (readonly [string, string, string])[] = [
    ['short', 'short', 'at least 8'],
    ['x'.repeat(257), 'x'.repeat(257), 'at most 256'],
    [temporary.password, temporary.password, 'differs'],
    ['A new passw0rd', 'Another one', 'not the same'],
  ];
  for (const [chosen, confirmed, text] of refusals) {
    const shown = await browser.submit({ 'new-password': chosen, 'confirm-password': confirmed });
    assert.ok(shown.heading === 'Choose a new password' && shown.html.includes(text), text);
    assert.equal(shown.html.includes(chosen === temporary.password ? chosen : 'A new passw0rd'), false);
  }
  const chosen = 'Ein neues Paßwort';
  const done = await browser.submit({ 'new-password': chosen, 'confirm-password': chosen });
  assert.notEqual(answered(done.left).code, undefined);
  for (const [password, isRight] of [
    [temporary.password, false],
    [chosen, true],
  ] as const) {
    const other = browserAt(authority);
    await other.open(authorizePath());
    assert.equal((await other.submit({ ...temporary, password })).left !== undefined, isRight);
  }
});
