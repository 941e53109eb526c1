// A test of your own code against the whole service, in this process: no network, no port, a clock you set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartnerClient } from 'partner-auth';
import { startSandbox } from 'partner-auth/testing';

test('a token is kept until shortly before it ends', async () => {
  await using sandbox = await startSandbox();
  const { environment, fetch, clock } = sandbox;
  const client = new PartnerClient({
    applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
    credential: { password: 'TestClientAppSecret23456' },
    tenant: 'contoso.com',
    environment,
    fetch,
    clock,
  });

  const first = await client.acquireToken();
  assert.equal((await client.acquireToken()).accessToken, first.accessToken);
  clock.advance(3600);
  assert.notEqual((await client.acquireToken()).accessToken, first.accessToken);
});
