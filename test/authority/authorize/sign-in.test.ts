import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryKey } from '../../../src/domain/index.ts';
import { start, testAuthority } from '../fixture.ts';
import { answered, authorizePath, browserAt, codeFor, jane, john, web } from './fixture.ts';

test('a user without a second factor signs in by name and password, and the code stands for all of it', async () => {
  const authority = await testAuthority();
  const browser = browserAt(authority);
  const first = await browser.open(authorizePath({ client_info: '1' }));
  assert.equal(first.heading, 'Sign in');
  const { left } = await browser.submit(john);
  assert.equal(left?.href.startsWith(`${web}?code=`), true);
  const { code = '', state, session_state: sessionState, client_info: info = '', ...rest } = answered(left);
  assert.deepEqual(rest, {});
  assert.equal(state, 'as it was');
  assert.deepEqual(JSON.parse(Buffer.from(info, 'base64url').toString()), {
    uid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
    utid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  });
  assert.deepEqual(await authority.context.entries.find('authorizationCode', entryKey(code)), {
    signIn: {
      userId: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
      userTenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
      methods: ['pwd'],
      authenticatedAt: start,
      sessionId: sessionState,
    },
    appId: '00001111-aaaa-2222-bbbb-3333cccc4444',
    tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    tenantPath: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    redirectUri: web,
    platform: 'web',
    nonce: 'n-0S6_WzA2Mj',
    asked: { scope: 'https://api.partner.microsoft.com/.default openid offline_access' },
    endsAt: new Date(start.getTime() + 600_000),
  });
});

test('a user with a second factor is asked for it, once for each sign-in', async () => {
  const authority = await testAuthority();
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  const second = await browser.submit(jane);
  assert.equal(second.heading, 'Enter your code');
  const wrong = await browser.submit({ otc: '000000' });
  assert.equal(wrong.heading, 'Enter your code');
  assert.ok(wrong.html.includes('role="alert"') && wrong.html.includes('AADSTS500121'));
  const { left } = await browser.submit({ otc: codeFor(jane.secret, authority.clock.now()) });
  const { code = '' } = answered(left);
  const kept = await authority.context.entries.find('authorizationCode', entryKey(code));
  assert.deepEqual(kept?.signIn.methods, ['pwd', 'mfa']);
  const again = await browser.open(authorizePath({ prompt: 'none' }));
  assert.notEqual(answered(again.left).code, undefined);
});
