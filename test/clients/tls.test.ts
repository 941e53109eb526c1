import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import {
  developmentAuthority,
  type KeyAndCertificate,
  serverCertificate,
  tokenSigningCertificate,
} from '../../src/http/tls/certificate-authority.ts';
import { encodeEnvironmentFile } from '../../src/protocol/environment-file.ts';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { newKey } from '../support/issuer.ts';
import { scratchFolder } from '../support/served-sandbox.ts';
import { applicationScope, clientSecret, confidentialClient, tenant } from './authorities/places.ts';

/** The command over TLS that somebody has tampered with: it ends before a secret is sent. */

const folder = scratchFolder();
const caFile = join(folder, 'ca.pem');
const names = { names: ['localhost', 'login.example'], addresses: ['127.0.0.1'] };
const yearAgo = new Date(Date.now() - 365 * 86_400_000);
let trusted: KeyAndCertificate;
let stranger: KeyAndCertificate;

before(async () => {
  ensureBuilt();
  const permitted = { permittedNames: names.names, permittedAddresses: ['127.0.0.0/8'] };
  const authority = { commonName: 'Test authority', lifetimeDays: 800, ...permitted };
  trusted = await developmentAuthority({ ...authority, now: yearAgo });
  stranger = await developmentAuthority({ ...authority, now: yearAgo });
  writeFileSync(caFile, trusted.certificatePem);
});

async function served(options: ServerOptions) {
  const requests: string[] = [];
  const server = createServer(options, (request, response) => {
    requests.push(request.url ?? '');
    response.end(JSON.stringify({ access_token: 'a.b.c', token_type: 'Bearer', expires_in: 3600 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `https://localhost:${port}`, requests, [Symbol.asyncDispose]: stop };
}

const ask = (variables: Record<string, string>, ...more: readonly string[]) =>
  partnerAuth(
    [
      'token',
      '--application-id',
      confidentialClient,
      '--tenant',
      tenant,
      '--scopes',
      applicationScope,
      '--output',
      'json',
      ...more,
    ],
    {
      variables: { PARTNER_AUTH_CLIENT_SECRET: clientSecret, ...variables },
    },
  );

type Options = () => Promise<ServerOptions>;

const certified = async (
  authority: KeyAndCertificate,
  options: Partial<Parameters<typeof serverCertificate>[1]> = {},
) => {
  const made = await serverCertificate(authority, { now: new Date(), lifetimeDays: 30, ...names, ...options });
  return { cert: made.certificatePem, key: made.privateKeyPem };
};

const selfSigned = async () => {
  const key = newKey('RS256').export({ type: 'pkcs8', format: 'pem' }).toString();
  const cert = await tokenSigningCertificate(key, { commonName: 'localhost', now: new Date(), lifetimeDays: 30 });
  return { cert, key };
};

const oldTls = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

const untrusted = (code: string) => (host: string) => `The certificate of ${host} is not trusted (${code}).`;
/** OpenSSL's own name of it differs with the way a connection is made. */
const noTls = (host: string) => `${host} speaks no TLS that can be trusted (`;

const tampered: readonly [name: string, said: (host: string) => string, options: Options][] = [
  ['an expired certificate', untrusted('CERT_HAS_EXPIRED'), () => certified(trusted, { now: yearAgo })],
  [
    'a certificate of another host',
    untrusted('ERR_TLS_CERT_ALTNAME_INVALID'),
    () => certified(trusted, { names: ['login.example'], addresses: [] }),
  ],
  ['a certificate of another authority', untrusted('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), () => certified(stranger)],
  ['a self-signed certificate', untrusted('DEPTH_ZERO_SELF_SIGNED_CERT'), selfSigned],
  ['TLS 1.0', noTls, async () => ({ ...(await certified(trusted)), ...oldTls })],
  ['TLS 1.1', noTls, async () => ({ ...(await certified(trusted)), ...oldTls, maxVersion: 'TLSv1.1' })],
];

/** How the command comes to trust the authority: by Node's variable, or by the sandbox's environment file. */
const ways: readonly [name: string, variables: (url: string) => Record<string, string>][] = [
  ['NODE_EXTRA_CA_CERTS', (url) => ({ NODE_EXTRA_CA_CERTS: caFile, PARTNER_AUTH_AUTHORITY_HOST: url })],
  [
    'the environment file',
    (url) => {
      const environmentFile = join(folder, 'environment.json');
      writeFileSync(environmentFile, encodeEnvironmentFile({ url, caFile }));
      return { PARTNER_AUTH_ENVIRONMENT: 'Sandbox', PARTNER_AUTH_ENVIRONMENT_FILE: environmentFile };
    },
  ],
];

for (const [way, variables] of ways) {
  describe(`row 28: trusted by ${way}`, () => {
    test('as it should be: the token', async () => {
      await using server = await served(await certified(trusted));
      const { exitCode, stdout, stderr } = await ask(variables(server.url));
      assert.equal(exitCode, 0, stderr);
      assert.equal(JSON.parse(stdout).accessToken, 'a.b.c');
    });

    for (const [name, said, options] of tampered) {
      test(`${name}: exit 6, and no request is sent`, async () => {
        await using server = await served(await options());
        const { exitCode, stdout, stderr } = await ask(variables(server.url));
        assert.deepEqual([exitCode, stdout, server.requests], [6, '', []], stderr);
        assert.ok(stderr.startsWith(`error: ${said(new URL(server.url).host)}`), stderr);
      });
    }
  });
}

describe('row 28: NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const warning =
    'warning: NODE_TLS_REJECT_UNAUTHORIZED=0 is set: no certificate is checked, and whoever stands between here and the ' +
    'service reads every secret that is sent. Unset it; to trust an authority of your own, set NODE_EXTRA_CA_CERTS to its file.';
  const warnings = (stderr: string) => stderr.split('\n').filter((line) => line === warning).length;

  for (const quiet of [[], ['--quiet']]) {
    test(`${quiet[0] ?? 'a run'} over the network warns, once`, async () => {
      await using server = await served(await certified(stranger));
      const { exitCode, stderr } = await ask({ ...off, PARTNER_AUTH_AUTHORITY_HOST: server.url }, ...quiet);
      assert.deepEqual([exitCode, warnings(stderr)], [0, 1], stderr);
    });
  }

  test('a run without the network does not', async () => {
    const { stderr } = await partnerAuth(['decode', '-'], { stdin: 'a.b.c', variables: off });
    assert.equal(warnings(stderr), 0, stderr);
  });

  test('the sandbox of an environment file is checked all the same: exit 6, and no request is sent', async () => {
    await using server = await served(await certified(stranger));
    const byFile = ways[1]?.[1](server.url) ?? {};
    const { exitCode, stderr } = await ask({ ...byFile, ...off });
    assert.deepEqual([exitCode, server.requests, warnings(stderr)], [6, [], 0], stderr);
  });
});
