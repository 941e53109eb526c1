import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { applicationId, oauthRefusal, tenantId, tokenAnswer } from '../../client/wire.ts';
import { home, rotating } from '../home.ts';

const other = '99998888-aaaa-2222-bbbb-3333cccc4444';
const asApplication = ['--application-id', applicationId, '--tenant', 'contoso.com', '--client-secret-file', '-'];
const asUser = ['--application-id', applicationId, '--tenant', 'contoso.com', '--refresh-token-file', '-'];
const stdin = 'secret-of-the-app';

describe('signs in now and keeps it', () => {
  test('an application: later calls need no options', async (context) => {
    const { json, run, profiles, clock } = home(context);
    const { exitCode, value, stdout, stderr, sent } = await json(['login', ...asApplication], { stdin });
    assert.deepEqual([exitCode, stderr, sent.length], [0, '', 1]);
    assert.deepEqual(value, {
      profile: 'default',
      current: true,
      signsInAs: 'application',
      account: null,
      applicationId,
      tenantId,
      environment: 'AzureCloud',
      mfa: null,
      accessTokenExpiresOn: '2026-11-21T10:00:00Z',
      signedInOn: null,
      renewedOn: null,
      refreshTokenEndsBy: null,
      daysLeftAtMost: null,
      noRefreshToken:
        'An application that signs in for itself gets no refresh token; it signs in again (RFC 6749 section 4.4.3).',
    });
    assert.equal(stdout.includes(stdin) || stdout.includes('eyJ'), false);
    assert.deepEqual(profiles(), {
      current: 'default',
      profiles: {
        default: {
          parameterSet: 'ServicePrincipal',
          tenant: 'contoso.com',
          applicationId,
          resource: 'partner-center',
          secrets: ['clientSecret'],
        },
      },
    });
    const cached = await run(['token']);
    assert.deepEqual([cached.exitCode, cached.sent.length, JSON.parse(cached.stdout).fromCache], [0, 0, true]);
    clock.advance(3600);
    const renewed = await run(['token']);
    assert.equal(renewed.sent[0]?.form.get('client_secret'), stdin);
  });

  test('a user by a refresh token: it becomes the sign-in', async (context) => {
    const { json, run, clock } = home(context);
    const reply = rotating();
    const { value, sent } = await json(['login', '--profile', 'john', ...asUser], { stdin: 'refresh-0', reply });
    assert.equal(sent[0]?.form.get('refresh_token'), 'refresh-0');
    assert.deepEqual(
      [value.account, value.signsInAs, value.mfa, value.refreshTokenEndsBy, value.daysLeftAtMost, value.noRefreshToken],
      ['john.doe@contoso.com', 'user', true, '2027-02-19T09:00:00Z', 90, null],
    );
    clock.advance(3600);
    assert.equal((await run(['token'], { reply })).sent[0]?.form.get('refresh_token'), 'refresh-1');
    assert.equal(
      (await run(['token', '--resource', 'graph'], { reply })).sent[0]?.form.get('refresh_token'),
      'refresh-2',
    );
    const text = await run(['token', '--output', 'json']);
    assert.deepEqual([text.sent.length, JSON.parse(text.stdout).refreshToken], [0, 'refresh-3']);
  });

  test('a refresh token whose answer brings no successor is kept as it is', async (context) => {
    const { json, run, clock } = home(context);
    const reply = () => tokenAnswer();
    const { value } = await json(['login', ...asUser], { stdin: 'refresh-0', reply });
    assert.deepEqual([value.daysLeftAtMost, value.noRefreshToken], [90, null]);
    clock.advance(3600);
    assert.equal((await run(['token'], { reply })).sent[0]?.form.get('refresh_token'), 'refresh-0');
  });

  test('a confidential application’s user: its secret renews the sign-in', async (context) => {
    const { run, file, profiles } = home(context);
    const reply = rotating();
    const secret = ['--client-secret-file', file('secret', stdin)];
    await run(['login', ...asUser, ...secret], { stdin: 'refresh-0', reply });
    const { sent } = await run(['token', '--force-refresh'], { reply });
    assert.deepEqual(
      [sent[0]?.form.get('grant_type'), sent[0]?.form.get('refresh_token'), sent[0]?.form.get('client_secret')],
      ['refresh_token', 'refresh-1', stdin],
    );
    assert.deepEqual(Object.keys((profiles() as { profiles: object }).profiles), ['default']);
  });

  test('the password grant, with its password', async (context) => {
    const { run, profiles } = home(context);
    const user = ['--application-id', applicationId, '--username', 'john@contoso.com', '--resource', 'partner'];
    await run(['login', ...user, '--password-file', '-'], { stdin: 'password-of-john', reply: rotating() });
    const { sent } = await run(['token', '--force-refresh'], { reply: rotating() });
    assert.deepEqual(
      [sent[0]?.form.get('grant_type'), sent[0]?.form.get('username'), sent[0]?.form.get('password')],
      ['password', 'john@contoso.com', 'password-of-john'],
    );
    assert.deepEqual(profiles(), {
      current: 'default',
      profiles: {
        default: {
          parameterSet: 'Password',
          applicationId,
          resource: 'partner',
          username: 'john@contoso.com',
          secrets: ['password'],
        },
      },
    });
  });

  const secretsFrom = [
    ['a variable', [], { variables: { PARTNER_AUTH_CLIENT_SECRET: stdin } }],
    ['Azure’s variables', [], { variables: { AZURE_CLIENT_SECRET: stdin, AZURE_CLIENT_ID: applicationId } }],
    ['a prompt', ['--service-principal'], { prompted: stdin }],
  ] as const;
  for (const [name, args, options] of secretsFrom) {
    test(`the secret from ${name} is kept`, async (context) => {
      const { run } = home(context);
      const who = ['--application-id', applicationId, '--tenant', 'contoso.com', ...args];
      assert.equal((await run(['login', ...who], options)).exitCode, 0);
      const { sent } = await run(['token', '--force-refresh']);
      assert.equal(sent[0]?.form.get('client_secret'), stdin);
    });
  }

  test('in a table on a terminal', async (context) => {
    const { run } = home(context);
    const { stdout } = await run(['login', ...asApplication], { stdin, terminal: true });
    assert.equal(stdout.split('\n', 1)[0], 'profile               default');
  });
});

describe('which profile', () => {
  const login = (args: readonly string[]) => ['login', ...args];
  test('the first is the current one, others with --use', async (context) => {
    const { json, profiles } = home(context);
    const current = () => (profiles() as { current: string }).current;
    await json(login(['--profile', 'a', ...asApplication]), { stdin });
    await json(login(['--profile', 'b', ...asApplication]), { stdin });
    assert.equal(current(), 'a');
    assert.equal((await json(login(['--profile', 'c', '--use', ...asApplication]), { stdin })).value.current, true);
    assert.equal(current(), 'c');
  });

  test('anew without options: the same sign-in with the kept secret', async (context) => {
    const { run, profiles } = home(context);
    await run(login(['--profile', 'a', ...asApplication, '--resource', 'graph']), { stdin });
    const before = profiles();
    const { exitCode, sent, stderr } = await run(['login']);
    assert.deepEqual([exitCode, sent[0]?.form.get('client_secret')], [0, stdin], stderr);
    assert.deepEqual(profiles(), before);
  });

  for (const [name, args] of [
    ['another application', ['--application-id', other, '--tenant', 'contoso.com', '--client-secret-file', '-']],
    ['another cloud', [...asApplication, '--environment', 'AzureUSGovernment']],
    ['a user of the same application', asUser],
  ] as const) {
    test(`${name} takes the current one’s place under its name alone`, async (context) => {
      const { run, profiles, json } = home(context);
      await run(login(['--profile', 'a', ...asApplication]), { stdin });
      const before = profiles();
      const { exitCode, stdout, stderr, sent } = await run(login(args), { stdin });
      assert.deepEqual([exitCode, stdout, sent.length], [2, '', 0], stderr);
      assert.ok(stderr.includes('--profile NAME'), stderr);
      assert.deepEqual(profiles(), before);
      assert.equal((await run(login(['--profile', 'a', ...args]), { stdin, reply: rotating() })).exitCode, 0);
      assert.notDeepEqual(profiles(), before);
      const mine = (await json(['status', '--profile', 'a'])).value;
      assert.equal(mine.length, 1);
    });
  }

  test('row 35: another application under the same name takes nothing over', async (context) => {
    const { run, json } = home(context);
    await run(login(['--profile', 'a', ...asUser, '--client-secret-file', home(context).file('s', 'of-the-user')]), {
      stdin: 'refresh-0',
      reply: rotating(),
    });
    const device = ['--application-id', other, '--refresh-token-file', '-'];
    await run(login(['--profile', 'a', ...device]), { stdin: 'refresh-of-other', reply: rotating() });
    const { value } = await json(['list']);
    assert.deepEqual(
      value.map((each: Record<string, unknown>) => [
        each.profile,
        each.applicationId,
        each.signIn,
        each.tokens,
        each.secrets,
      ]),
      [['a', other, true, 1, []]],
    );
  });

  test('row 35: another user under the same name gets no token of the one before', async (context) => {
    const { run, json } = home(context);
    await run(login(asUser), { stdin: 'refresh-of-john', reply: rotating() });
    await run(['token', '--resource', 'graph'], { reply: rotating() });
    await run(login(asUser), { stdin: 'refresh-of-mary', reply: rotating('mary.major@contoso.com') });
    const { value, sent } = await json(['token', '--resource', 'graph'], { reply: rotating('mary.major@contoso.com') });
    assert.deepEqual([sent.length, value.account.username], [1, 'mary.major@contoso.com']);
  });
});

describe('what fails leaves nothing behind', () => {
  test('row 9: without a key exit 7, before anything is sent or asked, and the choices are named', async (context) => {
    const { run, profilesFile } = home(context);
    const variables = { PARTNER_AUTH_KEY_FILE: '' };
    const { exitCode, stdout, stderr, sent } = await run(['login', ...asApplication], { stdin, variables });
    assert.deepEqual([exitCode, stdout, sent.length], [7, '', 0]);
    for (const choice of ['--key-file', 'PARTNER_AUTH_PASSPHRASE', 'keyring'])
      assert.ok(stderr.includes(choice), stderr);
    assert.equal(existsSync(profilesFile), false);
  });

  for (const [name, args, code] of [
    ['a refused secret', asApplication, 5],
    ['a refused refresh token', asUser, 4],
  ] as const) {
    test(name, async (context) => {
      const { run, profilesFile } = home(context);
      const reply = () =>
        code === 5 ? oauthRefusal('invalid_client', 7000215, 401) : oauthRefusal('invalid_grant', 70000);
      const { exitCode, stdout, stderr } = await run(['login', ...args], { stdin, reply });
      assert.deepEqual([exitCode, stdout], [code, ''], stderr);
      assert.equal(existsSync(profilesFile), false);
      assert.equal((await run(['status'])).exitCode, 3);
    });
  }

  test('a sign-in that is refused does not hold back the one that is kept', async (context) => {
    const { run } = home(context);
    const reply = rotating();
    await run(['login', ...asUser], { stdin: 'refresh-0', reply });
    const refused = () => oauthRefusal('invalid_grant', 70000);
    assert.equal((await run(['login', ...asUser], { stdin: 'wrong', reply: refused })).exitCode, 4);
    assert.equal((await run(['token', '--force-refresh'], { reply })).exitCode, 0);
    assert.equal((await run(['status'])).exitCode, 0);
  });

  test('row 30: while throttled nobody is asked', async (context) => {
    const { run } = home(context);
    const throttled = () => new Response('{"error":"x"}', { status: 429, headers: { 'retry-after': '600' } });
    assert.equal((await run(['login', ...asApplication], { stdin, reply: throttled })).exitCode, 6);
    const { exitCode, sent } = await run(['login', ...asApplication], { stdin });
    assert.deepEqual([exitCode, sent.length], [6, 0]);
  });

  test('nothing to renew and no refresh token: exit 4, with what to do', async (context) => {
    const { run } = home(context);
    const reply = rotating();
    await run(['login', ...asUser], { stdin: 'refresh-0', reply });
    await run(['logout']);
    for (const verb of ['token', 'login']) {
      const { exitCode, stderr, sent } = await run([verb]);
      assert.deepEqual([exitCode, sent.length], [4, 0]);
      assert.ok(stderr.includes('--refresh-token-file'), stderr);
    }
  });
});
