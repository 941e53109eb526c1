import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applicationId, oauthRefusal, type Reply, tokenAnswer } from '../../client/wire.ts';
import { home, rotating } from '../home.ts';

const application = ['--application-id', applicationId, '--tenant', 'contoso.com'];
const day = 86_400;

async function signedIn(context: { after(work: () => void): void }, names: readonly string[]) {
  const here = home(context);
  for (const name of names) {
    const args = ['login', '--profile', name, ...application, '--refresh-token-file', '-'];
    await here.run(args, { stdin: `${name}-0`, reply: next(name) });
  }
  const login = ['login', '--profile', 'app', ...application, '--client-secret-file', '-'];
  await here.run(login, { stdin: 'secret-of-the-app' });
  return here;
}

/** Each refresh token followed by the next of the same name. */
const next =
  (first = ''): Reply =>
  ({ form }) => {
    const [name = first, count = '0'] = (form.get('refresh_token') ?? '').split('-');
    return tokenAnswer({ refresh_token: `${name}-${Number(count) + 1}` });
  };

const sentTokens = (sent: readonly { readonly form: URLSearchParams }[]) =>
  sent.map(({ form }) => form.get('refresh_token')).sort();

describe('renew', () => {
  test('the sign-in of a profile: redeemed, rotated and stored', async (context) => {
    const { json, clock } = await signedIn(context, ['john']);
    clock.advance(80 * day);
    const { exitCode, value, sent } = await json(['renew'], { reply: next() });
    assert.deepEqual([exitCode, sentTokens(sent)], [0, ['john-1']]);
    assert.deepEqual(value, [
      {
        profile: 'john',
        account: null,
        applicationId,
        tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        renewed: true,
        renewedOn: '2027-02-09T09:00:00Z',
        refreshTokenEndsBy: '2027-05-10T09:00:00Z',
        daysLeftAtMost: 90,
        error: null,
      },
    ]);
    const again = await json(['renew'], { reply: next() });
    assert.deepEqual(sentTokens(again.sent), ['john-2']);
  });

  test('all, an application left out, never more than four at a time', async (context) => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { json } = await signedIn(context, names);
    const flow = { underWay: 0, most: 0 };
    const reply: Reply = async (request, index) => {
      flow.underWay += 1;
      flow.most = Math.max(flow.most, flow.underWay);
      await new Promise((resolve) => setImmediate(resolve));
      flow.underWay -= 1;
      return next()(request, index);
    };
    const { exitCode, value, sent } = await json(['renew', '--all'], { reply });
    assert.equal(exitCode, 0);
    assert.deepEqual(
      value.map(({ profile }: { profile: string }) => profile),
      names,
    );
    assert.deepEqual(
      sentTokens(sent),
      names.map((name) => `${name}-1`),
    );
    assert.equal(flow.most, 4);
  });

  test('only what is older than so many days', async (context) => {
    const { json, run, clock } = await signedIn(context, ['a', 'b']);
    clock.advance(8 * day);
    await run(['token', '--profile', 'b'], { reply: next() });
    const { exitCode, value, sent } = await json(['renew', '--all', '--older-than-days', '7'], { reply: next() });
    assert.deepEqual([exitCode, sentTokens(sent)], [0, ['a-1']]);
    assert.deepEqual(
      value.map((each: { renewed: boolean; error: unknown }) => [each.renewed, each.error]),
      [
        [true, null],
        [false, null],
      ],
    );
  });

  test('a sign-in without a profile, with the secret of its own application alone', async (context) => {
    const { json, run } = home(context);
    const reply = rotating();
    const args = ['token', '--application-id', applicationId, '--resource', 'graph', '--refresh-token-file', '-'];
    await run(args, { stdin: 'given', reply });
    const mine = { AZURE_CLIENT_ID: applicationId, AZURE_CLIENT_SECRET: 'mine', PARTNER_AUTH_TENANT: 'fabrikam.com' };
    const others = { AZURE_CLIENT_ID: 'another', AZURE_CLIENT_SECRET: 'not-mine' };
    for (const [variables, secret] of [
      [mine, 'mine'],
      [others, null],
    ] as const) {
      const { exitCode, value, sent } = await json(['renew'], { reply, variables });
      assert.equal(exitCode, 0);
      assert.deepEqual([value[0].profile, value[0].account, value[0].renewed], [null, 'john.doe@contoso.com', true]);
      assert.equal(sent[0]?.url, 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token');
      assert.deepEqual(
        [sent[0]?.form.get('client_secret'), sent[0]?.form.get('scope')?.split(' ')[0]],
        [secret, 'https://graph.microsoft.com/.default'],
      );
    }
    const { sent } = await json([...args, '--force-refresh'], { stdin: 'given', reply });
    assert.deepEqual(sentTokens(sent), ['refresh-3']);
  });

  test('variables for another tool change nothing of it', async (context) => {
    const { run, file } = home(context);
    const secret = ['--client-secret-file', file('secret', 'secret-of-john')];
    const login = ['login', '--profile', 'john', ...application, ...secret, '--refresh-token-file', '-'];
    await run(login, { stdin: 'john-0', reply: next('john') });
    const variables = {
      AZURE_CLIENT_ID: 'another',
      AZURE_CLIENT_SECRET: 'not-mine',
      AZURE_TENANT_ID: 'fabrikam.com',
      PARTNER_AUTH_REFRESH_TOKEN: 'another-sign-in',
    };
    const { sent, exitCode } = await run(['renew'], { reply: next(), variables });
    assert.deepEqual(
      [exitCode, sentTokens(sent), sent[0]?.form.get('client_secret')],
      [0, ['john-1'], 'secret-of-john'],
    );
    assert.equal(sent[0]?.url, 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
  });
});

describe('exit codes', () => {
  const refusing =
    (names: readonly string[], refusal: () => Response): Reply =>
    (request, index) =>
      names.some((name) => request.form.get('refresh_token')?.startsWith(name)) ? refusal() : next()(request, index);
  const ended = () => oauthRefusal('invalid_grant', 700082);
  const down = () => new Response('', { status: 503 });
  const cases: readonly (readonly [string, Reply, number, readonly (string | null)[]])[] = [
    ['all renewed', next(), 0, [null, null]],
    ['one refused', refusing(['a'], ended), 8, ['sign_in_needed', null]],
    ['all refused', refusing(['a', 'b'], ended), 4, ['sign_in_needed', 'sign_in_needed']],
    ['the authority is down', refusing(['a', 'b'], down), 6, ['service_unavailable', 'service_unavailable']],
    ['down for one', refusing(['b'], down), 8, [null, 'service_unavailable']],
  ];
  for (const [name, reply, code, errors] of cases) {
    for (const seconds of [0, 4000]) {
      test(`${name}, ${seconds} s after the sign-in: ${code}`, async (context) => {
        const { json, clock } = await signedIn(context, ['a', 'b']);
        clock.advance(seconds);
        const { exitCode, value, stderr } = await json(['renew', '--all'], { reply });
        assert.deepEqual(
          value.map((each: { error: { code: string } | null }) => each.error?.code ?? null),
          errors,
          stderr,
        );
        assert.equal(exitCode, code);
        for (const [index, error] of errors.entries()) {
          assert.equal(stderr.includes(`${'ab'[index]} was not renewed`), error !== null, stderr);
        }
      });
    }
  }

  const refused = [
    ['nothing stored', ['renew'], {}, 3],
    ['an application alone', ['renew', '--profile', 'app'], {}, 3],
    ['no key', ['renew', '--all'], { PARTNER_AUTH_KEY_FILE: '' }, 7],
    ['no such profile', ['renew', '--profile', 'x'], {}, 3],
    ['days that are none', ['renew', '--older-than-days', 'x'], {}, 2],
  ] as const;
  for (const [name, argv, variables, code] of refused) {
    test(`${name}: ${code}`, async (context) => {
      const { run } = await signedIn(context, []);
      const { exitCode, stdout, sent } = await run(argv, { variables });
      assert.deepEqual([exitCode, stdout, sent.length], [code, '', 0]);
    });
  }
});
