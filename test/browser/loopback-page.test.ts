import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { type Loopback, openLoopback } from '../../src/client/loopback/index.ts';
import { listenOnLoopback } from '../../src/client/loopback/listener.ts';
import { freePorts } from '../client/loopback/fixture.ts';
import { repository } from '../support/built-command.ts';
import { launchChromium } from './chromium.ts';

const browser = await launchChromium();
after(() => browser?.close());

const folder = join(repository, 'build', 'screenshots');
mkdirSync(folder, { recursive: true });

const state = 'o4hGtxjR8nq0bJ2Qk1yZ5w';
const code = '0.AXwA-code-that-must-not-be-seen';

/** A page of another origin with a form, whose answer sends the browser on: the end of every sign-in. */
async function serveSignIn(redirect: string) {
  const server = createServer((request, response) => {
    if (request.method === 'POST') response.writeHead(302, { Location: redirect }).end();
    else {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>Sign in</title><form method="post"><button>Sign in</button></form>');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

/** What asks at the port once the loopback has left it. */
async function countRequests(port: number) {
  const asked: string[] = [];
  const listener = await listenOnLoopback(
    (incoming, outgoing) => {
      asked.push(incoming.url ?? '');
      outgoing.end();
    },
    { ports: { first: port, last: port } },
  );
  return { asked, close: () => listener.close() };
}

async function newPage(): Promise<Page> {
  const context = await browser?.newContext();
  const page = await context?.newPage();
  assert.ok(page);
  page.setDefaultTimeout(15_000);
  return page;
}

/** Signs in by a browser that is sent back with these parameters. */
async function comeBack(loopback: Loopback, answer: Readonly<Record<string, string>>) {
  const signIn = await serveSignIn(`${loopback.redirectUri}/?${new URLSearchParams(answer)}`);
  const outcome = loopback.wait({ state, requireIssuer: false }).then(
    ({ code }) => code.reveal(),
    (error: unknown) => String(error),
  );
  const page = await newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void complaints.push(message.text()));
  await page.goto(signIn.url);
  await page.click('button');
  await page.waitForURL((url) => url.port === String(loopback.port));
  signIn.close();
  return { page, complaints, outcome: await outcome };
}

async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

async function look(page: Page, name: string, heading: string): Promise<void> {
  assert.deepEqual(await page.locator('h1').allInnerTexts(), [heading]);
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await findings(page), [], `${size} ${colorScheme}`);
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 320, height: 568 });
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
}

const hostile = '<script>document.title = "run"</script>';

const endings = [
  ['loopback-signed-in', 'You are signed in', { code, state }, code],
  [
    'loopback-not-signed-in',
    'You are not signed in',
    { error: 'access_denied', error_description: hostile, state },
    `AuthError: The authority refused the request: access_denied. ${hostile}`,
  ],
] as const;

describe('the end of a sign-in, in a browser', { skip: !browser }, () => {
  for (const [name, heading, answer, expected] of endings) {
    test(`row 25: ${heading}: nothing of the answer in address, history or page, and no further request`, async () => {
      const loopback = await openLoopback({ port: await freePorts(1) });
      const { page, complaints, outcome } = await comeBack(loopback, answer);
      const later = await countRequests(loopback.port);
      assert.equal(outcome, expected);
      assert.equal(page.url(), `${loopback.redirectUri}/done`);
      assert.equal(await page.title(), `${heading} – partner-auth`);
      assert.equal(await page.evaluate('performance.getEntriesByType("resource").length'), 0);
      const cdp = await page.context().newCDPSession(page);
      const { entries } = await cdp.send('Page.getNavigationHistory');
      assert.deepEqual(
        entries.map(({ url }) => url).filter((url) => url.includes(code) || url.includes('error=')),
        [],
      );
      await look(page, name, heading);
      assert.deepEqual(later.asked, []);
      assert.deepEqual(complaints, []);
      await later.close();
      await page.context().close();
    });
  }

  const refusals = [
    ['loopback-refused', 'This answer was not accepted', '/?code=x&state=x', 400],
    ['loopback-not-found', 'There is nothing here', '/x', 404],
  ] as const;
  for (const [name, heading, path, status] of refusals) {
    test(`${heading}: no serious finding, light and dark, phone and desktop`, async () => {
      await using loopback = await openLoopback({ port: await freePorts(1) });
      const answer = loopback.wait({ state, requireIssuer: false });
      const page = await newPage();
      const response = await page.goto(loopback.redirectUri + path);
      assert.equal(response?.status(), status);
      await look(page, name, heading);
      await loopback.close();
      await assert.rejects(answer);
      await page.context().close();
    });
  }

  test('row 21: a page of another origin neither reads nor ends the sign-in, and the true answer succeeds', async () => {
    const loopback = await openLoopback({ port: await freePorts(1) });
    const signIn = await serveSignIn('');
    const answer = loopback.wait({ state, requireIssuer: false });
    const page = await newPage();
    await page.goto(signIn.url);
    const address = `${loopback.redirectUri}/?${new URLSearchParams({ code: 'stolen', state })}`;
    const attempts = `Promise.all([
      fetch(${JSON.stringify(address)}).then(() => 'read', () => 'nothing'),
      fetch(${JSON.stringify(address)}, { mode: 'no-cors' }).then(({ status }) => status, () => 'nothing'),
      fetch(${JSON.stringify(address)}, { method: 'POST', mode: 'no-cors', body: 'x' }).then(({ status }) => status, () => 'nothing'),
      new Promise((resolve) => { const image = new Image(); image.onload = () => resolve('read'); image.onerror = () => resolve('nothing'); image.src = ${JSON.stringify(address)}; }),
      new Promise((resolve) => { const frame = document.createElement('iframe'); frame.onload = () => resolve('loaded'); frame.src = ${JSON.stringify(address)}; document.body.append(frame); }),
    ])`;
    assert.deepEqual(await page.evaluate(attempts), ['nothing', 'nothing', 'nothing', 'nothing', 'loaded']);
    await page.goto(`${loopback.redirectUri}/?${new URLSearchParams({ code, state })}`);
    assert.equal((await answer).code.reveal(), code);
    assert.equal(page.url(), `${loopback.redirectUri}/done`);
    signIn.close();
    await page.context().close();
  });
});
