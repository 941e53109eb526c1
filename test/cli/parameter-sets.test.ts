import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { applicationId, appToken } from '../client/wire.ts';
import { partnerAuth, scratch } from './command.ts';

const files = scratch({ after });
const secretFile = files.file('secret', 's3cret-of-the-app\n');
const passwordFile = files.file('password', 'password-of-john\n');
const tokenFile = files.file('token', `${appToken}\n`);
const refreshFile = files.file('refresh', 'refresh-token\n');
const credentialFile = files.file('credential', `${applicationId}\ns3cret-of-the-app\n`);

const id = ['--application-id', applicationId];
const secret = ['--client-secret-file', secretFile];
const tenant = ['--tenant', 'contoso.com'];
const partnerCenterScope = 'https://api.partnercenter.microsoft.com/.default';
const scope = ['--scopes', partnerCenterScope];
const asApplication = [...id, ...secret, ...tenant, ...scope];
const password = ['--username', 'john.doe@contoso.com', '--password-file', passwordFile];

describe('sets that work, alias by alias', () => {
  const cases: readonly [string, readonly string[], string][] = [
    ['service principal', asApplication, 'client_credentials'],
    ['--client-id', ['--client-id', applicationId, ...secret, ...tenant, ...scope], 'client_credentials'],
    ['--domain', [...id, ...secret, '--domain', 'contoso.com', ...scope], 'client_credentials'],
    ['--tenant-id', [...id, ...secret, '--tenant-id', 'contoso.com', ...scope], 'client_credentials'],
    ['--scope', [...id, ...secret, ...tenant, '--scope', 'x/.default'], 'client_credentials'],
    ['--name=value', [`--application-id=${applicationId}`, ...secret, ...tenant, ...scope], 'client_credentials'],
    ['--credential-file', ['--credential-file', credentialFile, ...tenant, ...scope], 'client_credentials'],
    ['--service-principal', [...asApplication, '--service-principal'], 'client_credentials'],
    ['--environment in any case', [...asApplication, '--environment', 'AZURECLOUD'], 'client_credentials'],
    ['--environment-name', [...asApplication, '--environment-name', 'AzureUSGovernment'], 'client_credentials'],
    ['--resource', [...id, ...secret, ...tenant, '--resource', 'partner-center'], 'client_credentials'],
    ['password with a resource', [...id, ...password, '--resource', 'partner'], 'password'],
    ['password with scopes', [...id, ...password, ...scope, ...tenant], 'password'],
    ['password of a confidential client', [...id, ...secret, ...password, '--resource', 'partner'], 'password'],
  ];
  for (const [name, options, grant] of cases) {
    test(name, async () => {
      const { exitCode, stdout, stderr, sent } = await partnerAuth(['token', ...options]);
      assert.equal(exitCode, 0, stderr);
      assert.equal(JSON.parse(stdout).accessToken, appToken);
      assert.equal(sent[0]?.form.get('grant_type'), grant);
    });
  }

  test('access token: no network', async () => {
    const options = ['--access-token-file', tokenFile, ...id, '--resource', 'partner-center'];
    const { exitCode, stdout, sent } = await partnerAuth(['token', ...options]);
    assert.deepEqual([exitCode, JSON.parse(stdout).accessToken, sent.length], [0, appToken, 0]);
  });

  test('scopes repeated and separated by commas', async () => {
    const options = [...id, ...secret, ...tenant, '--scopes', 'a/x,a/y', '--scope', 'a/z'];
    const { sent } = await partnerAuth(['token', ...options]);
    assert.equal(sent[0]?.form.get('scope'), 'a/x a/y a/z');
  });
});

describe('sets that sign a user in, alias by alias, ask the authority where to', () => {
  const cases: readonly [string, readonly string[], string][] = [
    ['--use-authorization-code', [...id, ...scope, '--use-authorization-code'], 'organizations'],
    ['--auth-code', [...asApplication, '--auth-code'], 'contoso.com'],
    ['--use-device-authentication', [...id, ...scope, '--use-device-authentication'], 'organizations'],
    ['--device-code', [...id, ...scope, '--device-code'], 'organizations'],
    ['--device-auth', [...id, ...scope, '--device-auth'], 'organizations'],
    ['--device', [...id, ...scope, '--device', ...tenant], 'contoso.com'],
    ['--module in the browser', ['--module', 'exchangeonline', '--auth-code'], 'organizations'],
  ];
  for (const [name, options, where] of cases) {
    test(name, async () => {
      const reply = () => new Response('{}', { status: 400 });
      const { exitCode, stdout, sent } = await partnerAuth(['token', ...options], { reply });
      assert.deepEqual([exitCode, stdout], [5, '']);
      const metadata = `https://login.microsoftonline.com/${where}/v2.0/.well-known/openid-configuration`;
      assert.deepEqual(
        sent.map(({ url }) => url),
        [metadata],
      );
    });
  }

  for (const [name, options] of [
    ['User', [...id, ...scope]],
    ['ByModule', ['--module-name', 'ExchangeOnline']],
  ] as const) {
    test(`${name} without a terminal and without a switch: exit 4, nothing sent`, async () => {
      const { exitCode, stdout, stderr, sent } = await partnerAuth(['token', ...options]);
      assert.deepEqual([exitCode, stdout, sent.length], [4, '', 0]);
      assert.ok(stderr.includes('--use-device-authentication'), stderr);
    });
  }
});

describe('a refresh token, in every way its application is named', () => {
  const given = ['--refresh-token-file', refreshFile];
  const cases: readonly [string, readonly string[], readonly [client: string | null, secret: string | null]][] = [
    ['by id', [...id, ...scope], [applicationId, null]],
    ['by id and secret', [...id, ...secret, ...scope], [applicationId, 's3cret-of-the-app']],
    ['by a credential', ['--credential-file', credentialFile, ...scope], [applicationId, 's3cret-of-the-app']],
    ['by a module', ['--module', 'ExchangeOnline'], ['a0c73c16-a7e3-4564-9a95-2bdf47383716', null]],
    [
      'by a module, its scopes replaced',
      ['--module', 'ExchangeOnline', ...scope],
      ['a0c73c16-a7e3-4564-9a95-2bdf47383716', null],
    ],
  ];
  for (const [name, options, [client, clientSecret]] of cases) {
    test(name, async () => {
      const { exitCode, stderr, sent } = await partnerAuth(['token', ...given, ...options]);
      assert.equal(exitCode, 0, stderr);
      const form = sent[0]?.form;
      assert.deepEqual(
        [form?.get('grant_type'), form?.get('refresh_token'), form?.get('client_id'), form?.get('client_secret')],
        ['refresh_token', 'refresh-token', client, clientSecret],
      );
      const asked =
        options.includes('--module') && !options.includes('--scopes')
          ? 'https://outlook.office365.com/.default'
          : partnerCenterScope;
      assert.equal(form?.get('scope'), `${asked} openid profile offline_access`);
    });
  }

  test('without its application: exit 2', async () => {
    const { exitCode, sent } = await partnerAuth(['token', ...given, ...scope]);
    assert.deepEqual([exitCode, sent.length], [2, 0]);
  });

  test('with two different applications: exit 2', async () => {
    const options = ['--credential-file', credentialFile, '--application-id', 'another', ...scope];
    const { exitCode, sent } = await partnerAuth(['token', ...given, ...options]);
    assert.deepEqual([exitCode, sent.length], [2, 0]);
  });
});

describe('what fits no set, or two, exits 2, names the sets and sends nothing', () => {
  const cases: readonly [string, readonly string[], string][] = [
    ['nothing', [], 'ServicePrincipal lacks'],
    ['no tenant', [...id, ...secret, ...scope], 'ServicePrincipal lacks --tenant'],
    ['no scopes', [...id, ...secret, ...tenant], 'ServicePrincipal lacks --scopes or --resource'],
    ['no application', [...secret, ...tenant, ...scope], 'ServicePrincipal lacks --application-id'],
    ['no secret', [...id, ...tenant, ...scope, '--service-principal'], 'ServicePrincipal lacks --client-secret-file'],
    ['no password', [...id, '--username', 'john', ...scope], 'Password lacks --password-file'],
    ['no user', [...id, '--password-file', passwordFile, ...scope], 'Password lacks --username'],
    ['a refresh token without scopes', ['--refresh-token-file', refreshFile], 'RefreshToken lacks --scopes'],
    ['an access token alone', ['--access-token-file', tokenFile], 'AccessToken lacks --application-id'],
    [
      'two tokens',
      ['--access-token-file', tokenFile, '--refresh-token-file', refreshFile, ...id, ...scope],
      'takes no',
    ],
    ['secret and certificate', [...asApplication, '--certificate-file', 'x.pem'], 'not both'],
    ['a device for an application', [...asApplication, '--device'], 'takes no --use-device-authentication'],
    ['scopes and resource', [...asApplication, '--resource', 'graph'], '--scopes or --resource'],
    ['two secret files', [...asApplication, '--credential-file', credentialFile], 'not both'],
    ['an option twice', [...asApplication, '--tenant', 'x'], '--tenant is given twice'],
    ['an option and its alias', [...asApplication, '--domain', 'x'], '--tenant and --domain are one option'],
    ['an unknown environment', [...asApplication, '--environment', 'Mars'], "no environment 'Mars'"],
    ['an unknown module', ['--module', 'Teams'], "no module 'Teams'"],
    ['an unknown resource', [...id, ...secret, ...tenant, '--resource', 'nothing'], 'no known name'],
    [
      'a resource the cloud lacks',
      [...id, ...password, '--resource', 'partner', '--environment', 'AzureChinaCloud'],
      'does not offer',
    ],
    ['an unknown output', [...asApplication, '--output', 'xml'], "no output format 'xml'"],
    ['a query that is none', [...asApplication, '--query', 'a['], '--query is no JMESPath'],
    ['a query for a header', [...asApplication, '--query', 'a', '--output', 'header'], 'does not go with'],
    ['a time-out of nothing', [...asApplication, '--timeout', '0'], '--timeout takes'],
    ['a positional', [...asApplication, 'something'], 'takes no arguments'],
    [
      'a credential of another application',
      ['--credential-file', credentialFile, '--client-id', 'x', ...tenant, ...scope],
      'is for the application',
    ],
    [
      'two standard inputs',
      [...id, '--client-secret-file', '-', '--username', 'j', '--password-file', '-', ...scope],
      'standard input',
    ],
  ];
  for (const [name, options, says] of cases) {
    test(name, async () => {
      const { exitCode, stdout, stderr, sent } = await partnerAuth(['token', ...options], { stdin: 'x' });
      assert.deepEqual([exitCode, stdout, sent.length], [2, '', 0], stderr);
      assert.ok(stderr.includes(says), stderr);
    });
  }
});

describe('variables fill in, options decide', () => {
  const azure = { AZURE_TENANT_ID: 'contoso.com', AZURE_CLIENT_ID: applicationId, AZURE_CLIENT_SECRET: 'azure-secret' };
  const cases: readonly [string, readonly string[], Record<string, string>, Record<string, string>][] = [
    ['Azure’s', scope, azure, { client_secret: 'azure-secret', client_id: applicationId }],
    ['ours before Azure’s', scope, { ...azure, PARTNER_AUTH_CLIENT_SECRET: 'ours' }, { client_secret: 'ours' }],
    [
      'an option before both',
      [...scope, ...secret],
      { ...azure, PARTNER_AUTH_CLIENT_SECRET: 'ours' },
      { client_secret: 's3cret-of-the-app' },
    ],
    ['an empty one is none', scope, { ...azure, PARTNER_AUTH_CLIENT_SECRET: '' }, { client_secret: 'azure-secret' }],
    ['scopes', [], { ...azure, PARTNER_AUTH_SCOPES: 'a/x b/y' }, { scope: 'a/x b/y' }],
    [
      'a file named by a variable',
      [...scope],
      { ...azure, AZURE_CLIENT_SECRET: '', PARTNER_AUTH_CLIENT_SECRET_FILE: secretFile },
      { client_secret: 's3cret-of-the-app' },
    ],
  ];
  for (const [name, options, variables, form] of cases) {
    test(name, async () => {
      const { exitCode, stderr, sent } = await partnerAuth(['token', ...options], { variables });
      assert.equal(exitCode, 0, stderr);
      for (const [field, value] of Object.entries(form)) assert.equal(sent[0]?.form.get(field), value);
    });
  }

  const two = { ...azure, PARTNER_AUTH_APPLICATION_ID: 'ours', PARTNER_AUTH_CLIENT_SECRET: 'secret-of-ours' };
  const file = { ...azure, PARTNER_AUTH_APPLICATION_ID: 'ours', PARTNER_AUTH_CLIENT_SECRET_FILE: secretFile };
  const { AZURE_CLIENT_ID: _, ...withoutId } = azure;
  const pairs: readonly [
    string,
    readonly string[],
    Record<string, string>,
    [id: string, secret: string] | undefined,
  ][] = [
    ['Azure’s for another', ['--application-id', 'other'], azure, undefined],
    ['Azure’s for ours', [], { ...azure, PARTNER_AUTH_APPLICATION_ID: 'ours' }, undefined],
    ['ours before Azure’s', [], two, ['ours', 'secret-of-ours']],
    ['ours for Azure’s', ['--application-id', applicationId], two, [applicationId, 'azure-secret']],
    ['either for a third', ['--application-id', 'third'], two, undefined],
    ['our file before Azure’s text', [], file, ['ours', 's3cret-of-the-app']],
    [
      'Azure’s text for Azure’s id',
      ['--application-id', applicationId.toUpperCase()],
      file,
      [applicationId, 'azure-secret'],
    ],
    ['one without an id of its family', ['--application-id', 'other'], withoutId, ['other', 'azure-secret']],
    [
      'one without an id of its family, for another than the environment’s',
      ['--application-id', 'other'],
      { ...withoutId, PARTNER_AUTH_CLIENT_ID: 'ours' },
      undefined,
    ],
  ];
  for (const [name, options, variables, expected] of pairs) {
    test(`a secret is sent for its own application alone: ${name}`, async () => {
      const { exitCode, sent, stderr } = await partnerAuth(['token', ...options, ...scope], { variables });
      // Without a secret it is a sign-in of a user, and nobody is there.
      assert.equal(exitCode, expected ? 0 : 4, stderr);
      const sentForms = sent.map(({ form }) => [form.get('client_id'), form.get('client_secret')]);
      assert.deepEqual(sentForms, expected ? [expected] : []);
    });
  }

  for (const [username, expected] of [
    ['JOHN@contoso.com', 0],
    ['mary@contoso.com', 2],
  ] as const) {
    test(`a password in the environment is sent for its own user alone: ${username}`, async () => {
      const variables = { PARTNER_AUTH_USERNAME: 'john@contoso.com', PARTNER_AUTH_PASSWORD: 'johns-password' };
      const options = [...id, '--username', username, '--resource', 'partner'];
      const { exitCode, sent } = await partnerAuth(['token', ...options], { variables });
      const sentPasswords = sent.map(({ form }) => form.get('password'));
      assert.deepEqual([exitCode, sentPasswords], [expected, expected === 0 ? ['johns-password'] : []]);
    });
  }

  test('AZURE_AUTHORITY_HOST names the authority, --environment wins over it', async () => {
    const variables = { ...azure, AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us/' };
    const host = async (options: readonly string[]) =>
      new URL((await partnerAuth(['token', ...options], { variables })).sent[0]?.url ?? '').host;
    assert.equal(await host(scope), 'login.microsoftonline.us');
    assert.equal(await host([...scope, '--environment', 'AzureCloud']), 'login.microsoftonline.com');
  });
});

describe('a missing secret', () => {
  test('is prompted for on a terminal', async () => {
    const options = [...id, ...tenant, ...scope, '--service-principal'];
    const { exitCode, sent } = await partnerAuth(['token', ...options], { prompted: 'typed-secret', terminal: true });
    assert.deepEqual([exitCode, sent[0]?.form.get('client_secret')], [0, 'typed-secret']);
  });
  test('a password too', async () => {
    const options = [...id, '--username', 'john', '--resource', 'partner'];
    const { sent } = await partnerAuth(['token', ...options], { prompted: 'typed-password', terminal: true });
    assert.equal(sent[0]?.form.get('password'), 'typed-password');
  });
  test('comes from standard input where it is asked to', async () => {
    const options = [...id, '--client-secret-file', '-', ...tenant, ...scope];
    const { sent } = await partnerAuth(['token', ...options], { stdin: 'piped-secret\n' });
    assert.equal(sent[0]?.form.get('client_secret'), 'piped-secret');
  });
});
