import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { settableClock } from '../../src/base/clock.ts';
import { applicationId, appToken, oauthRefusal, type Reply, start, tokenAnswer } from '../client/wire.ts';
import { partnerAuth, type RunOptions } from './command.ts';
import { given, lines, named, secret, someRefuse } from './fan-out/given.ts';

describe('results', () => {
  test('one JSON line for each tenant: the object of token, or the error', async (context) => {
    const { over } = given(context);
    const { exitCode, stdout, stderr } = await over('one.example\nTENANT-9.example\n', [], { reply: someRefuse });
    assert.equal(exitCode, 8);
    const [ok, failed] = lines(stdout).toSorted(({ tenant }) => (tenant === 'one.example' ? -1 : 1));
    assert.deepEqual(Object.keys(ok ?? {}).slice(0, 3), ['tenant', 'ok', 'accessToken']);
    const { correlationId, noRefreshToken, ...token } = ok ?? {};
    assert.deepEqual(token, {
      tenant: 'one.example',
      ok: true,
      accessToken: appToken,
      refreshToken: null,
      idToken: null,
      tokenType: 'Bearer',
      expiresOn: '2026-11-21T10:00:00Z',
      expires_on: start.getTime() / 1000 + 3600,
      extendedExpiresOn: '2026-11-21T10:00:00Z',
      isExtendedLifeTimeToken: false,
      uniqueId: null,
      tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
      subscription: null,
      account: null,
      scopes: ['https://graph.microsoft.com/.default'],
      resource: 'https://graph.microsoft.com',
      mfa: null,
      fromCache: false,
    });
    const { error, ...rest } = failed ?? {};
    assert.deepEqual(rest, { tenant: 'TENANT-9.example', ok: false });
    assert.deepEqual(Object.keys(error as object), ['code', 'message', 'aadsts', 'hint', 'correlationId', 'traceId']);
    const { hint, ...said } = error as Record<string, unknown>;
    assert.deepEqual(said, {
      code: 'consent_needed',
      message: 'The authority refused the request: invalid_grant. AADSTS65001: It was refused.',
      aadsts: [65001],
      correlationId: 'correlation-1',
      traceId: 'trace-1',
    });
    assert.equal(typeof hint, 'string');
    assert.equal(stderr, 'fan-out: 1 ok, 1 failed (consent_needed 1), in 0.0 s\n');
  });

  test('exit 0 when all have a token', async (context) => {
    const { exitCode, stdout } = await given(context).over(named(30).join('\n'));
    assert.deepEqual([exitCode, lines(stdout).length], [0, 30]);
  });

  const formats: readonly [string, readonly string[], RunOptions, string][] = [
    ['a query', ['--query', '{t: tenant, ok: ok}'], {}, '{"t":"one.example","ok":true}\n'],
    ['a query for text', ['--query', 'tokenType'], {}, '"Bearer"\n'],
    ['a query that finds nothing', ['--query', 'error'], {}, ''],
    ['tabs', ['--query', '[tenant, tokenType]', '-o', 'tsv'], {}, 'one.example\tBearer\n'],
    ['none', ['--output', 'NONE'], {}, ''],
    ['table', ['--output', 'table'], {}, 'ok      one.example  until 2026-11-21T10:00:00Z\n'],
    [
      'table on a terminal, without being asked',
      [],
      { terminal: true, variables: { CI: 'true' } },
      'ok      one.example  until 2026-11-21T10:00:00Z\n',
    ],
    ['text of a query on a terminal', ['--query', 'tokenType'], { terminal: true, variables: { CI: '1' } }, 'Bearer\n'],
    ['what the variable says', [], { variables: { PARTNER_AUTH_OUTPUT: 'none' } }, ''],
  ];
  for (const [name, args, options, expected] of formats) {
    test(`${name}`, async (context) => {
      const { exitCode, stdout, stderr } = await given(context).over('one.example', args, options);
      assert.deepEqual([exitCode, stdout, stderr], [0, expected, 'fan-out: 1 ok, 0 failed, in 0.0 s\n']);
    });
  }

  test('a variable that is meant for other commands is no failure', async (context) => {
    const variables = { PARTNER_AUTH_OUTPUT: 'exec-credential' };
    const { exitCode, stdout } = await given(context).over('one.example', [], { variables });
    assert.deepEqual([exitCode, lines(stdout).length], [0, 1]);
  });

  test('row 19: hostile names and descriptions reach the terminal as escapes', async (context) => {
    const hostile = () => oauthRefusal('invalid_grant', 53003, 400, { error_description: '\u001b]0;owned\u0007' });
    for (const format of ['json', 'table', 'tsv']) {
      const { stdout } = await given(context).over('\u001b[2J\none.example', ['-o', format], { reply: hostile });
      assert.equal(stdout.includes('\u001b'), false, format);
    }
  });

  test('row 17: a secret that the authority repeats is not printed', async (context) => {
    const repeating = () => oauthRefusal('invalid_grant', 53003, 400, { error_description: `not ${secret}` });
    const { stdout, stderr } = await given(context).over('one.example', [], { reply: repeating });
    assert.equal((stdout + stderr).includes(secret), false);
  });

  test('a reader that takes its time holds the run back', async (context) => {
    const taking = Promise.withResolvers<void>();
    let sent = 0;
    const running = given(context).over(named(1000).join('\n'), [], {
      reply: () => {
        sent += 1;
        return tokenAnswer();
      },
      stdout: { taken: () => taking.promise },
    });
    // However long the list takes to be read: what is sent then stops by itself.
    for (let turns = 0; turns < 100_000 && sent === 0; turns++) await turn();
    for (let turns = 0; turns < 300; turns++) await turn();
    assert.ok(sent > 0 && sent <= 24, String(sent));
    taking.resolve();
    assert.equal((await running).exitCode, 0);
    assert.equal(sent, 1000);
  });
});

describe('wrong usage is said before anything is sent', () => {
  type Case = readonly [
    string,
    (given: ReturnType<typeof givenType>) => readonly string[],
    code: number,
    says: string,
    RunOptions?,
  ];
  const givenType = (context: TestContext) => given(context);
  const cases: readonly Case[] = [
    ['no list', () => [], 2, 'No list of tenants is given.'],
    [
      'two lists',
      ({ file }) => ['--customers', '--tenants-file', file('t', 'a')],
      2,
      'Two lists of tenants are given.',
    ],
    ['no file', ({ folder }) => ['--tenants-file', `${folder}/none`], 7, 'cannot be read (ENOENT).'],
    ['a folder', ({ folder }) => ['--tenants-file', folder], 7, 'cannot be read (EISDIR).'],
    [
      'an array of numbers',
      ({ file }) => ['--tenants-file', file('t', '[1]')],
      2,
      'begins as a JSON array and is none of texts.',
    ],
    [
      'a concurrency of none',
      ({ file }) => ['--tenants-file', file('t', 'a'), '--concurrency', '0'],
      2,
      '--concurrency takes a whole number from 1 on.',
    ],
    [
      'too many at a time',
      ({ file }) => ['--tenants-file', file('t', 'a'), '--concurrency', '65'],
      2,
      'The concurrency must be a whole number from 1 to 64.',
    ],
    [
      'a deadline in words',
      ({ file }) => ['--tenants-file', file('t', 'a'), '--deadline', 'soon'],
      2,
      '--deadline takes a whole number from 1 on.',
    ],
    [
      'one token',
      ({ file }) => ['--tenants-file', file('t', 'a'), '-o', 'token'],
      2,
      '--output token does not fit many tenants.',
    ],
    [
      'a query that is none',
      ({ file }) => ['--tenants-file', file('t', 'a'), '--query', '['],
      2,
      '--query is no JMESPath expression',
    ],
    [
      'no earlier run',
      ({ file, folder }) => ['--tenants-file', file('t', 'a'), '--resume', `${folder}/none`],
      7,
      'cannot be read (ENOENT).',
    ],
    ['customers without the partner’s tenant', () => ['--customers'], 2, '--tenant'],
    [
      'a secret on the command line',
      ({ file }) => ['--tenants-file', file('t', 'a'), '--client-secret', secret],
      2,
      '--client-secret-file',
    ],
  ];
  for (const [name, args, code, says, options] of cases) {
    test(`${name}: exit ${code}`, async (context) => {
      const all = given(context);
      const { exitCode, stdout, stderr, sent } = await partnerAuth([...all.who, ...args(all)], options ?? {});
      assert.deepEqual([exitCode, stdout, sent.length, stderr.includes(says)], [code, '', 0, true], stderr);
    });
  }

  test('the list and a secret by one standard input: exit 2', async (context) => {
    const { file } = given(context);
    const args = ['fan-out', '--application-id', applicationId, '--client-secret-file', '-', '--tenants-file', '-'];
    const { exitCode, stderr, sent } = await partnerAuth(args, { stdin: 'x' });
    assert.deepEqual([exitCode, sent.length, stderr.includes('both read standard input')], [2, 0, true]);
    const passphrase = ['--tenants-file', '-', '--passphrase-file', '-', '--client-secret-file', file('s', secret)];
    const second = await partnerAuth(['fan-out', '--application-id', applicationId, ...passphrase], { stdin: 'x' });
    assert.deepEqual([second.exitCode, second.sent.length], [2, 0]);
  });

  test('a given access token is one tenant’s: exit 2', async (context) => {
    const { file } = given(context);
    const args = ['fan-out', '--application-id', applicationId, '--access-token-file', file('t', appToken)];
    const { exitCode, stdout } = await partnerAuth([...args, '--tenants-file', file('l', 'a.example')]);
    assert.deepEqual([exitCode, stdout], [2, '']);
  });
});

describe('what ends the run early', () => {
  const cut: Reply = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' }));
  const cases: readonly [string, Reply, number, string][] = [
    ['a wrong secret', () => oauthRefusal('invalid_client', 7000215, 401), 5, 'AADSTS7000215'],
    ['nobody there', cut, 6, 'could not be reached'],
    ['an application that may not', () => oauthRefusal('unauthorized_client', 70001), 5, 'AADSTS70001'],
  ];
  for (const [name, reply, code, says] of cases) {
    test(`${name}: said once, exit ${code}`, async (context) => {
      const { exitCode, stdout, stderr, sent } = await given(context).over(named(500).join('\n'), [], { reply });
      assert.deepEqual([exitCode, stdout, sent.length <= 8], [code, '', true]);
      assert.deepEqual([stderr.includes(says), stderr.split('error: ').length], [true, 2], stderr);
      assert.equal(stderr.startsWith('fan-out: 0 ok, 0 failed, 500 not asked, in 0.0 s\n'), true, stderr);
    });
  }

  test('the deadline: exit 6, what is there is printed and can be gone on from', async (context) => {
    const clock = settableClock(start);
    const reply = () => {
      clock.advance(1);
      return tokenAnswer();
    };
    const args = ['--deadline', '10', '--concurrency', '1'];
    const { exitCode, stdout, stderr } = await given(context).over(named(500).join('\n'), args, { reply, clock });
    assert.deepEqual([exitCode, lines(stdout).length], [6, 10]);
    assert.equal(stderr.includes('490 not asked, in 10.0 s; --resume FILE goes on'), true, stderr);
  });

  test('Ctrl-C: exit 130, what is complete is printed', async (context) => {
    const interrupted = new AbortController();
    const reply: Reply = (_, index) => {
      if (index === 10) interrupted.abort();
      return tokenAnswer();
    };
    const options = { reply, signal: interrupted.signal };
    const { exitCode, stdout, stderr } = await given(context).over(
      named(500).join('\n'),
      ['--concurrency', '1'],
      options,
    );
    assert.equal(exitCode, 130);
    assert.ok(lines(stdout).length >= 9 && lines(stdout).every(({ ok }) => ok === true));
    assert.equal(stderr.includes('--resume FILE goes on'), true);
  });

  test('Ctrl-C while nobody reads', async (context) => {
    const interrupted = new AbortController();
    const stdout = {
      taken: () => {
        interrupted.abort();
        return new Promise<void>(() => {});
      },
    };
    const ended = await given(context).over(named(500).join('\n'), [], { signal: interrupted.signal, stdout });
    assert.equal(ended.exitCode, 130);
  });
});

describe('what is asked for', () => {
  const cases: readonly [string, readonly string[], Record<string, string>, scope: string][] = [
    ['Graph, where nothing is named', [], {}, 'https://graph.microsoft.com/.default'],
    ['a resource', ['--resource', 'arm'], {}, 'https://management.azure.com/.default'],
    ['scopes', ['--scopes', 'api://x/.default'], {}, 'api://x/.default'],
    ['the variable’s resource', [], { PARTNER_AUTH_RESOURCE: 'exchange' }, 'https://outlook.office365.com/.default'],
  ];
  for (const [name, args, variables, scope] of cases) {
    test(name, async (context) => {
      const { sent } = await given(context).over('a.example', args, { variables });
      assert.deepEqual(
        sent.map(({ form }) => form.get('scope')),
        [scope],
      );
    });
  }

  test('a user’s refresh token, carried on', async (context) => {
    const { file } = given(context);
    const who = ['fan-out', '--application-id', applicationId, '--refresh-token-file', file('r', 'refresh-0')];
    const reply: Reply = (_, index) => tokenAnswer({ refresh_token: `refresh-${index + 1}` });
    const args = ['--tenants-file', file('t', named(3).join('\n')), '--concurrency', '1'];
    const { sent, exitCode } = await partnerAuth([...who, ...args], { reply });
    assert.equal(exitCode, 0);
    assert.deepEqual(
      sent.map(({ form }) => form.get('refresh_token')),
      ['refresh-0', 'refresh-1', 'refresh-2'],
    );
  });
});
