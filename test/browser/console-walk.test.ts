import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSandbox } from '../../src/testing/index.ts';
import { tokenParts } from '../support/answer.ts';
import { launchChromium } from './chromium.ts';
import {
  administrator,
  emptyPartnerSeed,
  oneTimeCode,
  openWindow,
  partnerTenant,
  signInAsAdministrator,
  tokenRequest,
} from './console-visit.ts';

/** "Referrals API authentication", steps 1 and 2: everything that is clicked is what the document names. */
const browser = await launchChromium();
after(() => browser?.close());

const heading = (page: Page): Promise<string> => page.locator('h1').innerText();
const link = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true });
const told = (page: Page, name: string): Promise<string> =>
  page.locator('dl.once div').filter({ hasText: name }).locator('code').innerText();

/** Step 1.1 to 1.5, from any page of the console: the user name and the temporary password. */
async function createReferralsUser(page: Page) {
  await page.getByRole('link', { name: 'Settings' }).click();
  await link(page, 'User management').click();
  await link(page, 'Add user').click();
  await page.getByLabel('Create new users').check();
  await button(page, 'Continue').click();
  await page.getByLabel('First name').fill('Alex');
  await page.getByLabel('Last name').fill('Wilber');
  await page.getByLabel('User name', { exact: true }).fill('alex.wilber');
  await page.getByLabel('Password recovery email').fill('alex@example.com');
  await page.getByLabel('Referrals Admin').check();
  await button(page, 'Save').click();
  assert.equal(await heading(page), 'User created');
  return userTold(page);
}

const userTold = async (page: Page) => ({
  userName: await told(page, 'User name'),
  temporaryPassword: await told(page, 'Temporary password'),
});

/** Step 1.6, in a browser of the user's own. */
async function activate(
  page: Page,
  url: string,
  user: { userName: string; temporaryPassword: string; password: string },
) {
  await page.goto(`${url}/console`);
  await page.fill('#username', user.userName);
  await page.fill('#password', user.temporaryPassword);
  await page.click('button.primary');
  assert.equal(await heading(page), 'Choose a new password');
  await page.fill('#new-password', user.password);
  await page.fill('#confirm-password', user.password);
  await page.click('button.primary');
  assert.equal(await heading(page), 'This page is for administrators');
  assert.equal(await page.getByText('your account is active').count(), 1);
}

/** Step 2.2 to 2.5: the client id and a client secret. */
async function registerApplication(page: Page) {
  await page.getByRole('searchbox', { name: 'Search pages' }).fill('App registrations');
  await page.getByRole('button', { name: 'Search' }).click();
  await link(page, 'App registrations').click();
  await link(page, '+ New registration').click();
  await page.getByLabel('Name').fill('Partner Center Access App');
  await page.getByLabel('Single Tenant').check();
  await button(page, 'Register').click();
  assert.equal(await heading(page), 'Partner Center Access App');
  const clientId = await page.locator('#client-id').innerText();
  await link(page, 'Certificates & secrets').click();
  await link(page, '+ New client secret').click();
  await page.getByLabel('Description').fill('demo');
  await page.getByLabel('Expires').selectOption('365 days (12 months)');
  await button(page, 'Add').click();
  const clientSecret = await told(page, 'Value');
  await link(page, 'Done').click();
  return { clientId, clientSecret };
}

/** Step 2.6 and 2.7. */
async function addPermission(page: Page) {
  await page.getByRole('navigation', { name: 'Manage' }).getByRole('link', { name: 'API permissions' }).click();
  await link(page, '+ Add a permission').click();
  await link(page, 'APIs my organization uses').click();
  await page.getByRole('searchbox', { name: 'API name or application ID' }).fill('Microsoft Partner');
  await button(page, 'Find').click();
  const found = await page.locator('.panel tbody code').allInnerTexts();
  assert.equal(found.length, 2);
  await page
    .locator('.panel tbody tr')
    .filter({ has: page.locator('code', { hasText: /^4990c/ }) })
    .getByRole('link')
    .click();
  await page.getByLabel('user_impersonation').check();
  await button(page, 'Add permissions').click();
  assert.equal(await heading(page), 'API permissions');
  assert.equal(await page.getByText('Not granted for Contoso').count(), 1);
}

/** Step 2.8. */
async function grantConsent(page: Page) {
  await link(page, 'Grant admin consent for Contoso').click();
  await button(page, 'Yes, grant consent').click();
  assert.equal(await page.locator('.badge').allInnerTexts().then(String), 'Granted for Contoso');
}

/** Tabs forward until the focus is on it: whatever can be reached in this way can be reached by keyboard. */
async function reach(page: Page, name: string): Promise<void> {
  const labelled = page.getByLabel(name, { exact: true });
  for (let presses = 0; presses < 60; presses++) {
    const focused = page.locator(':focus');
    if ((await focused.count()) > 0) {
      const text = await focused.first().innerText();
      if (text.trim() === name || (await labelled.and(focused).count()) > 0) return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`“${name}” cannot be reached by keyboard on “${await heading(page)}”`);
}

/** One press, or text, at each of them; a page that comes of it begins anew at its top. */
async function byKeyboard(page: Page, steps: readonly (readonly [name: string, key: 'Enter' | 'Space' | string])[]) {
  for (const [name, key] of steps) {
    await reach(page, name);
    if (key === 'Space') await page.keyboard.press(key);
    else if (key !== 'Enter') await page.keyboard.type(key);
    else await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
  }
}

const code = ({ answer }: Awaited<ReturnType<typeof tokenRequest>>) =>
  (answer.error_codes as number[] | undefined)?.[0];

describe('the Referrals document’s steps, in a browser without script', { skip: !browser }, () => {
  test('from an empty partner tenant to the document’s token request, and every secret told once', async () => {
    if (!browser) return;
    await using sandbox = await startSandbox({ port: 0, seed: emptyPartnerSeed });
    const administrators = await openWindow(browser);
    const { page } = administrators;
    await signInAsAdministrator(page, sandbox);
    const { userName, temporaryPassword } = await createReferralsUser(page);
    assert.equal(userName, 'alex.wilber@contoso.com');
    const { clientId, clientSecret } = await registerApplication(page);
    const values = { clientId, clientSecret, userName };
    assert.equal(code(await tokenRequest(sandbox, { ...values, password: temporaryPassword })), 50055);

    const users = await openWindow(browser);
    const password = 'One-of-my-own 1';
    await activate(users.page, sandbox.url, { userName, temporaryPassword, password });
    assert.equal(code(await tokenRequest(sandbox, { ...values, password })), 650057);
    await addPermission(page);
    const before = await tokenRequest(sandbox, { ...values, password });
    assert.equal(code(before), 65001);
    const sentence = `the application with ID '${clientId}' named 'Partner Center Access App'`;
    assert.ok(String(before.answer.error_description).includes(sentence), String(before.answer.error_description));

    await grantConsent(page);
    const { status, answer } = await tokenRequest(sandbox, { ...values, password });
    assert.deepEqual([status, answer.scope, answer.expires_in], [200, 'user_impersonation', '3600']);
    const { aud, tid, upn, appid } = tokenParts(String(answer.access_token)).claims;
    assert.deepEqual([aud, tid, upn, appid], ['https://api.partner.microsoft.com', partnerTenant, userName, clientId]);

    const received = [...(await administrators.received()), ...(await users.received())];
    for (const secret of [temporaryPassword, clientSecret]) {
      const occurrences = received.map(({ text }) => text.split(secret).length - 1);
      assert.deepEqual(
        occurrences.filter((number) => number > 0),
        [1],
      );
    }
    await administrators.close();
    await users.close();
  });

  test('what was told once is not there after a reload, and not on any page', async () => {
    if (!browser) return;
    await using sandbox = await startSandbox({ port: 0, seed: emptyPartnerSeed });
    const { page, close } = await openWindow(browser);
    await signInAsAdministrator(page, sandbox);
    const { temporaryPassword } = await createReferralsUser(page);
    await page.reload();
    assert.equal(await heading(page), 'This was done already');
    assert.equal((await page.content()).includes(temporaryPassword), false);
    await page.goto(`${sandbox.url}/console/users`);
    assert.equal(await page.getByText('alex.wilber@contoso.com').count(), 1);
    await close();
  });

  test('step 1.6 again: a password that the administrator reset has to be changed anew', async () => {
    if (!browser) return;
    await using sandbox = await startSandbox({ port: 0, seed: emptyPartnerSeed });
    const administrators = await openWindow(browser);
    const users = await openWindow(browser);
    const { page } = administrators;
    await signInAsAdministrator(page, sandbox);
    const { userName, temporaryPassword } = await createReferralsUser(page);
    await activate(users.page, sandbox.url, { userName, temporaryPassword, password: 'One-of-my-own 1' });
    await link(page, 'Done').click();
    assert.equal(await page.locator('.badge').innerText(), 'Active');
    await button(page, 'Reset password').click();
    const again = await told(page, 'Temporary password');
    assert.notEqual(again, temporaryPassword);
    const anew = await openWindow(browser);
    await activate(anew.page, sandbox.url, { userName, temporaryPassword: again, password: 'Another of mine 2' });
    // Who was signed in with the password before is out.
    await users.page.goto(`${sandbox.url}/console`);
    assert.equal(await heading(users.page), 'Sign in');
    await Promise.all([administrators, users, anew].map((window) => window.close()));
  });

  test('the same walk by keyboard alone', async () => {
    if (!browser) return;
    await using sandbox = await startSandbox({ port: 0, seed: emptyPartnerSeed });
    const { page, close } = await openWindow(browser);
    await page.goto(`${sandbox.url}/console`);
    const { keyboard } = page;
    await page.waitForSelector('#username:focus');
    await keyboard.type(administrator.username);
    await keyboard.press('Tab');
    await keyboard.type(administrator.password);
    await keyboard.press('Enter');
    await page.waitForSelector('#otc:focus');
    await keyboard.type(oneTimeCode(sandbox, administrator.secret));
    await Promise.all([page.waitForURL(`${sandbox.url}/console`), keyboard.press('Enter')]);

    await byKeyboard(page, [
      ['Settings', 'Enter'],
      ['User management', 'Enter'],
      ['Add user', 'Enter'],
      ['Continue', 'Enter'],
      ['First name', 'Alex'],
      ['Last name', 'Wilber'],
      ['User name', 'alex.wilber'],
      ['Referrals Admin', 'Space'],
      ['Save', 'Enter'],
    ]);
    assert.equal(await heading(page), 'User created');
    const { userName, temporaryPassword } = await userTold(page);
    await byKeyboard(page, [
      ['Search pages', 'App registrations'],
      ['Search', 'Enter'],
      ['App registrations', 'Enter'],
      ['+ New registration', 'Enter'],
      ['Name', 'Partner Center Access App'],
      ['Register', 'Enter'],
    ]);
    const clientId = await page.locator('#client-id').innerText();
    await byKeyboard(page, [
      ['Certificates & secrets', 'Enter'],
      ['+ New client secret', 'Enter'],
      ['Description (optional)', 'demo'],
      ['Add', 'Enter'],
    ]);
    const clientSecret = await told(page, 'Value');
    await byKeyboard(page, [
      ['API permissions', 'Enter'],
      ['+ Add a permission', 'Enter'],
      ['APIs my organization uses', 'Enter'],
      ['API name or application ID', 'Microsoft Partner'],
      ['Find', 'Enter'],
      ['Microsoft Partner', 'Enter'],
      ['user_impersonation', 'Space'],
      ['Add permissions', 'Enter'],
      ['Grant admin consent for Contoso', 'Enter'],
      ['Yes, grant consent', 'Enter'],
    ]);
    assert.equal(await page.locator('.badge').innerText(), 'Granted for Contoso');

    const users = await openWindow(browser);
    const password = 'One-of-my-own 1';
    await activate(users.page, sandbox.url, { userName, temporaryPassword, password });
    const { status } = await tokenRequest(sandbox, { clientId, clientSecret, userName, password });
    assert.equal(status, 200);
    await close();
    await users.close();
  });
});
