import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';

/** The proxy is the process's: each case has one of its own. */
ensureBuilt();

const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const token = ['token', '--application-id', application, '--tenant', 'contoso.com', '--resource', 'partner-center'];

describe('a variable that holds no address of a proxy', () => {
  const variables: readonly (readonly [name: string, value: string])[] = [
    ['HTTPS_PROXY', '127.0.0.1:8080'],
    ['HTTPS_PROXY', 'user:CANARY@proxy.test:8080'],
    ['https_proxy', 'localhost:8080'],
    ['HTTP_PROXY', 'ftp://proxy.test'],
  ];
  for (const [name, value] of variables) {
    test(`${name}=${value}: nothing is sent around it`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(token, {
        variables: { PARTNER_AUTH_CLIENT_SECRET: 'CANARY-secret', [name]: value },
      });
      assert.deepEqual([exitCode, stdout], [7, '']);
      assert.equal(
        stderr,
        `error: ${name} holds no address of a proxy.\n  next: Set it to http://HOST:PORT, or unset it to go without a proxy.\n`,
      );
    });
  }

  test('stands in the way of nothing that needs no network', async () => {
    const variables = { HTTPS_PROXY: '127.0.0.1:8080' };
    const { exitCode, stderr } = await partnerAuth(['explain', '900421'], { variables });
    assert.deepEqual([exitCode, stderr], [0, '']);
  });
});
