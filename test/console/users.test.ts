import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { TestSandbox } from '../../src/testing/index.ts';
import type { FormBrowser } from '../support/form-browser.ts';
import { textOf } from '../support/page-browser.ts';
import {
  admin,
  applicationAdministrator,
  browserAt,
  consoleSandbox,
  john,
  signedInAs,
  tokenByPassword,
  userAdministrator,
} from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());

const newUser = '/console/users/new';
const alex = { firstName: 'Alex', lastName: 'Wilber', userName: 'alex.wilber' };
const johnsPage = '/console/users/aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const janesPage = '/console/users/cccccccc-2222-3333-4444-dddddddddddd';
const adminsPage = '/console/users/dddddddd-3333-4444-5555-eeeeeeeeeeee';

const told = ({ html }: { html: string }, name: string): string =>
  textOf(new RegExp(`<dt>${name}</dt><dd><code>(.*?)</code>`).exec(html)?.[1] ?? '');
const problems = ({ html }: { html: string }): readonly string[] =>
  [...html.matchAll(/<li><a href="#(\w+)">(.*?)<\/a><\/li>/g)].map(
    ([, field, text = '']) => `${field}: ${textOf(text)}`,
  );
const names = ({ html }: { html: string }): readonly string[] =>
  [...html.matchAll(/<\/a><small>(.*?)<\/small><\/th>/g)].map(([, name = '']) => textOf(name));

async function created(browser: FormBrowser, fields: Readonly<Record<string, string>>) {
  await browser.open(newUser);
  const page = await browser.press('Save', fields);
  assert.equal(page.heading, 'User created', problems(page).join('\n'));
  return { userName: told(page, 'User name'), password: told(page, 'Temporary password') };
}

describe('a new user', () => {
  test('has what was entered, the roles that were checked, and no second factor unless asked for', async () => {
    const browser = await signedInAs(sandbox, admin);
    const fields = { ...alex, recoveryMail: 'alex@example.com', referralsUser: 'yes', adminAgent: 'yes' };
    const { userName } = await created(browser, fields);
    assert.equal(userName, 'alex.wilber@contoso.com');
    const { users } = (await sandbox.control.export()) as { users: readonly Record<string, unknown>[] };
    const kept = users.find(({ userPrincipalName }) => userPrincipalName === userName);
    assert.deepEqual(
      [kept?.displayName, kept?.givenName, kept?.surname, kept?.otherMails, kept?.partnerRoles, kept?.mfa],
      ['Alex Wilber', 'Alex', 'Wilber', ['alex@example.com'], ['Referrals User', 'Admin agent'], { required: false }],
    );
  });

  test('of another domain of the tenant, and with a second factor', async () => {
    const browser = await signedInAs(sandbox, admin);
    const fields = { ...alex, domain: 'contoso.onmicrosoft.com', mfa: 'yes' };
    const { userName, password } = await created(browser, fields);
    assert.equal(userName, 'alex.wilber@contoso.onmicrosoft.com');
    const theirs = browserAt(sandbox);
    await theirs.open('/console');
    await theirs.press('Sign in', { username: userName, password });
    await theirs.press('Change password', { 'new-password': 'My own 1234', 'confirm-password': 'My own 1234' });
    assert.equal(theirs.shown().heading, 'Set up your authenticator app');
  });

  test('gets no token before the temporary password is changed, and one after', async () => {
    const browser = await signedInAs(sandbox, admin);
    const { userName, password } = await created(browser, { ...alex, userName: 'before.and.after' });
    assert.equal(await tokenByPassword(sandbox, { username: userName, password }), 50055);
    const theirs = browserAt(sandbox);
    await theirs.open('/console');
    await theirs.press('Sign in', { username: userName, password });
    await theirs.press('Change password', { 'new-password': 'My own 1234', 'confirm-password': 'My own 1234' });
    assert.equal(theirs.shown().heading, 'This page is for administrators');
    assert.equal(await tokenByPassword(sandbox, { username: userName, password }), 50126);
    assert.equal(await tokenByPassword(sandbox, { username: userName, password: 'My own 1234' }), 200);
  });

  const wrong: readonly (readonly [what: string, fields: Record<string, string>, expected: readonly string[]])[] = [
    [
      'nothing entered',
      {},
      ['firstName: Enter the first name.', 'lastName: Enter the last name.', 'userName: Enter the user name.'],
    ],
    [
      'a user name with blanks',
      { ...alex, userName: 'al ex' },
      ['userName: User name must be a user name such as john.doe@contoso.com.'],
    ],
    [
      'a user name of another tenant',
      { ...alex, userName: 'alex@fabrikam.onmicrosoft.com' },
      ['userName: User name must end with a domain of Contoso: contoso.com, contoso.onmicrosoft.com.'],
    ],
    [
      'a user name that somebody has',
      { ...alex, userName: 'JOHN.DOE' },
      ['userName: User name is taken: there is a user JOHN.DOE@contoso.com. Choose another name.'],
    ],
    [
      'a recovery mail that is none',
      { ...alex, userName: 'x', recoveryMail: 'nowhere' },
      ['recoveryMail: Password recovery email must be a mail address such as name@example.com.'],
    ],
  ];
  for (const [what, fields, expected] of wrong) {
    test(`with ${what} is not made, and what was entered stays`, async () => {
      const browser = await signedInAs(sandbox, admin);
      const before = await countUsers(sandbox);
      await browser.open(newUser);
      const page = await browser.press('Save', { ...fields, referralsAdmin: 'yes' });
      assert.deepEqual([page.status, page.heading, problems(page)], [400, 'Create a new user', expected]);
      assert.equal(page.html.includes(`value="${fields.lastName ?? ''}"`), true);
      assert.equal(/name="referralsAdmin" value="yes" checked/.test(page.html), true);
      assert.equal(await countUsers(sandbox), before);
    });
  }

  test('is made once, however often the form is sent, and the password told once', async () => {
    const browser = await signedInAs(sandbox, admin);
    await browser.open(newUser);
    const marker = /action="\/console\/users\/new"[^>]*><input type="hidden" name="marker" value="([^"]*)"/.exec(
      browser.shown().html,
    )?.[1];
    const body = new URLSearchParams({ ...alex, userName: 'only.once', domain: 'contoso.com', marker: marker ?? '' });
    const headers = {
      origin: sandbox.url,
      'content-type': 'application/x-www-form-urlencoded',
      cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    };
    const post = () => sandbox.fetch(sandbox.url + newUser, { method: 'POST', headers, body: String(body) });
    const answers = await Promise.all(Array.from({ length: 8 }, post));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409, 409, 409]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    assert.equal(texts.filter((text) => text.includes('Temporary password')).length, 1);
    assert.deepEqual(names(await browser.open('/console/users?q=only.once')), ['only.once@contoso.com']);
  });
});

const countUsers = async ({ control }: TestSandbox): Promise<number> =>
  ((await control.export()) as { users: readonly object[] }).users.length;

describe('a user', () => {
  test('has the roles and the second factor that are saved', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, johnsPage);
    const saved = await browser.press('Save', { referralsAdmin: undefined, referralsUser: 'yes', mfa: 'yes' });
    assert.deepEqual([saved.heading, saved.url.search], ['John Doe', '?done=saved']);
    assert.equal(await tokenByPassword(world, john), 50079);
    await browser.press('Save', { mfa: undefined });
    assert.equal(await tokenByPassword(world, john), 200);
  });

  test('that is blocked gets no token and is not signed in any more, until unblocked', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, johnsPage);
    const theirs = await signedInAs(world, john);
    await browser.press('Block sign-in');
    assert.equal(await tokenByPassword(world, john), 50057);
    assert.equal((await theirs.open('/console')).heading, 'Sign in');
    await browser.press('Unblock sign-in');
    assert.equal(await tokenByPassword(world, john), 200);
  });

  test('whose password is reset is signed out, and has to choose another', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, johnsPage);
    const theirs = await signedInAs(world, john);
    assert.equal(theirs.shown().heading, 'This page is for administrators');
    const page = await browser.press('Reset password');
    assert.equal(page.heading, 'Password reset');
    assert.equal((await theirs.open('/console')).heading, 'Sign in');
    assert.equal(await tokenByPassword(world, john), 50126);
    const password = told(page, 'Temporary password');
    assert.equal(await tokenByPassword(world, { ...john, password }), 50055);
  });

  test('whose second factor is taken away sets one up again', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, janesPage);
    const { html, heading } = await browser.press('Set up the second factor again');
    assert.deepEqual([heading, html.includes('On; to be set up at the next sign-in')], ['Jane Roe', true]);
    const theirs = browserAt(world);
    await theirs.open('/console');
    await theirs.press('Sign in', { username: 'jane.roe@contoso.com', password: 'PCTestPassword@456' });
    assert.equal(theirs.shown().heading, 'Set up your authenticator app');
  });

  test('of another tenant is nobody here', async () => {
    const browser = await signedInAs(sandbox, admin);
    const { users } = (await sandbox.control.export()) as { users: { id: string; userPrincipalName: string }[] };
    const { id } = users.find(({ userPrincipalName }) => userPrincipalName.includes('fabrikam')) ?? { id: '' };
    const { status, heading } = await browser.open(`/console/users/${id}`);
    assert.deepEqual([status, heading], [404, 'There is no such page']);
  });
});

describe('whose it is', () => {
  test('nobody blocks themselves', async () => {
    const browser = await signedInAs(sandbox, admin, adminsPage);
    assert.equal(browser.shown().html.includes('Block sign-in'), false);
  });

  test('a user administrator manages users, and no administrator’s sign-in', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, userAdministrator, johnsPage);
    assert.equal((await browser.press('Reset password')).heading, 'Password reset');
    const { html } = await browser.open(adminsPage);
    assert.equal(html.includes('Reset password'), false);
    const refused = await browser.press('Save', { mfa: undefined });
    assert.deepEqual([refused.status, refused.heading], [403, 'This page is for administrators']);
    // A form that was shown before the user became an administrator is refused as well.
    await browser.open(johnsPage);
    const become = await exportedUser(world, john.username, { directoryRoles: ['globalAdministrator'] });
    await world.control.seed({ users: [become] });
    assert.equal((await browser.press('Reset password')).status, 403);
    assert.equal(await tokenByPassword(world, john), 50126);
  });

  const pages = ['/console/users', newUser, johnsPage];
  for (const path of pages) {
    test(`${path} is not an application administrator’s`, async () => {
      const browser = await signedInAs(sandbox, applicationAdministrator, path);
      assert.deepEqual([browser.shown().status, browser.shown().heading], [403, 'This page is for administrators']);
    });
  }

  test('the pages that somebody may not use are not offered', async () => {
    const { html } = (await signedInAs(sandbox, applicationAdministrator)).shown();
    assert.deepEqual([html.includes('User management'), html.includes('App registrations')], [false, true]);
  });
});

async function exportedUser({ control }: TestSandbox, name: string, changes: object): Promise<object> {
  const { users } = (await control.export()) as { users: { userPrincipalName: string }[] };
  return { ...users.find(({ userPrincipalName }) => userPrincipalName === name), ...changes };
}

describe('the list', () => {
  test('is searched by name and shown page by page', async () => {
    const people = Array.from({ length: 60 }, (_, index) => ({
      userPrincipalName: `user.${String(index).padStart(2, '0')}@contoso.com`,
      displayName: `Somebody ${index}`,
      passwordProfile: { password: 'x' },
    }));
    await using world = await consoleSandbox(JSON.stringify({ users: people }));
    const browser = await signedInAs(world, admin, '/console/users?q=Somebody');
    const first = browser.shown();
    assert.deepEqual([names(first).length, names(first)[0]], [25, 'user.00@contoso.com']);
    assert.ok(first.html.includes('1 to 25 of 60'));
    const next = /href="([^"]*)" rel="next"/.exec(first.html)?.[1] ?? '';
    const second = await browser.open(textOf(next));
    assert.deepEqual([names(second).length, names(second)[0]], [25, 'user.25@contoso.com']);
    const third = await browser.open('/console/users?q=Somebody&page=3');
    assert.deepEqual([names(third).length, third.html.includes('rel="next"')], [10, false]);
    assert.deepEqual(names(await browser.open('/console/users?q=SOMEBODY+59')), ['user.59@contoso.com']);
  });

  for (const page of ['0', '-1', '1.5', '1e9', 'x', '']) {
    test(`a page ${page || 'without a number'} is the first`, async () => {
      const browser = await signedInAs(sandbox, admin, `/console/users?page=${page}`);
      assert.deepEqual([browser.shown().status, names(browser.shown())[0]], [200, 'admin@contoso.com']);
    });
  }

  test('row 98: what users are called is text, wherever it stands', async () => {
    const name = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    const person = { id: 'abababab-0000-4000-8000-000000000001', userPrincipalName: 'x@contoso.com' };
    const users = [{ ...person, displayName: name, passwordProfile: { password: 'x' } }];
    await using world = await consoleSandbox(JSON.stringify({ users }));
    const browser = await signedInAs(world, admin, '/console/users');
    for (const path of [
      '/console/users',
      `/console/users/${person.id}`,
      `/console/users?q=${encodeURIComponent(name)}`,
    ]) {
      const { html } = await browser.open(path);
      assert.deepEqual(
        [html.includes('<script'), html.includes('<img'), html.includes('&lt;script')],
        [false, false, true],
      );
    }
  });
});
