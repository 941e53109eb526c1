import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startSandbox } from '../../../src/testing/index.ts';
import { tokenParts } from '../../support/answer.ts';
import { openssl } from '../../support/openssl.ts';
import type { RunOptions } from '../command.ts';
import { home } from '../home.ts';

/** What a profile remembers of a certificate, judged by the sandbox's authority: later calls name nothing. */
const sandbox = await startSandbox();
after(() => sandbox.close());
const here = home({ after });
const id = '00001111-aaaa-2222-bbbb-3333cccc4444';
const pem = here.file('client.pem', sandbox.clientPem);
const pfx = join(here.folder, 'protected.pfx');
openssl(here.folder, 'pkcs12', '-export', '-in', pem, '-out', pfx, '-passout', 'pass:of-the-pfx');
const thumbprint = new X509Certificate(sandbox.clientPem).fingerprint256;
const at: RunOptions = {
  reply: ({ url, body, headers }) => sandbox.fetch(url, { method: 'POST', body, headers }),
  clock: sandbox.clock,
};
const authority = { PARTNER_AUTH_AUTHORITY_HOST: sandbox.url };
const who = ['--application-id', id, '--tenant', 'contoso.com'];

describe('a certificate', () => {
  const cases: readonly (readonly [string, readonly string[], RunOptions, object])[] = [
    ['pem', ['--certificate-file', pem], {}, { certificateFile: pem }],
    [
      'pfx',
      ['--certificate-file', pfx, '--certificate-password-file', '-'],
      { stdin: 'of-the-pfx' },
      { certificateFile: pfx, secrets: ['certificatePassword'] },
    ],
    [
      'thumbprint',
      ['--certificate-thumbprint', thumbprint],
      { variables: { PARTNER_AUTH_CERTIFICATES: here.folder } },
      { certificateThumbprint: thumbprint },
    ],
    ['variable', [], { variables: { AZURE_CLIENT_CERTIFICATE_PATH: pem } }, { certificateFile: pem }],
  ];
  for (const [name, args, options, remembered] of cases) {
    test(name, async () => {
      const variables = { ...authority, ...options.variables };
      const login = await here.run(['login', '--profile', name, ...who, ...args], { ...at, ...options, variables });
      assert.equal(login.exitCode, 0, login.stderr);
      const { profiles } = here.profiles() as { profiles: Record<string, object> };
      assert.deepEqual(profiles[name], {
        parameterSet: 'ServicePrincipalCertificate',
        authority: sandbox.url,
        tenant: 'contoso.com',
        applicationId: id,
        resource: 'partner-center',
        ...remembered,
      });
      const later = name === 'thumbprint' ? { variables: { PARTNER_AUTH_CERTIFICATES: here.folder } } : {};
      const token = await here.json(['token', '--profile', name, '--force-refresh'], { ...at, ...later });
      assert.equal(token.exitCode, 0, token.stderr);
      assert.equal(tokenParts(token.value.accessToken).claims.appidacr, '2');
    });
  }

  test('a secret of nobody in the environment does not take its place', async () => {
    const variables = { PARTNER_AUTH_CLIENT_SECRET: 'of somebody', PARTNER_AUTH_FEDERATED_TOKEN_FILE: '' };
    const token = await here.json(['token', '--profile', 'pfx', '--force-refresh'], { ...at, variables });
    assert.deepEqual([token.exitCode, token.sent[0]?.form.get('client_secret')], [0, null], token.stderr);
  });

  test('log-out forgets the password of its file', async () => {
    const { value } = await here.json(['logout', '--profile', 'pfx']);
    assert.equal(value.secrets, 1);
    const { exitCode } = await here.run(['token', '--profile', 'pfx', '--force-refresh'], at);
    assert.equal(exitCode, 7);
  });
});
