import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applicationId, oauthRefusal, tenantId, tokenAnswer } from '../../client/wire.ts';
import { home, rotating } from '../home.ts';

const application = ['--application-id', applicationId, '--tenant', 'contoso.com'];
const day = 86_400;

async function signedIn(context: { after(work: () => void): void }) {
  const here = home(context);
  const args = ['login', '--profile', 'john', ...application, '--refresh-token-file', '-'];
  await here.run(args, { stdin: 'refresh-0', reply: rotating() });
  return here;
}

describe('status', () => {
  test('of a user', async (context) => {
    const { json, clock } = await signedIn(context);
    clock.advance(600);
    const { exitCode, value, sent } = await json(['status']);
    assert.deepEqual([exitCode, sent.length], [0, 0]);
    assert.deepEqual(value, [
      {
        profile: 'john',
        current: true,
        signsInAs: 'user',
        account: 'john.doe@contoso.com',
        applicationId,
        tenantId,
        environment: 'AzureCloud',
        mfa: true,
        accessTokenExpiresOn: '2026-11-21T10:00:00Z',
        signedInOn: '2026-11-21T09:00:00Z',
        renewedOn: '2026-11-21T09:00:00Z',
        refreshTokenEndsBy: '2027-02-19T09:00:00Z',
        daysLeftAtMost: 89,
        signInNeeded: false,
        why: null,
      },
    ]);
  });

  test('as a table on a terminal', async (context) => {
    const { run } = await signedIn(context);
    const { stdout } = await run(['status'], { terminal: true });
    const [head = '', , line = ''] = stdout.split('\n');
    assert.deepEqual(head.split(/ {2,}/), [
      ...['profile', 'signed in', 'tenant', 'application', 'MFA', 'access token', 'renewed'],
      ...['days left at most', 'sign-in'],
    ]);
    assert.deepEqual(line.split(/ {2,}/), [
      ...[
        'john *',
        'john.doe@contoso.com',
        tenantId,
        applicationId,
        'yes',
        '60 min',
        '2026-11-21T09:00:00Z',
        '90',
        'good',
      ],
    ]);
  });

  test('row 19: a user name from the authority rewrites no screen', async (context) => {
    const { run } = home(context);
    const name = 'john\u001b[2J\u202e@contoso.com';
    await run(['login', ...application, '--refresh-token-file', '-'], { stdin: 'refresh-0', reply: rotating(name) });
    for (const verb of ['status', 'list', 'renew']) {
      for (const terminal of [true, false]) {
        const { stdout, stderr } = await run([verb], { terminal, reply: rotating(name) });
        assert.equal(/\u001b|\u202e/.test(stdout + stderr), false, verb);
      }
    }
  });
});

describe('complaint 14: the days that are left, with an exit code for monitors', () => {
  const cases: readonly (readonly [number, readonly string[], number, number])[] = [
    [0, [], 90, 0],
    [80, [], 10, 0],
    [80, ['--warn-days', '10'], 10, 0],
    [80, ['--warn-days', '11'], 10, 8],
    [80.5, ['--warn-days', '10'], 9, 8],
    [89.9, [], 0, 0],
    [90, [], 0, 8],
    [400, ['--warn-days', '0'], 0, 8],
  ];
  for (const [days, args, left, code] of cases) {
    test(`after ${days} days ${args.join(' ')}: ${left} left at most, exit ${code}`, async (context) => {
      const { json, clock } = await signedIn(context);
      clock.advance(days * day);
      const { exitCode, value } = await json(['status', ...args]);
      assert.deepEqual([exitCode, value[0].daysLeftAtMost, value[0].signInNeeded], [code, left, days >= 90]);
    });
  }

  test('a renewal begins them anew', async (context) => {
    const { json, run, clock } = await signedIn(context);
    clock.advance(80 * day);
    await run(['token'], { reply: rotating() });
    const { value } = await json(['status', '--warn-days', '90']);
    assert.deepEqual(
      [value[0].daysLeftAtMost, value[0].signedInOn, value[0].renewedOn],
      [90, '2026-11-21T09:00:00Z', '2027-02-09T09:00:00Z'],
    );
  });

  test('a refused sign-in needs somebody until it is renewed', async (context) => {
    const { json, run } = await signedIn(context);
    const refused = () => oauthRefusal('invalid_grant', 50173);
    assert.equal((await run(['token', '--force-refresh'], { reply: refused })).exitCode, 4);
    const { exitCode, value } = await json(['status']);
    assert.deepEqual(
      [exitCode, value[0].signInNeeded, value[0].why],
      [8, true, 'The authority refused the request: invalid_grant. AADSTS50173: It was refused.'],
    );
    await run(['renew'], { reply: rotating() });
    assert.equal((await run(['status'])).exitCode, 0);
  });

  test('what was refused is lifted by what is answered, with a new refresh token or without', async (context) => {
    const { run } = await signedIn(context);
    await run(['token', '--force-refresh'], { reply: () => oauthRefusal('invalid_grant', 50173) });
    assert.equal((await run(['status'])).exitCode, 8);
    await run(['token', '--force-refresh'], { reply: () => tokenAnswer() });
    assert.equal((await run(['status'])).exitCode, 0);
  });

  test('what was refused of an earlier sign-in says nothing of the next', async (context) => {
    const { run } = await signedIn(context);
    const refused = () => oauthRefusal('invalid_grant', 50173);
    assert.equal((await run(['token', '--resource', 'graph'], { reply: refused })).exitCode, 4);
    assert.equal((await run(['status'])).exitCode, 8);
    const login = ['login', '--profile', 'john', ...application, '--refresh-token-file', '-'];
    await run(login, { stdin: 'refresh-new', reply: rotating() });
    assert.equal((await run(['status'])).exitCode, 0);
  });

  test('consent that one resource lacks ends no sign-in', async (context) => {
    const { run } = await signedIn(context);
    const refused = () => oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' });
    assert.equal((await run(['token', '--resource', 'graph'], { reply: refused })).exitCode, 5);
    assert.equal((await run(['status'])).exitCode, 0);
  });
});

describe('whose', () => {
  const names = (value: readonly { readonly profile: string | null }[]) => value.map(({ profile }) => profile);
  test('the named, the current, all, and without a current one all', async (context) => {
    const { json, run } = await signedIn(context);
    const secret = ['--client-secret-file', '-'];
    await run(['login', '--profile', 'app', ...application, ...secret], { stdin: 'secret-of-the-app' });
    await run(['token', '--application-id', 'x', '--resource', 'graph', ...secret], { stdin: 'secret-of-x' });
    assert.deepEqual(names((await json(['status'])).value), ['john']);
    assert.deepEqual(names((await json(['status', '--profile', 'app'])).value), ['app']);
    assert.deepEqual(names((await json(['status'], { variables: { PARTNER_AUTH_PROFILE: 'app' } })).value), ['app']);
    assert.deepEqual(names((await json(['status', '--all'])).value), ['john', 'app', null]);
    await run(['logout', '--profile', 'john', '--forget']);
    assert.deepEqual(names((await json(['status'])).value), ['app', null]);
  });

  test('a profile without anything stored, beside one with', async (context) => {
    const { json, run } = await signedIn(context);
    await run(['profile', 'set', 'bare', '--tenant', 'fabrikam.com']);
    const { exitCode, value } = await json(['status', '--all']);
    assert.deepEqual([exitCode, value[1].profile, value[1].why], [8, 'bare', 'nothing is stored']);
  });

  const refused = [
    ['nothing stored', ['status'], {}, 3],
    ['nothing stored for it', ['status', '--profile', 'bare'], {}, 3],
    ['no such profile', ['status', '--profile', 'x'], {}, 3],
    ['no key', ['status'], { PARTNER_AUTH_KEY_FILE: '' }, 7],
    ['days that are none', ['status', '--warn-days', '-1'], {}, 2],
    ['days that are no number', ['status', '--warn-days', 'soon'], {}, 2],
    ['days that are half', ['status', '--warn-days', '1.5'], {}, 2],
  ] as const;
  for (const [name, argv, variables, code] of refused) {
    test(`${name}: exit ${code}`, async (context) => {
      const { run } = home(context);
      await run(['profile', 'set', 'bare', '--tenant', 'fabrikam.com']);
      const { exitCode, stdout, stderr } = await run(argv, { variables });
      assert.deepEqual([exitCode, stdout], [code, ''], stderr);
    });
  }
});
