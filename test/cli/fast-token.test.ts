import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { fastToken } from '../../src/cli/fast-token.ts';
import { unsupportedRuntime } from '../../src/cli/runtime.ts';
import { applicationId, start } from '../client/wire.ts';
import { noConfigFolder } from '../support/child.ts';
import { partnerAuth, scratch } from './command.ts';
import { home, rotating } from './home.ts';

const files = scratch({ after });
const key = files.file('key', Buffer.alloc(32, 5).toString('base64'));
const secret = files.file('secret', 'secret-of-the-app');
const environment = files.file('environment.json', JSON.stringify({ url: 'https://localhost:18443' }));
const state = join(files.folder, 'state');
const variables = {
  XDG_CONFIG_HOME: noConfigFolder,
  XDG_STATE_HOME: state,
  PARTNER_AUTH_KEY_FILE: key,
  PARTNER_AUTH_ENVIRONMENT_FILE: environment,
};

const asApplication = ['--application-id', applicationId, '--client-secret-file', secret, '--tenant', 'contoso.com'];
const asUser = ['--application-id', applicationId, '--username', 'john@contoso.com', '--password-file', secret];
const identities: readonly (readonly string[])[] = [
  [...asApplication, '--resource', 'partner-center'],
  [...asApplication, '--scopes', 'b/x,a/y'],
  [...asApplication, '--scopes', 'a/y', '--scope', 'b/x', '--environment', 'sandbox'],
  [...asUser, '--resource', 'partner'],
  [...asUser, '--scopes', 'a/y'],
];

before(async () => {
  for (const identity of identities) {
    const { exitCode, stderr } = await partnerAuth(['token', ...identity], { variables });
    assert.equal(exitCode, 0, stderr);
  }
});

describe('what the dispatcher answers is byte for byte what the full path answers', () => {
  const spellings: readonly (readonly string[])[] = [
    [],
    ['--output', 'json'],
    ['--output=JSON'],
    ['-o', 'token'],
    ['-o', 'header'],
    ['-o', 'env'],
    ['-o', 'exec-credential'],
    ['--verbose'],
    ['--debug', '--quiet'],
    ['--timeout', '5'],
  ];
  for (const [index, identity] of identities.entries()) {
    for (const more of spellings) {
      test(`identity ${index} ${more.join(' ')}`, async () => {
        const argv = ['token', ...identity, ...more];
        const fast = fastToken(argv, variables, false, start);
        const { exitCode, stdout, stderr, sent } = await partnerAuth(argv, { variables });
        assert.deepEqual(fast, { stdout, stderr });
        assert.deepEqual([exitCode, sent.length], [0, 0]);
      });
    }
  }

  test('aliases, order and variables name the same token', async () => {
    const filled = {
      ...variables,
      AZURE_CLIENT_ID: applicationId,
      AZURE_CLIENT_SECRET: 'x',
      AZURE_TENANT_ID: 'Contoso.com',
    };
    for (const [argv, given] of [
      [
        [
          'token',
          '--resource=partner-center',
          '--domain',
          'CONTOSO.com',
          '--client-id',
          applicationId,
          '--client-secret-file',
          secret,
        ],
        variables,
      ],
      [['token', '--resource', 'Partner-Center'], filled],
      [['token', '--scopes', 'https://api.partnercenter.microsoft.com/.default'], filled],
    ] as const) {
      const fast = fastToken(argv, given, false, start);
      const full = await partnerAuth(argv, { variables: given });
      assert.deepEqual(fast, { stdout: full.stdout, stderr: full.stderr });
      assert.equal(full.sent.length, 0);
    }
  });

  test('warnings too', async () => {
    const loose = files.file('loose-key', Buffer.alloc(32, 5).toString('base64'), 0o644);
    const argv = ['token', ...(identities[0] ?? []), '--key-file', loose];
    const fast = fastToken(argv, variables, false, start);
    const full = await partnerAuth(argv, { variables });
    assert.ok(fast?.stderr.includes('chmod 600'));
    assert.deepEqual(fast, { stdout: full.stdout, stderr: full.stderr });
  });
});

describe('with a profile', () => {
  const here = home({ after });
  const refresh = here.file('refresh', 'refresh-0');
  const signIns: readonly (readonly [string, readonly string[]])[] = [
    ['app', [...asApplication, '--resource', 'partner-center']],
    ['user', ['--application-id', applicationId, '--tenant', 'contoso.com', '--refresh-token-file', refresh]],
    ['secret-user', [...asApplication, '--refresh-token-file', refresh]],
    ['john', [...asUser, '--resource', 'partner']],
  ];
  before(async () => {
    for (const [name, args] of signIns) {
      const { exitCode, stderr } = await here.run(['login', '--profile', name, ...args], { reply: rotating() });
      assert.equal(exitCode, 0, stderr);
    }
    await here.run(['token', '--profile', 'user', '--resource', 'graph'], { reply: rotating() });
  });

  const answered: readonly (readonly [readonly string[], Record<string, string>?])[] = [
    [[]],
    [['-o', 'header']],
    [[], { PARTNER_AUTH_PROFILE: 'user' }],
    [['--profile', 'secret-user', '-o', 'token']],
    [['--profile', 'john']],
    [['--profile', 'user', '--resource', 'graph']],
    [['--profile', 'app', '--application-id', applicationId.toUpperCase(), '--tenant', 'CONTOSO.com']],
    [['--profile', 'user'], { PARTNER_AUTH_CLIENT_SECRET: 'of nobody' }],
  ];
  for (const [more, given = {}] of answered) {
    test(`${more.join(' ')} ${JSON.stringify(given)}`, async () => {
      const all = { ...here.variables, ...given };
      const fast = fastToken(['token', ...more], all, false, start);
      const full = await here.run(['token', ...more], { variables: given });
      assert.deepEqual(fast, { stdout: full.stdout, stderr: full.stderr });
      assert.deepEqual([full.exitCode, full.sent.length], [0, 0]);
    });
  }

  test('the refresh token beside a user’s token is the sign-in’s newest', () => {
    const variables = { ...here.variables, PARTNER_AUTH_PROFILE: 'user' };
    const fast = fastToken(['token'], variables, false, start);
    assert.deepEqual(JSON.parse(fast?.stdout ?? '{}').refreshToken, 'refresh-1');
    assert.equal(JSON.parse(fast?.stdout ?? '{}').account.username, 'john.doe@contoso.com');
  });

  const left: readonly (readonly [string, readonly string[], Record<string, string>?])[] = [
    ['a profile that is not there', ['--profile', 'nobody']],
    ['a name that cannot be one', ['--profile', '../x']],
    ['a profile that was named and does not fit, because that is told', ['--profile', 'app', '--application-id', 'x']],
    ['a given refresh token', ['--profile', 'user', '--refresh-token-file', refresh]],
    ['both ways of signing in', ['--profile', 'user', '--device-code', '--auth-code']],
    ['a file of profiles that is none', [], { XDG_CONFIG_HOME: here.file('no-folder', '') }],
  ];
  for (const [name, more, given = {}] of left) {
    test(`${name} is left to the full path`, () => {
      assert.equal(fastToken(['token', ...more], { ...here.variables, ...given }, false, start), undefined);
    });
  }
});

describe('everything else is left to the full path', () => {
  const first = identities[0] ?? [];
  const cases: readonly [string, readonly string[], Record<string, string>?, boolean?, number?][] = [
    ['another verb', ['decode']],
    ['no arguments', []],
    ['help', ['token', '--help']],
    ['a terminal’s table', ['token', ...first], {}, true],
    ['a query', ['token', ...first, '--query', 'tokenType']],
    ['another format', ['token', ...first, '-o', 'yaml']],
    ['an unknown format', ['token', ...first, '-o', 'xml']],
    ['an unknown option', ['token', ...first, '--unknown']],
    ['a secret on the command line', ['token', ...first, '--client-secret', 'x']],
    ['a positional', ['token', ...first, 'x']],
    ['a missing value', ['token', ...first, '--output']],
    ['an option twice', ['token', ...first, '--tenant', 'contoso.com']],
    ['force refresh', ['token', ...first, '--force-refresh']],
    ['no key', ['token', ...first], { PARTNER_AUTH_KEY_FILE: '' }],
    ['another key', ['token', ...first, '--key-file', files.file('key2', Buffer.alloc(32, 6).toString('base64'))]],
    ['no such key', ['token', ...first, '--key-file', '/nonexistent']],
    ['a token that is not there', ['token', ...asApplication, '--resource', 'graph']],
    ['an old token', ['token', ...first], {}, false, 3600],
    ['a set that is not kept', ['token', '--application-id', applicationId, '--resource', 'partner-center']],
    ['an incomplete set', ['token', '--resource', 'partner-center']],
    ['a time-out of nothing', ['token', ...first, '--timeout', '0']],
    ['no store', ['token', ...first], { XDG_STATE_HOME: join(files.folder, 'nothing') }],
  ];
  for (const [name, argv, more = {}, terminal = false, seconds = 0] of cases) {
    test(name, () => {
      const clock = settableClock(start);
      clock.advance(seconds);
      assert.equal(fastToken(argv, { ...variables, ...more }, terminal, clock.now()), undefined);
    });
  }

  test('reading makes no folder and loosens nothing', () => {
    assert.throws(() => readdirSync(join(files.folder, 'nothing')), { code: 'ENOENT' });
    const folder = join(state, 'partner-auth');
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
  });
});

describe('the runtime', () => {
  for (const [version, fits] of [
    ['18.20.0', false],
    ['20.20.0', false],
    ['22.18.0', false],
    ['22.19.0', true],
    ['23.11.0', false],
    ['24.4.9', false],
    ['24.5.0', true],
    ['26.0.0', true],
  ] as const) {
    test(`Node ${version}: ${fits ? 'fits' : 'one sentence with both versions'}`, () => {
      const sentence = unsupportedRuntime(version);
      assert.equal(sentence === undefined, fits);
      if (sentence) assert.ok(sentence.includes('22.19') && sentence.includes(version));
    });
  }
});
