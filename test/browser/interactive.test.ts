import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { partnerCenter, publicClientId } from '../clients/run-client.ts';
import { tokenParts } from '../support/answer.ts';
import { repository } from '../support/built-command.ts';
import { cleanEnvironment } from '../support/child.ts';
import { scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { launchChromium } from './chromium.ts';

const browser = await launchChromium();
after(() => browser?.close());

const user = { name: 'jane.roe@contoso.com', password: 'PCTestPassword@456' };

test('msal-node signs a user in by the browser, with a second factor and form_post', { skip: !browser }, async () => {
  await using sandbox = await serveSandbox(scratchFolder());
  const program = join(repository, 'test/clients/msal-node-interactive.program.ts');
  const child = spawn(process.execPath, [program, sandbox.url], {
    cwd: repository,
    env: cleanEnvironment({ NODE_EXTRA_CA_CERTS: sandbox.caFile }),
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: address = '' } = await lines.next();
  const page = await browser?.newPage({ ignoreHTTPSErrors: true });
  assert.ok(page);
  page.setDefaultTimeout(15_000);
  await page.goto(address);
  await page.fill('#username', user.name);
  await page.fill('#password', user.password);
  await page.click('button.primary');
  const trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
  const shown = await trusting(`${sandbox.url}/sandbox/users/${user.name}/totp`);
  const { code } = (await shown.json()) as { code: string };
  await page.fill('#otc', code);
  await page.click('button.primary');
  // The page that posts sends itself: nothing is clicked.
  await page.waitForURL((at) => at.hostname === 'localhost' && at.protocol === 'http:');
  const { value: result = '' } = await lines.next();
  await once(child, 'close');
  const { accessToken, username } = JSON.parse(result);
  const { aud, appid, amr } = tokenParts(accessToken).claims;
  assert.deepEqual(
    { username, aud, appid, amr },
    { username: user.name, aud: partnerCenter, appid: publicClientId, amr: ['pwd', 'mfa'] },
  );
});
