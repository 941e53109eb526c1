import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tokenParts } from '../support/answer.ts';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import type { Ended } from '../support/child.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** The built command, as a user has it on the path, against a served sandbox whose authority it trusts by itself. */
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const secret = 'TestClientAppSecret23456';
const partnerCenter = 'https://api.partnercenter.microsoft.com';

let sandbox: ServedSandbox;
const folder = scratchFolder();
const secretFile = join(folder, 'secret.txt');

before(async () => {
  ensureBuilt();
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  sandbox = await serveSandbox(join(folder, 'data'));
});

after(() => sandbox.stop());

const who = ['--environment', 'Sandbox', '--tenant', 'contoso.com', '--application-id', application];

interface Given {
  readonly stdin?: string;
  readonly variables?: Record<string, string>;
}

const run = (args: readonly string[], { stdin, variables }: Given = {}): Promise<Ended> =>
  partnerAuth(args, {
    cwd: folder,
    ...(stdin === undefined ? {} : { stdin }),
    variables: {
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
      ...variables,
    },
  });

async function succeeded(args: readonly string[], given?: Given): Promise<string> {
  const { exitCode, stdout, stderr } = await run(args, given);
  assert.equal(exitCode, 0, stderr);
  return stdout;
}

const tokenText = () =>
  succeeded(['token', ...who, '--client-secret-file', secretFile, '--resource', 'partner-center', '-o', 'token']);

test('the built command finds everything it loads', async () => {
  for (const verb of ['token', 'exchange', 'fan-out', 'decode', 'serve']) {
    const { exitCode, stderr } = await partnerAuth([verb, '--help']);
    assert.deepEqual([verb, exitCode, stderr], [verb, 0, '']);
  }
});

describe('token', () => {
  const ways: readonly (readonly [name: string, args: readonly string[], given: Given])[] = [
    ['from a file', ['--client-secret-file', secretFile], {}],
    ['by standard input', ['--client-secret-file', '-'], { stdin: secret }],
    ['by standard input with a line break', ['--client-secret-file', '-'], { stdin: `${secret}\n` }],
    ['from our variable', [], { variables: { PARTNER_AUTH_CLIENT_SECRET: secret } }],
    ['from Azure’s variable', [], { variables: { AZURE_CLIENT_SECRET: secret } }],
    ['from a file named by a variable', [], { variables: { PARTNER_AUTH_CLIENT_SECRET_FILE: secretFile } }],
  ];
  for (const [name, args, given] of ways) {
    test(`the secret ${name}`, async () => {
      const { exitCode, stdout, stderr } = await run(['token', ...who, ...args, '--resource', 'partner-center'], given);
      assert.equal(exitCode, 0, stderr);
      const { accessToken, expiresOn, expires_on, correlationId, extendedExpiresOn, ...rest } = JSON.parse(stdout);
      assert.deepEqual(rest, {
        refreshToken: null,
        noRefreshToken:
          'An application that signs in for itself gets no refresh token; it signs in again (RFC 6749 section 4.4.3).',
        idToken: null,
        tokenType: 'Bearer',
        isExtendedLifeTimeToken: false,
        uniqueId: null,
        tenantId: tenant,
        tenant,
        subscription: null,
        account: null,
        scopes: [`${partnerCenter}/.default`],
        resource: partnerCenter,
        mfa: null,
        fromCache: false,
      });
      assert.equal(Date.parse(expiresOn), expires_on * 1000);
      assert.ok(Date.parse(extendedExpiresOn) >= Date.parse(expiresOn));
      assert.equal(tokenParts(accessToken).claims.appid, application);
      assert.match(correlationId, /^[0-9a-f-]{36}$/);
      assert.equal(stderr.includes(secret) || stderr.includes(accessToken), false);
    });
  }

  test('the Referrals password grant, with the warning about MFA', async () => {
    const args = ['token', '--environment', 'Sandbox', '--application-id', application, '--resource', 'partner'];
    const secrets = ['--client-secret-file', secretFile, '--username', 'john.doe@contoso.com', '--password-file', '-'];
    const { exitCode, stdout, stderr } = await run([...args, ...secrets], { stdin: 'PCTestPassword@123' });
    assert.equal(exitCode, 0, stderr);
    const result = JSON.parse(stdout);
    assert.deepEqual(
      [result.account.username, result.resource, result.mfa],
      ['john.doe@contoso.com', 'https://api.partner.microsoft.com', false],
    );
    assert.ok(stderr.includes('MFA'), stderr);
    assert.equal(stderr.includes('PCTestPassword'), false);
  });

  test('a token that is kept is answered from the store the second time, with no sandbox asked', async () => {
    const keyFile = join(folder, 'store.key');
    writeFileSync(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    const args = ['token', ...who, '--client-secret-file', secretFile, '--resource', 'partner-center'];
    const first = JSON.parse(await succeeded([...args, '--key-file', keyFile]));
    const second = JSON.parse(await succeeded([...args, '--key-file', keyFile]));
    assert.deepEqual([first.fromCache, second.fromCache], [false, true]);
    assert.equal(second.accessToken, first.accessToken);
  });

  const formats = [
    ['token', (text: string) => text.split('.').length === 3 && text.endsWith('\n')],
    ['header', (text: string) => text.startsWith('Authorization: Bearer eyJ')],
    ['exec-credential', (text: string) => JSON.parse(text).kind === 'ExecCredential'],
    ['yaml', (text: string) => text.includes('tokenType: Bearer\n')],
    ['tsv', (text: string) => text.includes('\tBearer\t')],
    ['none', (text: string) => text === ''],
  ] as const;
  for (const [format, looksRight] of formats) {
    test(`--output ${format}`, async () => {
      const args = ['token', ...who, '--client-secret-file', secretFile, '--resource', 'partner-center', '-o', format];
      const text = await succeeded(args);
      assert.ok(looksRight(text), text);
    });
  }

  test('--query prints a part of the result', async () => {
    const args = ['token', ...who, '--client-secret-file', secretFile, '--resource', 'partner-center'];
    assert.equal(await succeeded([...args, '--query', '[tokenType, tenantId]']), `[\n  "Bearer",\n  "${tenant}"\n]\n`);
    assert.equal(await succeeded([...args, '--query', 'tokenType', '-o', 'tsv']), 'Bearer\n');
  });
});

describe('exchange', () => {
  const kinds = [
    ['v3', []],
    ['legacy', ['--api', 'legacy']],
    ['v3', ['--media-type', 'application/xml']],
    ['legacy', ['--api', 'LEGACY', '--media-type', 'text/xml']],
    ['v3', ['--media-type', 'application/x-www-form-urlencoded']],
  ] as const;
  for (const [api, args] of kinds) {
    test(`signs in and exchanges: ${args.join(' ') || 'without more'}`, async () => {
      const text = await succeeded(['exchange', ...who, '--client-secret-file', '-', ...args], { stdin: secret });
      const result = JSON.parse(text);
      assert.deepEqual([result.api, result.replayed, result.resource], [api, false, partnerCenter]);
      assert.equal(tokenParts(result.accessToken).claims.iss, sandbox.url);
    });
  }

  test('a given token, an id of one’s own, and the same again', async () => {
    const args = ['exchange', '--environment', 'Sandbox', '--access-token-file', '-'];
    const ids = ['--request-id', 'a38f2f5a-1d0a-4b23-a6a1-07d6a8d3b9c4', '--correlation-id', 'my correlation'];
    const stdin = await tokenText();
    const first = JSON.parse(await succeeded([...args, ...ids], { stdin }));
    const second = JSON.parse(await succeeded([...args, ...ids], { stdin }));
    assert.deepEqual([first.requestId, first.correlationId, first.replayed], [ids[1], 'my correlation', false]);
    assert.deepEqual([second.accessToken, second.replayed], [first.accessToken, true]);
    const { exitCode, stdout, stderr } = await run([...args, ...ids, '--api', 'legacy'], { stdin });
    assert.deepEqual([exitCode, stdout], [5, '']);
    assert.ok(stderr.includes('ms-requestid'), stderr);
  });
});

describe('decode', () => {
  test('shows what a token says', async () => {
    const decoded = JSON.parse(await succeeded(['decode'], { stdin: await tokenText() }));
    const { audience, tenantId, applicationId, actsFor, expired } = decoded.summary;
    assert.deepEqual(
      { audience, tenantId, applicationId, actsFor, expired },
      { audience: partnerCenter, tenantId: tenant, applicationId: application, actsFor: 'application', expired: false },
    );
    assert.equal(decoded.header.alg, 'RS256');
  });
});

describe('failures leave stdout empty and say what to do', () => {
  const base = ['token', '--environment', 'Sandbox', '--application-id', application, '--resource', 'partner-center'];
  const secretGiven = ['--client-secret-file', secretFile];
  const cases: readonly (readonly [name: string, args: readonly string[], given: Given, code: number, says: string])[] =
    [
      [
        'a wrong secret',
        [...base, '--tenant', 'contoso.com', '--client-secret-file', '-'],
        { stdin: 'wrong-secret-1' },
        5,
        'AADSTS7000215',
      ],
      ['an unknown tenant', [...base, '--tenant', 'nobody.example', ...secretGiven], {}, 5, 'AADSTS90002'],
      [
        'a secret on the command line',
        [...base, '--tenant', 'contoso.com', '--client-secret', secret],
        {},
        2,
        '--client-secret-file',
      ],
      ['an unknown option', [...base, '--tennant=x'], {}, 2, '--tennant'],
      ['no tenant', [...base, ...secretGiven], {}, 2, '--tenant'],
      [
        'an unknown environment',
        ['token', '--environment', 'Mars', ...base.slice(3), ...secretGiven, '--tenant', 'x.example'],
        {},
        2,
        'Sandbox',
      ],
      ['a query that is none', [...base, '--tenant', 'contoso.com', ...secretGiven, '--query', '['], {}, 2, 'JMESPath'],
      [
        'a secret file that is not there',
        [...base, '--tenant', 'contoso.com', '--client-secret-file', 'nowhere'],
        {},
        7,
        'nowhere',
      ],
      [
        'an environment file that is not there',
        [...base, '--tenant', 'contoso.com', ...secretGiven],
        { variables: { PARTNER_AUTH_ENVIRONMENT_FILE: '/nowhere/environment.json' } },
        7,
        'partner-auth serve sandbox',
      ],
      ['a token to decode that is none', ['decode'], { stdin: 'no token' }, 2, 'cannot be decoded'],
      ['a bearer for another resource', ['exchange', ...who, ...secretGiven, '--resource', 'graph'], {}, 5, '900420'],
    ];
  for (const [name, args, given, code, says] of cases) {
    test(`${name}: exit ${code}`, async () => {
      const { exitCode, stdout, stderr } = await run(args, given);
      assert.deepEqual([exitCode, stdout], [code, ''], stderr);
      assert.ok(stderr.includes(says), stderr);
      assert.equal(stderr.includes('wrong-secret-1') || stderr.includes(secret), false, stderr);
    });
  }

  test('a server that is gone: exit 6', async () => {
    const gone = join(folder, 'gone.json');
    writeFileSync(gone, JSON.stringify({ url: 'https://localhost:9', caFile: sandbox.caFile }));
    const { exitCode, stdout, stderr } = await run([...base, '--tenant', 'contoso.com', ...secretGiven], {
      variables: { PARTNER_AUTH_ENVIRONMENT_FILE: gone },
    });
    assert.deepEqual([exitCode, stdout], [6, ''], stderr);
  });

  test('a certificate authority that is another one: exit 6', async () => {
    const other = await serveSandbox(join(folder, 'other'));
    try {
      const mixed = join(folder, 'mixed.json');
      writeFileSync(mixed, JSON.stringify({ url: sandbox.url, caFile: other.caFile }));
      const { exitCode, stdout, stderr } = await run([...base, '--tenant', 'contoso.com', ...secretGiven], {
        variables: { PARTNER_AUTH_ENVIRONMENT_FILE: mixed },
      });
      assert.deepEqual([exitCode, stdout], [6, ''], stderr);
      assert.ok(stderr.includes('certificate'), stderr);
    } finally {
      await other.stop();
    }
  });
});

test('a secret file that others can read is used with a warning, which --quiet leaves out', async () => {
  const open = join(folder, 'open.txt');
  writeFileSync(open, secret);
  chmodSync(open, 0o644);
  const args = ['token', ...who, '--client-secret-file', open, '--resource', 'partner-center', '-o', 'none'];
  assert.ok((await run(args)).stderr.includes('chmod 600'));
  assert.equal((await run([...args, '--quiet'])).stderr, '');
});
