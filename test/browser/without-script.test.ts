import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { entryKey } from '../../src/domain/index.ts';
import { authorizePath, codeFor, jane, john, type Parameters, tenant } from '../authority/authorize/fixture.ts';
import { pagesSeed, temporary, unconsented, unenrolled } from '../authority/authorize/seed.ts';
import { launchChromium } from './chromium.ts';
import { serveAuthority, waitingDevice } from './served.ts';

const browser = await launchChromium();
const served = browser && (await serveAuthority(pagesSeed));
after(async () => {
  await browser?.close();
  await served?.close();
});

type Served = NonNullable<typeof served>;

/** A browser with script switched off, and the places it may go. */
function walk(name: string, story: (page: Page, served: Served) => Promise<void>): void {
  test(name, async () => {
    const context = await browser?.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false });
    const page = await context?.newPage();
    if (!context || !page || !served) return;
    page.setDefaultTimeout(10_000);
    await story(page, served);
    assert.deepEqual(served.failures, []);
    await context.close();
  });
}

const heading = (page: Page): Promise<string> => page.locator('h1').innerText();

const begin = (page: Page, { url, application }: Served, changes: Parameters = {}) =>
  page.goto(url + authorizePath({ redirect_uri: application.redirectUri, ...changes }));

async function enter(page: Page, user: { username: string; password: string }): Promise<void> {
  await page.fill('#username', user.username);
  await page.fill('#password', user.password);
  await page.click('button.primary');
}

async function enterCode(page: Page, { clock }: Served, secret: string): Promise<void> {
  clock.advance(90);
  await page.fill('#otc', codeFor(secret, clock.now()));
  await page.click('button.primary');
}

const answerOf = ({ application }: Served) => Object.fromEntries(application.received.at(-1)?.url.searchParams ?? []);

const signInOf = async ({ context }: Served, code = '') =>
  (await context.entries.find('authorizationCode', entryKey(code)))?.signIn;

describe('in a browser without script', { skip: !browser }, () => {
  walk('somebody signs in with a second factor', async (page, server) => {
    await begin(page, server);
    assert.equal(await heading(page), 'Sign in');
    await enter(page, jane);
    assert.equal(await heading(page), 'Enter your code');
    await enterCode(page, server, jane.secret);
    assert.equal(await heading(page), 'Application');
    const { code, state } = answerOf(server);
    assert.equal(state, 'as it was');
    assert.deepEqual((await signInOf(server, code))?.methods, ['pwd', 'mfa']);
  });

  walk('the cookie is one that the browser keeps to itself', async (page, server) => {
    await begin(page, server);
    const [cookie] = await page.context().cookies();
    assert.deepEqual(
      [cookie?.name, cookie?.httpOnly, cookie?.secure, cookie?.sameSite, cookie?.expires],
      [`__Host-partner-auth-${new URL(server.url).port}`, true, true, 'Lax', -1],
    );
  });

  walk('an answer by form is sent by a button', async (page, server) => {
    await begin(page, server, { response_mode: 'form_post' });
    await enter(page, john);
    assert.equal(await heading(page), 'Almost done');
    await page.click('button.primary');
    assert.equal(await heading(page), 'Application');
    const { method, form } = server.application.received.at(-1) ?? {};
    assert.deepEqual([method, form?.state], ['POST', 'as it was']);
    assert.notEqual(await signInOf(server, form?.code), undefined);
  });

  walk('somebody consents, and is not asked again', async (page, server) => {
    await begin(page, server, { client_id: unconsented });
    await enter(page, john);
    assert.equal(await heading(page), 'Permissions requested');
    await page.click('button[value=accept]');
    assert.notEqual(answerOf(server).code, undefined);
    await begin(page, server, { client_id: unconsented });
    assert.equal(await heading(page), 'Application');
  });

  walk('somebody refuses', async (page, server) => {
    await begin(page, server, { client_id: unconsented, prompt: 'consent' });
    await enter(page, john);
    await page.click('button[value=cancel]');
    assert.equal(await heading(page), 'Application');
    assert.equal(answerOf(server).error, 'access_denied');
  });

  walk('a wrong password is said where the field is, and the next try is good', async (page, server) => {
    await begin(page, server);
    await enter(page, { ...john, password: 'wrong' });
    assert.equal(await page.locator('[role=alert]').count(), 1);
    assert.equal(await page.locator('#password').getAttribute('aria-invalid'), 'true');
    assert.equal(await page.inputValue('#username'), john.username);
    assert.equal(await page.inputValue('#password'), '');
    await enter(page, john);
    assert.equal(await heading(page), 'Application');
  });

  walk('a temporary password is changed', async (page, server) => {
    await begin(page, server);
    await enter(page, temporary);
    assert.equal(await heading(page), 'Choose a new password');
    await page.fill('#new-password', 'A new passw0rd');
    await page.fill('#confirm-password', 'A new passw0rd');
    await page.click('button.primary');
    assert.equal(await heading(page), 'Application');
  });

  walk('a second factor is set up by the key on the page', async (page, server) => {
    await begin(page, server);
    await enter(page, unenrolled);
    assert.equal(await heading(page), 'Set up your authenticator app');
    assert.equal(await page.locator('svg.qr').isVisible(), true);
    const key = (await page.locator('code').first().innerText()).replaceAll(' ', '');
    await enterCode(page, server, key);
    assert.equal(await heading(page), 'Application');
    const user = await server.context.directory.userByPrincipalName(tenant, unenrolled.username);
    assert.equal(user?.mfa.totpSecret?.reveal(), key);
  });

  for (const [button, said, state] of [
    ['accept', 'You are signed in on your device', 'approved'],
    ['cancel', 'Sign-in cancelled', 'declined'],
  ] as const) {
    walk(`a device is ${state}`, async (page, server) => {
      const device = await waitingDevice(server);
      await page.goto(`${server.url}/devicelogin`);
      await page.fill('#otc', device.userCode.toLowerCase());
      await page.click('button.primary');
      await enter(page, john);
      assert.equal(await heading(page), 'Are you signing in to Partner Center Public App?');
      await page.click(`button[value=${button}]`);
      assert.equal(await heading(page), said);
      assert.equal((await device.state())?.state, state);
    });
  }

  walk('somebody signs out, and is a stranger then', async (page, server) => {
    await begin(page, server);
    await enter(page, john);
    await page.goto(`${server.url}/common/oauth2/v2.0/logout`);
    assert.equal(await heading(page), 'Do you want to sign out?');
    await page.click('button.primary');
    assert.equal(await heading(page), 'You are signed out');
    assert.deepEqual(await page.context().cookies(), []);
    await begin(page, server);
    assert.equal(await heading(page), 'Sign in');
  });

  walk('by keyboard alone: from the name to consent, refusal within reach', async (page, server) => {
    const { keyboard } = page;
    await begin(page, server, { client_id: unconsented, prompt: 'consent' });
    // A page says it is loaded before the browser has moved the focus.
    await page.waitForSelector('#username:focus');
    await keyboard.type(jane.username);
    await keyboard.press('Tab');
    await keyboard.type(jane.password);
    await keyboard.press('Enter');
    await page.waitForSelector('#otc:focus');
    server.clock.advance(90);
    await keyboard.type(codeFor(jane.secret, server.clock.now()));
    await keyboard.press('Enter');
    await page.waitForSelector('text=Permissions requested');
    const focused = () => page.locator(':focus').innerText();
    await keyboard.press('Tab');
    assert.equal(await focused(), 'Accept');
    await keyboard.press('Tab');
    assert.equal(await focused(), 'Cancel');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await page.waitForSelector('text=Application');
    assert.notEqual(answerOf(server).code, undefined);
  });
});

describe('in a browser with script', { skip: !browser }, () => {
  test('an answer by form sends itself, and nothing else runs', async () => {
    const context = await browser?.newContext({ ignoreHTTPSErrors: true });
    const page = await context?.newPage();
    if (!context || !page || !served) return;
    const trouble: string[] = [];
    page.on('dialog', (dialog) => {
      trouble.push(dialog.message());
      return dialog.dismiss();
    });
    page.on('console', (message) => void trouble.push(message.text()));
    const state = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    await begin(page, served, { response_mode: 'form_post', state });
    await enter(page, john);
    await page.waitForURL(`${served.application.redirectUri}/`);
    assert.equal(served.application.received.at(-1)?.form.state, state);
    assert.deepEqual(trouble, []);
    await context.close();
  });

  test('row 99: no other page can put one into a frame', async () => {
    const context = await browser?.newContext({ ignoreHTTPSErrors: true });
    const page = await context?.newPage();
    if (!context || !page || !served) return;
    await page.goto(served.application.redirectUri);
    const frame = `<iframe src="${served.url}/devicelogin"></iframe>`;
    await page.setContent(frame);
    await page.waitForTimeout(500);
    const texts = await Promise.all(
      page
        .frames()
        .slice(1)
        .map((one) => one.content().catch(() => '')),
    );
    assert.equal(
      texts.some((text) => text.includes('Enter code')),
      false,
    );
    await context.close();
  });
});
