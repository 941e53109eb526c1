import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { credentials } from '../../../../src/cli/doctor/checks/credentials.ts';
import { environment } from '../../../../src/cli/doctor/checks/environment.ts';
import { applicationId, appToken } from '../../../client/wire.ts';
import { scratch } from '../../command.ts';
import { findingBy, type Given } from '../fixture.ts';

const secret = 'CANARY-client-secret';
const own = { applicationId, tenant: 'contoso.com' };

const wells: readonly (readonly [name: string, given: Given, found: string])[] = [
  [
    'options and a variable',
    { values: own, variables: { PARTNER_AUTH_CLIENT_SECRET: secret } },
    'ServicePrincipal: application id from --application-id; tenant from --tenant; secret from PARTNER_AUTH_CLIENT_SECRET.',
  ],
  [
    'Azure’s variables',
    { variables: { AZURE_CLIENT_ID: applicationId, AZURE_TENANT_ID: 'contoso.com', AZURE_CLIENT_SECRET: secret } },
    'ServicePrincipal: application id from AZURE_CLIENT_ID; tenant from AZURE_TENANT_ID; secret from AZURE_CLIENT_SECRET.',
  ],
  [
    'an option before a variable; what the set does not take is not told',
    {
      values: own,
      variables: { AZURE_CLIENT_ID: applicationId, AZURE_CLIENT_SECRET: secret, PARTNER_AUTH_PASSWORD: 'CANARY' },
    },
    'ServicePrincipal: application id from --application-id; tenant from --tenant; secret from AZURE_CLIENT_SECRET.',
  ],
  [
    'a user’s password',
    {
      values: { applicationId, username: 'a@contoso.com' },
      variables: { PARTNER_AUTH_PASSWORD: 'CANARY-password', PARTNER_AUTH_RESOURCE: 'partner' },
    },
    'Password: application id from --application-id; user name from --username; resource from PARTNER_AUTH_RESOURCE; password from PARTNER_AUTH_PASSWORD.',
  ],
  [
    'a refresh token',
    { values: { applicationId }, variables: { PARTNER_AUTH_REFRESH_TOKEN: 'CANARY-refresh-token' } },
    'RefreshToken: application id from --application-id; refresh token from PARTNER_AUTH_REFRESH_TOKEN.',
  ],
  ['a module', { values: { module: 'ExchangeOnline' } }, 'ByModule: module from --module.'],
  ['a user', { values: { applicationId } }, 'User: application id from --application-id.'],
  [
    'a token by a variable',
    { variables: { PARTNER_AUTH_ACCESS_TOKEN: appToken, AZURE_CLIENT_ID: applicationId } },
    'The access token of PARTNER_AUTH_ACCESS_TOKEN.',
  ],
];

describe('row 17: credentials, told by where they come from', () => {
  for (const [name, given, found] of wells) {
    test(name, async () => {
      assert.deepEqual(await findingBy(credentials, given), { state: 'ok', found, nextStep: undefined });
    });
  }
});

describe('credentials', () => {
  test('nobody', async () => {
    assert.deepEqual(await findingBy(credentials, { variables: { AZURE_TENANT_ID: 'contoso.com' } }), {
      state: 'skipped',
      found: 'nothing says who signs in',
      nextStep:
        'Give the options of partner-auth token (--application-id, --tenant, --client-secret-file …), or a token by --access-token-file.',
    });
  });

  test('something is missing', async () => {
    const values = { tenant: 'contoso.com', clientSecretFile: 'secret.txt' };
    assert.deepEqual(await findingBy(credentials, { values }), {
      state: 'failed',
      found: 'The parameters complete no parameter set: ServicePrincipal lacks --application-id.',
      nextStep: 'partner-auth token --help lists what belongs together.',
      exitCode: 2,
    });
  });

  test('an application id that is no GUID', async () => {
    assert.deepEqual(await findingBy(credentials, { values: { applicationId: 'My app' } }), {
      state: 'warning',
      found: 'User: application id from --application-id. The application id is no GUID.',
      nextStep: 'Copy the Application (client) ID from the app registration’s overview.',
    });
  });

  test('a file that is not there, and one that others can read', async (context) => {
    const { folder, file } = scratch(context);
    const missing = `${folder}/missing.txt`;
    assert.deepEqual(await findingBy(credentials, { values: { ...own, clientSecretFile: missing } }), {
      state: 'failed',
      found: `--client-secret-file ${missing} cannot be read (ENOENT).`,
      nextStep: undefined,
      exitCode: 7,
    });
    const open = file('secret.txt', secret, 0o644);
    assert.deepEqual(await findingBy(credentials, { values: { ...own, clientSecretFile: open } }), {
      state: 'warning',
      found:
        `ServicePrincipal: application id from --application-id; tenant from --tenant; secret from --client-secret-file ${open}. ` +
        `The file ${open} can be read by others (mode 0644); chmod 600 keeps it to you.`,
      nextStep: undefined,
    });
  });

  test('a given token that is none', async (context) => {
    const accessTokenFile = scratch(context).file('token.txt', '{"token": 1}');
    const { state, found, exitCode } = await findingBy(credentials, { values: { accessTokenFile } });
    assert.deepEqual(
      [state, found, exitCode],
      ['failed', `--access-token-file ${accessTokenFile} holds no access token.`, 2],
    );
  });
});

describe('credentials, with profiles', () => {
  const profile = (context: Parameters<typeof scratch>[0], text: string): Given => {
    const { folder } = scratch(context);
    mkdirSync(join(folder, 'partner-auth'), { mode: 0o700 });
    writeFileSync(join(folder, 'partner-auth', 'profiles.json'), text, { mode: 0o600 });
    return { variables: { XDG_CONFIG_HOME: folder, HOME: folder } };
  };
  const work = { parameterSet: 'User', applicationId, tenant: 'contoso.com', resource: 'partner' };
  const file = (more: object = {}) =>
    JSON.stringify({ current: 'work', profiles: { work: { ...work, ...more }, other: work } });

  test('what the current one fills in', async (context) => {
    const given = profile(context, file());
    const finding = await findingBy(credentials, { ...given, values: { tenant: 'fabrikam.com' } });
    assert.equal(finding.found, 'User: application id and resource from the profile work; tenant from --tenant.');
  });

  test('a certificate of its own', async (context) => {
    const given = profile(context, file({ parameterSet: 'ServicePrincipalCertificate', certificateFile: '/nowhere' }));
    assert.equal(
      (await findingBy(credentials, given)).found,
      'ServicePrincipalCertificate: application id, tenant, resource and certificate from the profile work.',
    );
  });

  test('a secret of its own that is not stored', async (context) => {
    const given = profile(context, file({ parameterSet: 'ServicePrincipal', secrets: ['clientSecret'] }));
    const { state, found, exitCode } = await findingBy(credentials, given);
    assert.deepEqual(
      [state, found, exitCode],
      ['failed', 'There is no key for the token store, and nothing is stored without one.', 7],
    );
    const keyed = {
      ...given,
      variables: { ...given.variables, PARTNER_AUTH_PASSPHRASE: 'x', XDG_STATE_HOME: '/nowhere' },
    };
    assert.equal((await findingBy(credentials, keyed)).found, 'There is no token store yet, and nothing is kept.');
  });

  test('one that is not there, and a file that cannot be read: the rest is looked at all the same', async (context) => {
    const missing = { ...profile(context, file()), values: { profile: 'home' } };
    const { state, found, exitCode } = await findingBy(credentials, missing);
    assert.deepEqual([state, found, exitCode], ['failed', "There is no profile 'home'.", 3]);
    const broken = profile(context, '{');
    const finding = await findingBy(credentials, broken);
    assert.deepEqual([finding.state, finding.exitCode], ['failed', 7]);
    assert.equal((await findingBy(environment, broken)).state, 'ok');
  });
});
