import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSandbox } from '../../src/testing/index.ts';
import { tokenByPassword } from '../console/fixture.ts';
import { launchChromium } from './chromium.ts';
import { emptyPartnerSeed, openWindow, signInAsAdministrator, type Window } from './console-visit.ts';

const browser = await launchChromium();
const sandbox = await startSandbox({ port: 0, seed: emptyPartnerSeed });
after(async () => {
  await browser?.close();
  await sandbox.close();
});

const nobody = { username: 'nobody@contoso.com', password: 'x' };
const correlationId = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
const rows = (page: Page) => page.locator('tbody[data-live-rows] tr');
const isMarked = (page: Page) => page.evaluate("window.mark === 'there since the page was opened'");
const mark = (page: Page) => page.evaluate("window.mark = 'there since the page was opened'");

describe('the flows, in a browser', { skip: !browser }, () => {
  let window: Window;
  let page: Page;
  before(async () => {
    if (!browser) return;
    window = await openWindow(browser, { script: true });
    page = window.page;
    await signInAsAdministrator(page, sandbox, '/console/flows');
    await page.getByRole('heading', { name: 'Flows', exact: true }).waitFor();
    await mark(page);
  });
  after(() => window?.close());

  test('what comes in appears by itself, above what was there, without reloading', async () => {
    await page.getByText('Live: what comes in appears here by itself.').waitFor();
    const already = await rows(page).count();
    await tokenByPassword(sandbox, nobody);
    await rows(page).nth(already).waitFor();
    assert.match(await rows(page).first().innerText(), /Password grant, v1.*AADSTS/s);
    assert.equal(await rows(page).count(), already + 1);
    assert.ok(await isMarked(page));
  });

  test('the focus stays where it was', async () => {
    await rows(page).first().getByRole('link').focus();
    const focused = await page.evaluate('document.activeElement.href');
    const already = await rows(page).count();
    await tokenByPassword(sandbox, nobody);
    await rows(page).nth(already).waitFor();
    assert.equal(await page.evaluate('document.activeElement.href'), focused);
  });

  test('by keyboard: one is opened, and shows the check that refused it, the cause and the next step', async () => {
    await rows(page).first().getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Password grant, v1' }).waitFor();
    assert.equal(await page.locator('.checks li[aria-current=step]').count(), 1);
    const told = await page.locator('.refused').innerText();
    assert.match(told, /AADSTS\d+: .*Cause\n.*Next step\n/s);
  });

  test('an open one tells when more comes under its correlation id, and a slow one when it is answered', async () => {
    await sandbox.control.addFault({ endpoint: 'token', delay: 4000 });
    const ask = () =>
      sandbox.fetch(`${sandbox.url}/common/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'password' }),
        headers: { 'client-request-id': correlationId },
      });
    const slow = ask();
    await page.goto(`${sandbox.url}/console/flows`);
    await rows(page).first().getByText('Under way').waitFor();
    await rows(page).first().getByRole('link').click();
    await page.getByText('The answer is under way.').waitFor();
    await mark(page);
    await slow;
    await page.getByRole('heading', { name: /^AADSTS900144/ }).waitFor();
    await ask();
    await rows(page).first().waitFor();
    assert.ok(await isMarked(page));
  });

  test('whose sign-in has ended is told so', async () => {
    await page.goto(`${sandbox.url}/console/flows`);
    await page.getByText('Live: what comes in appears here by itself.').waitFor();
    await page.context().clearCookies();
    await page.getByText('No longer live: reload the page').waitFor();
  });
});

test('without script the page is whole, and says how to see more', { skip: !browser }, async () => {
  if (!browser) return;
  const { page, close } = await openWindow(browser);
  await signInAsAdministrator(page, sandbox, '/console/flows');
  await page.getByText('Reload the page to see what came since.').waitFor();
  assert.ok((await rows(page).count()) > 0);
  await rows(page).first().getByRole('link').click();
  await page.getByRole('heading', { name: 'Checks' }).waitFor();
  await close();
});
