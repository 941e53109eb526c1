import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestSandbox } from '../../src/testing/index.ts';
import { admin, consoleSandbox, rowsOf, signedInAs } from './fixture.ts';

const path = '/console/keys';

const appToken = async ({ url, fetch }: TestSandbox): Promise<string> => {
  const response = await fetch(`${url}/contoso.com/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
      client_secret: 'TestClientAppSecret23456',
      scope: 'https://api.partnercenter.microsoft.com/.default',
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
};
const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid as string;
const exchanged = async ({ url, fetch }: TestSandbox, token: string) => {
  const response = await fetch(`${url}/v3/generatetoken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'jwt_token' }),
  });
  return { status: response.status, token: ((await response.json()) as { access_token?: string }).access_token ?? '' };
};

/** The table of one ring: kid, since when, standing. */
const keysUnder = (html: string, title: string) => rowsOf({ html: html.split(`<h2>${title}</h2>`)[1] ?? '' });

test('rotating the authority’s keys: the new one signs, and tokens of the one before are good', async () => {
  await using sandbox = await consoleSandbox();
  const browser = await signedInAs(sandbox, admin, path);
  const token = await appToken(sandbox);
  assert.deepEqual(keysUnder(browser.shown().html, 'Authority'), [
    [`${kidOf(token)} RS256`, '2026-11-21 08:59 UTC', 'Signs'],
  ]);
  const page = await browser.press('Rotate');
  assert.deepEqual(
    [page.url.search, page.html.includes('The authority signs with a new key.')],
    ['?done=authority', true],
  );
  const next = await appToken(sandbox);
  assert.deepEqual(keysUnder(page.html, 'Authority'), [
    [`${kidOf(next)} RS256`, '2026-11-21 09:00 UTC', 'Signs'],
    [`${kidOf(token)} RS256`, '2026-11-21 08:59 UTC', 'Published until 2026-11-22 10:00 UTC'],
  ]);
  assert.notEqual(kidOf(next), kidOf(token));
  assert.deepEqual([(await exchanged(sandbox, token)).status, (await exchanged(sandbox, next)).status], [200, 200]);
  assert.deepEqual(keysUnder(page.html, 'Token service').length, 1);
});

test('rotating the token service’s keys is a form of its own', async () => {
  await using sandbox = await consoleSandbox();
  const browser = await signedInAs(sandbox, admin, path);
  const page = await browser.press('Rotate', { ring: 'token-service' });
  assert.equal(page.url.search, '?done=token-service');
  const [[kid = ''] = []] = keysUnder(page.html, 'Token service');
  assert.equal(kid, `${kidOf((await exchanged(sandbox, await appToken(sandbox))).token)} RS256`);
  assert.equal(keysUnder(page.html, 'Authority').length, 1);
});

test('a key that is in no key set any more is counted, not listed', async () => {
  await using sandbox = await consoleSandbox();
  await sandbox.control.rotateKeys('authority');
  sandbox.clock.advance(25 * 3600);
  const { html } = (await signedInAs(sandbox, admin, path)).shown();
  assert.deepEqual(
    [keysUnder(html, 'Authority').length, html.includes('And one that no token alive was signed with')],
    [1, true],
  );
});

test('a ring that is none is refused, and a page holds no private key', async () => {
  await using sandbox = await consoleSandbox();
  const browser = await signedInAs(sandbox, admin, path);
  assert.equal(browser.shown().html.includes('PRIVATE'), false);
  assert.equal((await browser.press('Rotate', { ring: 'both' })).status, 400);
  assert.equal((await sandbox.control.keys()).length, 2);
});
