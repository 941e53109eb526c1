import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../../src/testing/index.ts';
import type { RunOptions } from '../command.ts';
import { home } from '../home.ts';

/** A user signs in on another device, as the sandbox's authority has it, and the months after that. */
test('signed in once by device code: renewed for months, without anybody and without an option', async (context) => {
  await using sandbox = await startSandbox();
  const { json, run } = home(context);
  const { clock } = sandbox;
  const user = 'jane.roe@contoso.com';
  const approve = async (userCode: string) => {
    const answer = await sandbox.fetch(`${sandbox.url}/sandbox/device-codes/${userCode}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userPrincipalName: user, decision: 'approve' }),
    });
    assert.ok(answer.ok, await answer.clone().text());
  };
  const at: RunOptions = {
    clock,
    variables: { PARTNER_AUTH_AUTHORITY_HOST: sandbox.url },
    reply: async ({ url, body, headers }) => {
      const answer = await sandbox.fetch(url, body === '' ? { headers } : { method: 'POST', body, headers });
      if (url.endsWith('/devicecode'))
        await approve(((await answer.clone().json()) as { user_code: string }).user_code);
      return answer;
    },
  };
  const who = ['--application-id', '11112222-bbbb-3333-cccc-4444dddd5555', '--tenant', 'contoso.com'];
  const login = await json(['login', ...who, '--use-device-authentication'], at);
  assert.equal(login.exitCode, 0, login.stderr);
  assert.ok(login.stderr.includes('Sign in on any device'), login.stderr);
  assert.deepEqual([login.value.account, login.value.mfa, login.value.daysLeftAtMost], [user, true, 90]);

  const later: RunOptions = { ...at, variables: {} };
  assert.equal((await json(['token'], later)).value.fromCache, true);
  for (let round = 0; round < 3; round++) {
    clock.advance(80 * 86_400);
    const status = await json(['status', '--warn-days', '14'], later);
    assert.deepEqual([status.exitCode, status.value[0].daysLeftAtMost], [8, 10]);
    const renewal = await json(['renew', '--older-than-days', '7'], later);
    assert.deepEqual([renewal.exitCode, renewal.value[0].daysLeftAtMost], [0, 90], renewal.stderr);
    const token = await json(['token', '--resource', 'partner'], later);
    assert.deepEqual([token.exitCode, token.value.account.username, token.value.mfa], [0, user, true], token.stderr);
  }
  clock.advance(91 * 86_400);
  const ended = await run(['token'], later);
  assert.deepEqual([ended.exitCode, ended.stdout], [4, ''], ended.stderr);
  assert.ok(ended.stderr.includes('AADSTS700082'), ended.stderr);
  assert.equal((await run(['status'], later)).exitCode, 8);
  assert.equal((await run(['login', '--use-device-authentication'], at)).exitCode, 0);
  assert.equal((await run(['status', '--warn-days', '14'], later)).exitCode, 0);
});
