import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';
import { admin } from '../console/fixture.ts';
import { tokenParts } from '../support/answer.ts';
import { launchChromium } from './chromium.ts';
import { oneTimeCode, openWindow } from './console-visit.ts';

/** What is done on the console's pages is met by the next token request: time, faults, customers. */
const browser = await launchChromium();
after(() => browser?.close());

const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
const jane = 'jane.roe@contoso.com';
const graph = 'https://graph.microsoft.com/.default';
const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

const heading = (page: Page): Promise<string> => page.locator('h1').innerText();
const link = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true });
const goTo = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

async function signIn(page: Page, sandbox: TestSandbox): Promise<void> {
  await page.fill('#username', admin.username);
  await page.fill('#password', admin.password);
  await page.click('button.primary');
  await page.fill('#otc', oneTimeCode(sandbox, admin.secret ?? ''));
  await page.click('button.primary');
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly error_codes?: readonly number[];
}

async function asked({ url, fetch }: TestSandbox, path: string, form: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ client_id: publicApplication, ...form });
  const response = await fetch(`${url}/${path}`, { method: 'POST', body });
  return { status: response.status, answer: (await response.json()) as TokenAnswer & Record<string, string> };
}

/** As a program of the partner's gets one: by a device code that a user with a second factor approves. */
async function refreshToken(sandbox: TestSandbox): Promise<string> {
  const scope = `${graph} offline_access`;
  const { answer } = await asked(sandbox, 'organizations/oauth2/v2.0/devicecode', { scope });
  const { device_code = '', user_code = '' } = answer;
  await sandbox.control.decideDeviceCode(user_code, { userPrincipalName: jane, methods: ['pwd', 'mfa'] });
  const form = { grant_type: deviceCode, device_code };
  return (await asked(sandbox, 'organizations/oauth2/v2.0/token', form)).answer.refresh_token ?? '';
}

async function redeemed(sandbox: TestSandbox, tenant: string, refresh_token: string) {
  const form = { grant_type: 'refresh_token', scope: graph, refresh_token };
  const { status, answer } = await asked(sandbox, `${tenant}/oauth2/v2.0/token`, form);
  return answer.error_codes?.[0] ?? (status === 200 ? tokenParts(answer.access_token).claims.tid : status);
}

describe('the console, and the token request after it', { skip: !browser }, () => {
  test('91 days later, under a fault, and at a new customer', async () => {
    if (!browser) return;
    await using sandbox = await startSandbox({ port: 0 });
    const home = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
    const { page, close } = await openWindow(browser);
    const old = await refreshToken(sandbox);
    assert.equal(await redeemed(sandbox, 'contoso.com', old), home);

    await page.goto(`${sandbox.url}/console/clock`);
    await signIn(page, sandbox);
    await button(page, '91 days').click();
    assert.equal(await heading(page), 'Sign in');
    assert.equal(await redeemed(sandbox, 'contoso.com', old), 700082);
    await signIn(page, sandbox);
    assert.deepEqual(
      [await heading(page), await page.getByRole('status').innerText()],
      ['Clock', 'The time was moved.'],
    );

    const token = await refreshToken(sandbox);
    await goTo(page, 'Faults');
    await link(page, '+ New fault').click();
    await link(page, 'Throttle').click();
    await page.getByLabel('Retry-After in seconds').fill('7');
    await page.getByLabel('Where').selectOption('token');
    await button(page, 'Add').click();
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.equal(await redeemed(sandbox, 'contoso.com', token), 90055);
    await page.reload();
    assert.equal(await page.getByText('No fault is waiting.').count(), 1);
    assert.equal(await redeemed(sandbox, 'contoso.com', token), home);

    const domain = 'tailspin.onmicrosoft.com';
    await goTo(page, 'Customers');
    await link(page, '+ New customer').click();
    await page.getByLabel('Company name').fill('Tailspin Toys');
    await page.getByLabel('Domain').fill(domain);
    await button(page, 'Add').click();
    assert.equal(await heading(page), 'Tailspin Toys');
    const tenant = await page.locator('.known code').innerText();
    assert.equal(await redeemed(sandbox, domain, token), 700016);
    await link(page, '+ New relationship').click();
    await page.getByLabel('Duration in days').fill('30');
    await page.getByLabel('Directory Readers').check();
    await button(page, 'Add').click();
    assert.equal(await page.locator('tbody .badge').innerText(), 'Active');
    assert.equal(await redeemed(sandbox, domain, token), 700016);
    await link(page, '+ Consent for an application').click();
    await link(page, 'Partner Center Public App').click();
    await button(page, 'Yes, consent').click();
    assert.equal(await heading(page), 'Tailspin Toys');
    assert.equal(await redeemed(sandbox, domain, token), tenant);

    await page.locator('tbody').getByRole('button').click();
    assert.equal(await redeemed(sandbox, domain, token), 50020);
    await close();
  });
});
