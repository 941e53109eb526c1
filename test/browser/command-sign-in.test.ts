import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { partnerCenter, publicClientId } from '../clients/run-client.ts';
import { tokenParts } from '../support/answer.ts';
import { commandFile } from '../support/built-command.ts';
import { inTerminal } from '../support/pseudo-terminal.ts';
import { controlled } from '../support/sandbox-calls.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { launchChromium } from './chromium.ts';

/** The real command in a terminal, a person in Chromium, the sandbox between them. */
const browser = await launchChromium();
after(() => browser?.close());

const user = { name: 'jane.roe@contoso.com', password: 'PCTestPassword@456' };

interface Visit {
  readonly sandbox: ServedSandbox;
  readonly page: Page;
}

/** The sign-in pages: name, password, and the one-time code of this moment. */
async function signIn({ sandbox, page }: Visit): Promise<void> {
  await page.fill('#username', user.name);
  await page.fill('#password', user.password);
  await page.click('button.primary');
  const shown = (await controlled(sandbox, 'GET', `users/${user.name}/totp`)) as { code: string };
  await page.fill('#otc', shown.code);
  await page.click('button.primary');
}

async function run(options: readonly string[], meet: (visit: Visit, printed: string) => Promise<boolean>) {
  const folder = scratchFolder();
  await using sandbox = await serveSandbox(join(folder, 'data'));
  const page = await browser?.newPage({ ignoreHTTPSErrors: true });
  assert.ok(page);
  page.setDefaultTimeout(15_000);
  // The system's browser writes down what it is to open: Chromium is driven from here.
  const opened = join(folder, 'opened');
  writeFileSync(join(folder, 'browser'), `#!/bin/sh\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`);
  let met: Promise<boolean> | undefined;
  const parts = [
    process.execPath,
    commandFile,
    'token',
    '--environment',
    'Sandbox',
    '--application-id',
    publicClientId,
  ];
  const line = [...parts, '--resource', 'partner-center', '--output', 'json', ...options].join(' ');
  const watch = setInterval(() => {
    if (existsSync(opened)) met ??= meet({ sandbox, page }, readFileSync(opened, 'utf8'));
  }, 50);
  const { exitCode, printed } = await inTerminal(`${line} > ${join(folder, 'result.json')}`, {
    cwd: folder,
    variables: {
      PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      BROWSER: `sh ${join(folder, 'browser')}`,
    },
    onOutput: (text) => {
      const [, code] = /enter the code (\S+)/.exec(text) ?? [];
      if (code !== undefined) met ??= meet({ sandbox, page }, code);
    },
  });
  clearInterval(watch);
  assert.equal(exitCode, 0, printed);
  assert.equal(await met, true);
  const address = page.url();
  await page.close();
  return { result: JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')), printed, address };
}

function assertJanes(result: {
  accessToken: string;
  account: { username: string };
  mfa: boolean;
  refreshToken: string;
}) {
  const { aud, appid, amr } = tokenParts(result.accessToken).claims;
  assert.deepEqual(
    [aud, appid, amr, result.account.username, result.mfa, typeof result.refreshToken],
    [partnerCenter, publicClientId, ['pwd', 'mfa'], user.name, true, 'string'],
  );
}

test('by itself in the browser: the page says so, and its address holds no code', { skip: !browser }, async () => {
  const { result, printed, address } = await run([], async (visit, url) => {
    assert.equal(new URL(url).searchParams.get('code_challenge_method'), 'S256');
    await visit.page.goto(url);
    await signIn(visit);
    await visit.page.waitForSelector('text=You are signed in');
    return true;
  });
  assertJanes(result);
  const { origin, pathname, search } = new URL(address);
  assert.deepEqual([pathname, search], ['/done', '']);
  assert.ok(printed.includes(`it comes back to ${origin}`), printed);
});

test('by device code, on another device', { skip: !browser }, async () => {
  const { result } = await run(['--use-device-authentication'], async (visit, userCode) => {
    await visit.page.goto(`${visit.sandbox.url}/devicelogin`);
    await visit.page.fill('#otc', userCode);
    await visit.page.click('button.primary');
    await signIn(visit);
    await visit.page.click('button.primary');
    await visit.page.waitForSelector('text=You are signed in on your device');
    return true;
  });
  assertJanes(result);
});
