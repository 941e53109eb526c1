import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { applicationId } from '../../client/wire.ts';
import { home, rotating } from '../home.ts';

const application = ['--application-id', applicationId, '--tenant', 'contoso.com'];

describe('profile set and unset', () => {
  test('makes a profile without any key, and token fills in from it', async (context) => {
    const { json, run, profiles } = home(context);
    const variables = { PARTNER_AUTH_KEY_FILE: '' };
    const set = [
      'profile',
      'set',
      'nightly',
      ...application,
      '--resource',
      'graph',
      '--environment',
      'azurechinacloud',
    ];
    const { exitCode, value } = await json([...set, '--certificate-file', 'cert.pem', '--service-principal'], {
      variables,
    });
    const profile = {
      environment: 'AzureChinaCloud',
      tenant: 'contoso.com',
      applicationId,
      resource: 'graph',
      servicePrincipal: true,
      certificateFile: join(process.cwd(), 'cert.pem'),
    };
    assert.deepEqual([exitCode, value], [0, { name: 'nightly', current: false, ...profile }]);
    assert.deepEqual(profiles(), { profiles: { nightly: profile } });
    const unset = ['profile', 'unset', 'nightly', 'certificate-file', 'servicePrincipal', 'environment'];
    assert.equal((await run(unset, { variables })).exitCode, 0);
    await run(['use', 'nightly'], { variables });
    const { sent } = await run(['token'], {
      variables: { ...variables, PARTNER_AUTH_CLIENT_SECRET: 'of-the-environment' },
    });
    assert.deepEqual(
      [sent[0]?.url, sent[0]?.form.get('client_secret'), sent[0]?.form.get('scope')],
      [
        'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token',
        'of-the-environment',
        'https://graph.microsoft.com/.default',
      ],
    );
  });

  test('scopes take the resource’s place, and the other way round', async (context) => {
    const { json, run } = home(context);
    await run(['profile', 'set', 'a', '--resource', 'graph']);
    assert.deepEqual((await json(['profile', 'set', 'a', '--scopes', 'a/x,a/y'])).value, {
      name: 'a',
      current: false,
      scopes: ['a/x', 'a/y'],
    });
    assert.deepEqual((await json(['profile', 'set', 'a', '--resource', 'arm'])).value, {
      name: 'a',
      current: false,
      resource: 'arm',
    });
  });

  test('what was signed in keeps its application, cloud and user; the rest changes', async (context) => {
    const { run, json } = home(context);
    await run(['login', '--profile', 'a', ...application, '--client-secret-file', '-'], { stdin: 'secret-of-the-app' });
    for (const change of [
      ['--application-id', 'other'],
      ['--environment', 'AzureUSGovernment'],
      ['--username', 'john@contoso.com'],
    ]) {
      const { exitCode, stdout, stderr } = await run(['profile', 'set', 'a', ...change]);
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      assert.ok(stderr.includes('partner-auth login --profile a'), stderr);
    }
    assert.equal((await run(['profile', 'unset', 'a', 'application-id'])).exitCode, 2);
    const { value } = await json([
      'profile',
      'set',
      'a',
      '--application-id',
      applicationId,
      '--tenant',
      'fabrikam.com',
    ]);
    assert.equal(value.tenant, 'fabrikam.com');
    const { sent } = await run(['token']);
    assert.equal(sent[0]?.form.get('client_secret'), 'secret-of-the-app');
  });

  const refused: readonly (readonly [string, readonly string[], number, string])[] = [
    ['no action', ['profile'], 2, 'missing required argument'],
    ['another action', ['profile', 'show-all'], 2, 'show, set, unset, rename, delete'],
    ['no name', ['profile', 'set'], 2, 'more words'],
    ['a name that is none', ['profile', 'set', 'a b', '--tenant', 'x'], 2, 'cannot be the name'],
    ['nothing to set', ['profile', 'set', 'a'], 2, 'Nothing to set was given.'],
    ['nothing to unset', ['profile', 'unset', 'a'], 2, 'more words'],
    ['something else to unset', ['profile', 'unset', 'a', 'secrets'], 2, 'nothing a profile has'],
    ['unset of none', ['profile', 'unset', 'x', 'tenant'], 3, "There is no profile 'x'."],
    ['an unknown environment', ['profile', 'set', 'a', '--environment', 'Mars'], 2, "no environment 'Mars'"],
    ['an unknown module', ['profile', 'set', 'a', '--module', 'Teams'], 2, "no module 'Teams'"],
    ['scopes and resource', ['profile', 'set', 'a', '--scopes', 'x', '--resource', 'y'], 2, 'not both'],
    ['row 16: a secret', ['profile', 'set', 'a', '--client-secret', 'CANARY'], 2, '--client-secret-file'],
    ['a secret’s file', ['profile', 'set', 'a', '--client-secret-file', 'x'], 2, 'unknown option'],
    ['show of none', ['profile', 'show', 'x'], 3, "There is no profile 'x'."],
    ['show without a current one', ['profile', 'show'], 3, 'There is no current profile.'],
    ['use of none', ['use', 'x'], 3, 'partner-auth login --profile x makes it.'],
  ];
  for (const [name, argv, code, says] of refused) {
    test(`${name}: exit ${code}`, async (context) => {
      const { run, profilesFile } = home(context);
      const { exitCode, stdout, stderr } = await run(argv);
      assert.deepEqual([exitCode, stdout], [code, ''], stderr);
      assert.ok(stderr.includes(says) && !stderr.includes('CANARY'), stderr);
      assert.equal(existsSync(profilesFile), false);
    });
  }
});

describe('rename and delete', () => {
  async function signedIn(context: { after(work: () => void): void }) {
    const here = home(context);
    const reply = rotating();
    const args = ['login', '--profile', 'john', ...application, '--client-secret-file', here.file('s', 'the-secret')];
    await here.run([...args, '--refresh-token-file', '-'], { stdin: 'refresh-0', reply });
    return { ...here, reply };
  }

  test('what is stored goes with the name', async (context) => {
    const { run, json, reply, clock, profiles } = await signedIn(context);
    const { value } = await json(['profile', 'rename', 'john', 'johnny']);
    assert.deepEqual([value.name, value.current], ['johnny', true]);
    assert.deepEqual(Object.keys((profiles() as { profiles: object }).profiles), ['johnny']);
    assert.equal((await json(['token'])).value.refreshToken, 'refresh-1');
    clock.advance(3600);
    const { sent } = await run(['token'], { reply });
    assert.deepEqual(
      [sent[0]?.form.get('refresh_token'), sent[0]?.form.get('client_secret')],
      ['refresh-1', 'the-secret'],
    );
    assert.deepEqual(
      (await json(['list'])).value.map((each: Record<string, unknown>) => [
        each.profile,
        each.signIn,
        each.tokens,
        each.secrets,
      ]),
      [['johnny', true, 1, ['clientSecret']]],
    );
  });

  test('a name that is taken, or none, or of a store without a key', async (context) => {
    const { run } = await signedIn(context);
    await run(['profile', 'set', 'other', '--tenant', 'x']);
    assert.equal((await run(['profile', 'rename', 'john', 'other'])).exitCode, 2);
    assert.equal((await run(['profile', 'rename', 'x', 'y'])).exitCode, 3);
    assert.equal((await run(['profile', 'rename', 'john', '-x'])).exitCode, 2);
    const variables = { PARTNER_AUTH_KEY_FILE: '' };
    assert.equal((await run(['profile', 'rename', 'john', 'johnny'], { variables })).exitCode, 7);
    assert.equal((await run(['profile', 'delete', 'john'], { variables })).exitCode, 7);
    assert.equal((await run(['profile', 'rename', 'other', 'another'], { variables })).exitCode, 0);
    assert.equal((await run(['profile', 'delete', 'another'], { variables })).exitCode, 0);
    assert.equal((await run(['status'])).exitCode, 0);
  });

  test('delete takes everything along, and another of the name begins anew', async (context) => {
    const { run, json, profiles } = await signedIn(context);
    assert.deepEqual((await json(['profile', 'delete', 'john'])).value, { deleted: 'john' });
    assert.deepEqual(profiles(), { profiles: {} });
    assert.deepEqual((await json(['list'])).value, []);
    await run(['profile', 'set', 'john', ...application, '--resource', 'partner-center']);
    assert.equal((await run(['token', '--profile', 'john'])).exitCode, 4);
  });
});

describe('list', () => {
  test('the profiles alone without a key, with a word about it', async (context) => {
    const { run, json } = home(context);
    await run(['login', '--profile', 'a', ...application, '--client-secret-file', '-'], { stdin: 'secret-of-the-app' });
    await run(['profile', 'set', 'b', '--environment', 'Sandbox']);
    const { value, stderr } = await json(['list'], { variables: { PARTNER_AUTH_KEY_FILE: '' } });
    assert.ok(stderr.includes('what is stored is not listed'), stderr);
    const nothing = { account: null, signIn: null, tokens: null, secrets: null };
    assert.deepEqual(value, [
      {
        ...nothing,
        profile: 'a',
        current: true,
        signsInAs: 'application',
        applicationId,
        tenantId: 'contoso.com',
        environment: null,
      },
      {
        ...nothing,
        profile: 'b',
        current: false,
        signsInAs: null,
        applicationId: null,
        tenantId: null,
        environment: 'Sandbox',
      },
    ]);
  });

  test('nothing', async (context) => {
    const { json } = home(context);
    assert.deepEqual((await json(['list'])).value, []);
  });
});
