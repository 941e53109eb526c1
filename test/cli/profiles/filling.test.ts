import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { applicationId } from '../../client/wire.ts';
import { home, rotating } from '../home.ts';

/** Each profile was signed in to with its own secret; what is sent says whose was used. */
const here = home({ after });
const other = '99998888-aaaa-2222-bbbb-3333cccc4444';
const secretFile = here.file('secret', 'secret-by-option');
const refreshFile = here.file('refresh', 'refresh-by-option');
const asApplication = ['--application-id', applicationId, '--tenant', 'contoso.com', '--client-secret-file', '-'];

before(async () => {
  const login = async (name: string, args: readonly string[], stdin: string) => {
    const { exitCode, stderr } = await here.run(['login', '--profile', name, ...args], { stdin, reply: rotating() });
    assert.equal(exitCode, 0, stderr);
  };
  await login('app', asApplication, 'secret-of-app');
  await login('china', [...asApplication, '--environment', 'AzureChinaCloud'], 'secret-of-china');
  await login(
    'user',
    ['--application-id', applicationId, '--tenant', 'contoso.com', '--refresh-token-file', '-'],
    'r-0',
  );
  await login(
    'john',
    [
      '--application-id',
      applicationId,
      '--username',
      'john@contoso.com',
      '--password-file',
      '-',
      '--resource',
      'partner',
    ],
    'password-of-john',
  );
});

const azures = { AZURE_CLIENT_ID: other, AZURE_TENANT_ID: 'fabrikam.com', AZURE_CLIENT_SECRET: 'secret-of-azure' };
const azuresSame = { AZURE_CLIENT_ID: applicationId, AZURE_CLIENT_SECRET: 'newer-secret' };

interface Sent {
  readonly host?: string;
  readonly tenant?: string;
  readonly client?: string;
  readonly secret?: string | null;
  readonly scope?: string;
  readonly grant?: string;
}

const partnerCenter = 'https://api.partnercenter.microsoft.com/.default';

describe('option, then our variable, then Azure’s, then the profile', () => {
  const cases: readonly (readonly [string, readonly string[], Record<string, string>, Sent])[] = [
    [
      'the profile alone',
      [],
      {},
      { tenant: 'contoso.com', client: applicationId, secret: 'secret-of-app', scope: partnerCenter },
    ],
    [
      'a tenant by variable',
      [],
      { AZURE_TENANT_ID: 'fabrikam.com' },
      { tenant: 'fabrikam.com', secret: 'secret-of-app' },
    ],
    ['a tenant by ours', [], { AZURE_TENANT_ID: 'x.com', PARTNER_AUTH_TENANT: 'y.com' }, { tenant: 'y.com' }],
    [
      'a tenant by option',
      ['--tenant', 'z.com'],
      { PARTNER_AUTH_TENANT: 'y.com' },
      { tenant: 'z.com', secret: 'secret-of-app' },
    ],
    ['a resource by option', ['--resource', 'graph'], {}, { scope: 'https://graph.microsoft.com/.default' }],
    ['scopes by variable', [], { PARTNER_AUTH_SCOPES: 'a/.default' }, { scope: 'a/.default' }],
    ['a secret by option', ['--client-secret-file', secretFile], {}, { secret: 'secret-by-option' }],
    ['a newer secret by variable', [], azuresSame, { client: applicationId, secret: 'newer-secret' }],
    ['a newer secret of nobody', [], { PARTNER_AUTH_CLIENT_SECRET: 'newer-secret' }, { secret: 'newer-secret' }],
    [
      'the profile by variable',
      [],
      { PARTNER_AUTH_PROFILE: 'china' },
      { host: 'login.chinacloudapi.cn', secret: 'secret-of-china' },
    ],
    [
      'the profile by option',
      ['--profile', 'app'],
      { PARTNER_AUTH_PROFILE: 'china' },
      { host: 'login.microsoftonline.com', secret: 'secret-of-app' },
    ],
  ];
  for (const [name, args, variables, expected] of cases) {
    test(name, async () => {
      const { exitCode, stderr, sent } = await here.run(['token', '--force-refresh', ...args], { variables });
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual(sentOf(sent[0], Object.keys(expected)), expected);
    });
  }
});

function sentOf(sent: { readonly url: string; readonly form: URLSearchParams } | undefined, names: readonly string[]) {
  const url = new URL(sent?.url ?? 'https://nothing.test');
  const form = sent?.form ?? new URLSearchParams();
  const all: Readonly<Record<string, unknown>> = {
    host: url.host,
    tenant: url.pathname.split('/')[1],
    client: form.get('client_id'),
    secret: form.get('client_secret'),
    scope: form.get('scope'),
    grant: form.get('grant_type'),
    password: form.get('password'),
    refreshToken: form.get('refresh_token'),
  };
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

describe('row 35: what belongs together is not sent with what does not', () => {
  const cases: readonly (readonly [string, readonly string[], Record<string, string>, Sent])[] = [
    [
      'another application by option gets no secret of the profile',
      ['--application-id', other, '--client-secret-file', secretFile],
      {},
      { client: other, secret: 'secret-by-option', tenant: 'contoso.com', scope: partnerCenter },
    ],
    [
      'Azure’s variables for another application',
      [],
      azures,
      { client: other, tenant: 'fabrikam.com', secret: 'secret-of-azure' },
    ],
    [
      'a credential file says whose it is',
      ['--credential-file', here.file('credential', `${other}\nsecret-in-file\n`)],
      {},
      { client: other, secret: 'secret-in-file' },
    ],
    [
      'a secret of nobody is not sent for a public client',
      ['--profile', 'user'],
      { PARTNER_AUTH_CLIENT_SECRET: 'of-somebody' },
      { grant: 'refresh_token', secret: null },
    ],
    [
      'a secret for another application is not sent for this one',
      ['--profile', 'user'],
      { AZURE_CLIENT_ID: other, AZURE_CLIENT_SECRET: 'x', PARTNER_AUTH_CLIENT_ID: applicationId },
      { grant: 'refresh_token', secret: null },
    ],
    [
      'nor a certificate of nobody',
      ['--profile', 'user'],
      { AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere/of-somebody.pem' },
      { grant: 'refresh_token', secret: null },
    ],
  ];
  for (const [name, args, variables, expected] of cases) {
    test(name, async () => {
      const { exitCode, stderr, sent } = await here.run(['token', '--force-refresh', ...args], {
        variables,
        reply: rotating(),
      });
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual(sentOf(sent[0], Object.keys(expected)), expected);
    });
  }

  const refused: readonly (readonly [string, readonly string[], Record<string, string>, number, string])[] = [
    ['another application by option', ['--application-id', other], {}, 4, 'Nobody is signed in'],
    ['another application by variable', [], { AZURE_CLIENT_ID: other }, 4, 'Nobody is signed in'],
    ['another cloud', ['--environment', 'AzureUSGovernment'], {}, 2, 'lacks'],
    ['another cloud by variable', [], { AZURE_AUTHORITY_HOST: 'https://localhost:9' }, 2, 'lacks'],
    [
      'another cloud and its application',
      [
        '--environment',
        'AzureUSGovernment',
        '--application-id',
        applicationId,
        '--tenant',
        'contoso.com',
        '--resource',
        'graph',
      ],
      {},
      4,
      'Nobody is signed in',
    ],
    ['a module of its own', ['--module', 'ExchangeOnline'], {}, 4, 'Nobody is signed in'],
    ['another user', ['--profile', 'john', '--username', 'mary@contoso.com'], {}, 2, 'Password lacks --password-file'],
    [
      'another user by variable',
      ['--profile', 'john'],
      { PARTNER_AUTH_USERNAME: 'mary@contoso.com' },
      4,
      'Nobody is signed in',
    ],
  ];
  for (const [name, args, variables, code, says] of refused) {
    test(`${name}: nothing of the profile is sent`, async () => {
      const { exitCode, stdout, stderr, sent } = await here.run(['token', ...args], { variables });
      assert.deepEqual([exitCode, stdout, sent.length], [code, '', 0], stderr);
      assert.ok(stderr.includes(says), stderr);
    });
  }

  test('a profile that was named and does not fit is told', async () => {
    const args = ['token', '--profile', 'app', '--application-id', other, '--client-secret-file', secretFile];
    const { exitCode, stderr } = await here.run(args);
    assert.deepEqual(
      [exitCode, stderr],
      [
        0,
        'warning: The profile app is of another application or cloud than is asked for: its secrets and its sign-in are not used.\n',
      ],
    );
  });

  test('a given refresh token is another sign-in, and the profile’s secret authenticates it', async () => {
    const { exitCode, stderr, sent } = await here.run(['token', '--refresh-token-file', refreshFile], {
      reply: rotating(),
    });
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(sentOf(sent[0], ['grant', 'secret', 'refreshToken']), {
      grant: 'refresh_token',
      secret: 'secret-of-app',
      refreshToken: 'refresh-by-option',
    });
    const kept = await here.run(['token', '--profile', 'user', '--force-refresh'], { reply: rotating() });
    assert.equal(kept.sent[0]?.form.get('refresh_token'), 'refresh-1');
  });
});

test('a user who signed in stays one beside a secret of the same application', async (context) => {
  const mine = home(context);
  const login = ['login', '--application-id', applicationId, '--tenant', 'contoso.com', '--refresh-token-file', '-'];
  await mine.run(login, { stdin: 'r-0', reply: rotating() });
  // As login leaves it that was made in a browser.
  const file = readFileSync(mine.profilesFile, 'utf8').replace('"RefreshToken"', '"User"');
  writeFileSync(mine.profilesFile, file);
  const variables = { ...azuresSame, PARTNER_AUTH_REFRESH_TOKEN: 'of-another-user' };
  const { exitCode, stderr, sent } = await mine.run(['token', '--force-refresh'], { variables, reply: rotating() });
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(sentOf(sent[0], ['grant', 'secret', 'refreshToken']), {
    grant: 'refresh_token',
    secret: null,
    refreshToken: 'refresh-1',
  });
});

describe('a file that was changed by hand', () => {
  test('pairs no secret with another application: the store knows whose it is', async (context) => {
    const mine = home(context);
    await mine.run(['login', ...asApplication], { stdin: 'secret-of-app' });
    const file = {
      current: 'default',
      profiles: {
        default: {
          parameterSet: 'ServicePrincipal',
          applicationId: other,
          tenant: 'contoso.com',
          resource: 'graph',
          secrets: ['clientSecret'],
        },
      },
    };
    mkdirSync(dirname(mine.profilesFile), { recursive: true });
    writeFileSync(mine.profilesFile, JSON.stringify(file));
    const { exitCode, stdout, stderr, sent } = await mine.run(['token']);
    assert.deepEqual([exitCode, stdout, sent.length], [4, '', 0], stderr);
    assert.ok(stderr.includes('The secret of the profile default is not stored any more.'), stderr);
  });
});

describe('a profile that cannot be used', () => {
  const cases: readonly (readonly [string, readonly string[], Record<string, string>, number, string])[] = [
    ['is not there', ['--profile', 'nobody'], {}, 3, "There is no profile 'nobody'."],
    ['is not there, by variable', [], { PARTNER_AUTH_PROFILE: 'nobody' }, 3, "There is no profile 'nobody'."],
    ['has no such name', ['--profile', '../x'], {}, 2, 'cannot be the name of a profile'],
    [
      'has its secret in a store without a key',
      ['--profile', 'app'],
      { PARTNER_AUTH_KEY_FILE: '' },
      7,
      'no key for the token store',
    ],
  ];
  for (const [name, args, variables, code, says] of cases) {
    test(name, async () => {
      const { exitCode, stdout, stderr, sent } = await here.run(['token', ...args], { variables });
      assert.deepEqual([exitCode, stdout, sent.length], [code, '', 0], stderr);
      assert.ok(stderr.includes(says), stderr);
    });
  }
});
