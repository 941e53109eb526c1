import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../src/testing/index.ts';
import {
  authorizePath,
  challenge,
  codeFor,
  confidential,
  jane,
  john,
  publicApplication,
  tenant,
  web,
} from '../authority/authorize/fixture.ts';
import { tokenParts } from '../support/answer.ts';
import { pageBrowser } from '../support/page-browser.ts';

test('a code from the pages becomes tokens, whose ID token signs its user out', async () => {
  await using sandbox = await startSandbox();
  const browser = pageBrowser(sandbox.url, sandbox.fetch);
  const scope = 'https://api.partnercenter.microsoft.com/.default openid profile offline_access';
  const asking = { scope, code_challenge: challenge, code_challenge_method: 'S256' };
  await browser.open(authorizePath(asking));
  const { left } = await browser.submit(john);
  const response = await sandbox.fetch(`${sandbox.url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: confidential,
      client_secret: 'TestClientAppSecret23456',
      code: left?.searchParams.get('code') ?? '',
      redirect_uri: web,
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    }),
  });
  const tokens = (await response.json()) as Readonly<Record<string, string>>;
  assert.equal(response.status, 200);
  const { nonce, preferred_username: name } = tokenParts(tokens.id_token).claims;
  assert.deepEqual([nonce, name], ['n-0S6_WzA2Mj', john.username]);
  assert.equal(tokenParts(tokens.access_token).claims.aud, 'https://api.partnercenter.microsoft.com');
  const signedOut = await browser.open(`/${tenant}/oauth2/v2.0/logout?id_token_hint=${tokens.id_token}`);
  assert.equal(signedOut.heading, 'You are signed out');
});

test('a device gets tokens once somebody has let it in on the page, with the second factor in them', async () => {
  await using sandbox = await startSandbox();
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ client_id: publicApplication, ...fields });
    const response = await sandbox.fetch(`${sandbox.url}/organizations/oauth2/v2.0/${path}`, { method: 'POST', body });
    return (await response.json()) as Readonly<Record<string, string>>;
  };
  const device = await post('devicecode', { scope: 'https://api.partnercenter.microsoft.com/.default offline_access' });
  const poll = () => post('token', { grant_type: 'device_code', device_code: device.device_code ?? '' });
  assert.equal((await poll()).error, 'authorization_pending');
  const browser = pageBrowser(sandbox.url, sandbox.fetch);
  await browser.open(new URL(device.verification_uri ?? '').pathname);
  await browser.submit({ otc: device.user_code ?? '' });
  await browser.submit({ username: jane.username, password: jane.password });
  await browser.submit({ otc: codeFor(jane.secret, sandbox.clock.now()) });
  assert.equal((await poll()).error, 'authorization_pending');
  assert.equal((await browser.submit({ decision: 'accept' })).heading, 'You are signed in on your device');
  const tokens = await poll();
  assert.deepEqual(tokenParts(tokens.access_token).claims.amr, ['pwd', 'mfa']);
  assert.notEqual(tokens.refresh_token, undefined);
});
