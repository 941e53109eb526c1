import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startSandbox } from '../../src/testing/index.ts';
import { tokenParts } from '../support/answer.ts';
import { openssl } from '../support/openssl.ts';
import { partnerAuth, type RunOptions, scratch } from './command.ts';

/** What proves an application other than a secret, in every way the command takes it, judged by the sandbox's authority. */
const files = scratch({ after });
const sandbox = await startSandbox();
after(() => sandbox.close());
const id = '00001111-aaaa-2222-bbbb-3333cccc4444';
const pem = files.file('client.pem', sandbox.clientPem);
const thumbprint = new X509Certificate(sandbox.clientPem).fingerprint256;
const protectedPfx = join(files.folder, 'protected.pfx');
openssl(files.folder, 'pkcs12', '-export', '-in', pem, '-out', protectedPfx, '-passout', 'pass:of-the-pfx');
const passwordFile = files.file('pfx-password', 'of-the-pfx\n');
const secretFile = files.file('secret', 'TestClientAppSecret23456\n');

const identity = ['--application-id', id, '--tenant', 'contoso.com', '--resource', 'partner-center'];
const token = (options: readonly string[], { variables, ...more }: RunOptions = {}) =>
  partnerAuth(['token', ...identity, ...options], {
    ...more,
    variables: { PARTNER_AUTH_AUTHORITY_HOST: sandbox.url, ...variables },
    reply: ({ url, body, headers }) => sandbox.fetch(url, { method: 'POST', body, headers }),
    clock: sandbox.clock,
  });

describe('a certificate', () => {
  const cases: readonly [string, readonly string[], RunOptions][] = [
    ['--certificate-file, PEM', ['--certificate-file', pem], {}],
    ['PARTNER_AUTH_CERTIFICATE_FILE', [], { variables: { PARTNER_AUTH_CERTIFICATE_FILE: pem } }],
    ['AZURE_CLIENT_CERTIFICATE_PATH', [], { variables: { AZURE_CLIENT_CERTIFICATE_PATH: pem } }],
    [
      '--certificate-file, PFX, its password in a file',
      ['--certificate-file', protectedPfx, '--certificate-password-file', passwordFile],
      {},
    ],
    [
      'AZURE_CLIENT_CERTIFICATE_PASSWORD',
      [],
      { variables: { AZURE_CLIENT_CERTIFICATE_PATH: protectedPfx, AZURE_CLIENT_CERTIFICATE_PASSWORD: 'of-the-pfx' } },
    ],
    ['a password that is asked for', ['--certificate-file', protectedPfx], { prompted: 'of-the-pfx' }],
    [
      '--certificate-thumbprint',
      ['--certificate-thumbprint', thumbprint.toLowerCase().replaceAll(':', ' ')],
      { variables: { PARTNER_AUTH_CERTIFICATES: files.folder } },
    ],
  ];
  for (const [name, options, more] of cases) {
    test(name, async () => {
      const { exitCode, stdout, stderr, sent } = await token(options, more);
      assert.equal(exitCode, 0, stderr);
      assert.equal(tokenParts(JSON.parse(stdout).accessToken).claims.appidacr, '2');
      assert.equal(sent[0]?.form.get('client_secret'), null);
    });
  }

  test('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN sends x5c', async () => {
    const variables = { AZURE_CLIENT_CERTIFICATE_PATH: pem, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'true' };
    const { sent } = await token([], { variables });
    const { header } = tokenParts(sent[0]?.form.get('client_assertion') ?? '');
    assert.deepEqual(header.x5c, [new X509Certificate(sandbox.clientPem).raw.toString('base64')]);
  });

  test('of another application’s in the environment is not used', async () => {
    const variables = { AZURE_CLIENT_ID: 'another', AZURE_CLIENT_CERTIFICATE_PATH: pem };
    const { exitCode, sent } = await token([], { variables });
    assert.deepEqual([exitCode, sent.length], [4, 0]);
  });

  test('a secret that is given wins over one in the environment', async () => {
    const variables = { AZURE_CLIENT_CERTIFICATE_PATH: pem };
    const { exitCode, sent } = await token(['--client-secret-file', secretFile], { variables });
    assert.deepEqual([exitCode, sent[0]?.form.get('client_assertion')], [0, null]);
  });

  const refused: readonly [string, readonly string[], number, string][] = [
    ['both chosen', ['--certificate-file', pem, '--client-secret-file', secretFile], 2, 'not both'],
    ['a file that is not there', ['--certificate-file', join(files.folder, 'none.pem')], 7, 'is not there'],
    ['a PFX without its password', ['--certificate-file', protectedPfx], 7, '--certificate-password-file'],
    ['a thumbprint that is none', ['--certificate-thumbprint', 'AB'], 2, 'thumbprint'],
    ['a thumbprint that is not there', ['--certificate-thumbprint', 'ab'.repeat(20)], 3, 'ABAB'],
  ];
  for (const [name, options, exit, says] of refused) {
    test(`${name}: exit ${exit}, nothing sent`, async () => {
      const { exitCode, stdout, stderr, sent } = await token(options);
      assert.deepEqual([exitCode, stdout, sent.length], [exit, '', 0]);
      assert.ok(stderr.includes(says), stderr);
      assert.ok(!stderr.includes('of-the-pfx'));
    });
  }

  test('row 16: its password is not taken from the command line', async () => {
    const { exitCode, stderr } = await token([
      '--certificate-file',
      protectedPfx,
      '--certificate-password',
      'of-the-pfx',
    ]);
    assert.equal(exitCode, 2);
    assert.ok(!stderr.includes('of-the-pfx'), stderr);
  });
});

test('a federated token is read anew for each request', async () => {
  const path = files.file('federated', 'header.one.signature');
  const variables = { AZURE_FEDERATED_TOKEN_FILE: path };
  const first = await token([], { variables });
  writeFileSync(path, 'header.two.signature');
  const second = await token([], { variables });
  assert.deepEqual(
    [first, second].map(({ sent }) => sent[0]?.form.get('client_assertion')),
    ['header.one.signature', 'header.two.signature'],
  );
  assert.equal(readFileSync(path, 'utf8'), 'header.two.signature');
});
