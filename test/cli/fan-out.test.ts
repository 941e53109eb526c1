import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { settableClock } from '../../src/base/clock.ts';
import {
  applicationId,
  appToken,
  json,
  oauthRefusal,
  partnerRefusal,
  type Reply,
  type Sent,
  start,
  tokenAnswer,
} from '../client/wire.ts';
import { partnerAuth, type RunOptions, scratch } from './command.ts';

const secret = 'TestClientAppSecret23456';
const consentMissing = () => oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' });
const tenantOf = ({ url }: Sent): string => new URL(url).pathname.split('/')[1] ?? '';
const asked = (sent: readonly Sent[]) => sent.map(tenantOf).toSorted();
const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** One tenant in ten refuses. */
const someRefuse: Reply = (sent) => (tenantOf(sent).endsWith('9.example') ? consentMissing() : tokenAnswer());
const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `tenant-${index}.example`);

function given(context: TestContext) {
  const { file, folder } = scratch(context);
  const who = ['fan-out', '--application-id', applicationId, '--client-secret-file', file('secret', secret)];
  return {
    file,
    folder,
    who,
    /** Over a list in a file. */
    over: (list: string, args: readonly string[] = [], options: RunOptions = {}) =>
      partnerAuth([...who, '--tenants-file', file('tenants', list), ...args], options),
  };
}

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
    for (let turns = 0; turns < 300; turns++) await turn();
    assert.ok(sent > 0 && sent <= 24, String(sent));
    taking.resolve();
    assert.equal((await running).exitCode, 0);
    assert.equal(sent, 1000);
  });
});

describe('the list', () => {
  const lists: readonly [string, string][] = [
    ['lines', 'a.example\nb.example\n'],
    ['without a line end', 'a.example\nb.example'],
    ['with Windows line ends', 'a.example\r\nb.example\r\n'],
    ['with a byte order mark', '\ufeffa.example\nb.example\n'],
    ['blanks and comments', '# all of them\n\n  a.example  # the first\n\t\nb.example\n#c.example\n'],
    ['a tenant twice, in another letter case', 'a.example\nb.example\nA.EXAMPLE\n'],
    ['a JSON array', '["a.example","b.example"]'],
    ['a JSON array over lines', '\n[\n  "a.example",\n  "b.example"\n]\n'],
  ];
  for (const [name, list] of lists) {
    test(`in a file: ${name}`, async (context) => {
      const { exitCode, sent } = await given(context).over(list);
      assert.deepEqual([exitCode, asked(sent)], [0, ['a.example', 'b.example']]);
    });

    test(`by standard input: ${name}`, async (context) => {
      const { who } = given(context);
      const { exitCode, sent } = await partnerAuth([...who, '--tenants-file', '-'], { stdin: list });
      assert.deepEqual([exitCode, asked(sent)], [0, ['a.example', 'b.example']]);
    });
  }

  test('an empty one is asked to its end', async (context) => {
    const { exitCode, stdout, stderr } = await given(context).over('# none yet\n');
    assert.deepEqual([exitCode, stdout, stderr], [0, '', 'fan-out: 0 ok, 0 failed, in 0.0 s\n']);
  });

  test('a line that names no tenant is a result', async (context) => {
    const { exitCode, stdout, sent } = await given(context).over('a.example\nb example\n');
    assert.deepEqual([exitCode, asked(sent)], [8, ['a.example']]);
    const failures = lines(stdout).filter(({ ok }) => ok === false);
    assert.deepEqual(
      failures.map(({ tenant, error }) => [tenant, (error as { code: string }).code]),
      [['b example', 'invalid_parameters']],
    );
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

describe('--resume', () => {
  const line = (tenant: string, ok: boolean, more: object = { expires_on: start.getTime() / 1000 + 60 }) =>
    `${JSON.stringify({ tenant, ok, ...more })}\n`;
  const cases: readonly [string, earlier: string, expected: readonly string[]][] = [
    ['an empty file', '', ['a.example', 'b.example', 'c.example']],
    ['those with a token are skipped', line('a.example', true) + line('b.example', false), ['b.example', 'c.example']],
    ['in another letter case', line('A.Example', true), ['b.example', 'c.example']],
    [
      'a token that has ended',
      line('a.example', true, { expires_on: start.getTime() / 1000 }),
      ['a.example', 'b.example', 'c.example'],
    ],
    ['a line without the token’s end', line('a.example', true, {}), ['b.example', 'c.example']],
    ['the last of two lines counts', line('a.example', false) + line('a.example', true), ['b.example', 'c.example']],
    [
      'a torn last line',
      `${line('a.example', true)}${line('b.example', true).slice(0, 30)}`,
      ['b.example', 'c.example'],
    ],
    ['a whole last line without its end', line('a.example', true).trimEnd(), ['b.example', 'c.example']],
    ['all of them', line('a.example', true) + line('b.example', true) + line('c.example', true), []],
  ];
  for (const [name, earlier, expected] of cases) {
    test(name, async (context) => {
      const { over, file } = given(context);
      const args = ['--resume', file('out.jsonl', earlier)];
      const { exitCode, sent, stderr, stdout } = await over('a.example\nb.example\nc.example', args);
      assert.deepEqual([exitCode, asked(sent)], [0, expected]);
      const skipped = 3 - expected.length;
      assert.equal(
        stderr,
        `fan-out: ${expected.length} ok, 0 failed${skipped > 0 ? `, ${skipped} skipped` : ''}, in 0.0 s\n`,
      );
      assert.equal(stdout.startsWith('\n'), false);
    });
  }

  test('the output goes on in the same file: a torn line is ended first, a whole one is not', async (context) => {
    const { over, file } = given(context);
    for (const [earlier, begins] of [
      [line('a.example', true).slice(0, 30), true],
      [line('a.example', true), false],
      ['', false],
    ] as const) {
      const path = file('out.jsonl', earlier);
      const stdout = { isFile: (other: string) => other === path };
      const ended = await over('a.example\nb.example', ['--resume', path], { stdout });
      assert.equal(ended.stdout.startsWith('\n'), begins);
      assert.deepEqual(new Set(lines(ended.stdout).map(({ tenant }) => tenant)).has('b.example'), true);
    }
  });

  test('a file of another kind is said to be one', async (context) => {
    const { over, file } = given(context);
    const { stderr, sent } = await over('a.example', ['--resume', file('out', 'a.example\tok\n')]);
    assert.equal(stderr.startsWith('warning: No line of --resume is a result of fan-out: nothing is skipped.\n'), true);
    assert.equal(sent.length, 1);
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

describe('--customers', () => {
  const isList = ({ url }: Sent): boolean => new URL(url).pathname === '/v1/customers';
  const page = (tenants: readonly string[], next?: object) =>
    json({
      totalCount: 3,
      items: tenants.map((tenantId) => ({ id: tenantId, companyProfile: { tenantId, domain: 'd', companyName: 'n' } })),
      links: { self: { uri: '/customers?size=200', method: 'GET', headers: [] }, ...(next ? { next } : {}) },
    });
  const next = (uri: string, value = 'AQAAAA==') => ({
    uri,
    method: 'GET',
    headers: [{ key: 'MS-ContinuationToken', value }],
  });
  const run = async (context: TestContext, list: Reply, args: readonly string[] = ['--tenant', 'contoso.com']) => {
    let pages = 0;
    const reply: Reply = (sent, index) => (isList(sent) ? list(sent, pages++) : tokenAnswer({ scope: String(index) }));
    const ended = await partnerAuth([...given(context).who, '--customers', ...args], { reply });
    return { ...ended, lists: ended.sent.filter(isList), tokens: ended.sent.filter((sent) => !isList(sent)) };
  };

  test('the token for Partner Center in the partner’s tenant, then every page, then every tenant', async (context) => {
    const pages = [
      page(['a.example', 'b.example'], next('/customers?size=200&seekOperation=Next')),
      page(['c.example', 'A.example']),
    ];
    const { exitCode, lists, tokens, stdout } = await run(context, (_, index) => pages[index] ?? page([]));
    assert.equal(exitCode, 0);
    assert.deepEqual(asked(tokens), ['a.example', 'b.example', 'c.example', 'contoso.com']);
    assert.equal(tokens[0]?.form.get('scope'), 'https://api.partnercenter.microsoft.com/.default');
    assert.deepEqual(
      lists.map(({ url }) => url),
      [
        'https://api.partnercenter.microsoft.com/v1/customers?size=200',
        'https://api.partnercenter.microsoft.com/v1/customers?size=200&seekOperation=Next',
      ],
    );
    assert.deepEqual(
      lists.map(({ headers }) => headers.get('ms-continuationtoken')),
      [null, 'AQAAAA=='],
    );
    for (const { headers } of lists) assert.equal(headers.get('authorization'), `Bearer ${appToken}`);
    assert.equal(lines(stdout).length, 3);
  });

  const unreadable: readonly [string, Reply][] = [
    ['leads to another host', () => page(['a.example'], next('https://evil.test/v1/customers'))],
    ['leads to another host, relatively', () => page(['a.example'], next('\\\\evil.test/customers'))],
    ['leads in a circle', () => page(['a.example'], next('/customers?size=200&seekOperation=Next'))],
    ['continues with a line break', () => page(['a.example'], next('/customers', 'a\r\nx: y'))],
    ['is none', () => json({ value: [] })],
    ['is a page', () => new Response('<html>')],
    ['has a customer without a tenant', () => json({ items: [{ companyProfile: {} }] })],
  ];
  for (const [name, list] of unreadable) {
    test(`a list that ${name}: exit 6, no tenant is asked`, async (context) => {
      const { exitCode, stdout, tokens, lists, sent } = await run(context, list);
      assert.deepEqual([exitCode, stdout, tokens.length, lists.length <= 2], [6, '', 1, true]);
      for (const { url } of sent)
        assert.equal(new URL(url).hostname.endsWith('microsoft.com') || url.includes('microsoftonline'), true);
    });
  }

  test('what Partner Center refuses is said in its words', async (context) => {
    const { exitCode, stderr } = await run(context, () => partnerRefusal(401, '900421'));
    assert.deepEqual([exitCode, stderr.includes('900421')], [5, true]);
  });

  test('a page that was throttled is asked for again, as another request', async (context) => {
    const { exitCode, lists } = await run(context, (_, index) =>
      index === 0 ? partnerRefusal(429, '800002', { 'retry-after': '3' }) : page(['a.example']),
    );
    assert.equal(exitCode, 0);
    assert.equal(new Set(lists.map(({ headers }) => headers.get('ms-requestid'))).size, 2);
  });
});

describe('progress on stderr', () => {
  const onTerminal = { terminal: true, stdout: { isTerminal: false } } as const;
  const seen = (stderr: string) => stderr.split('\r\u001b[2K').filter((text) => text !== '');
  /** So many seconds for each tenant, one at a time. */
  const paced = async (context: TestContext, seconds: number) => {
    const clock = settableClock(start);
    const reply: Reply = (sent, index) => {
      clock.advance(seconds);
      return someRefuse(sent, index);
    };
    const options = { ...onTerminal, clock, variables: { NO_COLOR: '1' }, reply };
    return given(context).over(named(100).join('\n'), ['--concurrency', '1'], options);
  };

  test('a bar on a terminal: how many, failures, the rate and the time left', async (context) => {
    const { stderr } = await paced(context, 0.25);
    const drawn = seen(stderr);
    assert.equal(drawn[0], '[                        ] 1/100  4.0/s  0:25 left');
    assert.equal(drawn[49], '[============            ] 50/100  5 failed  4.0/s  0:13 left');
    assert.equal(drawn[99], '[========================] 100/100  10 failed  4.0/s  0:00 left');
    assert.equal(drawn[100], 'fan-out: 90 ok, 10 failed (consent_needed 10), in 25.0 s\n');
    assert.equal(drawn.length, 101);
  });

  test('drawn ten times a second at most', async (context) => {
    const { stderr } = await paced(context, 0.02);
    assert.ok(seen(stderr).length <= 22, String(seen(stderr).length));
  });

  test('in colour, unless that is not wanted', async (context) => {
    const { stderr } = await given(context).over(named(3).join('\n'), [], onTerminal);
    assert.equal(stderr.includes('\u001b[32m'), true);
  });

  for (const columns of [20, 40, 41, 50, 80]) {
    test(`no line longer than a terminal of ${columns}`, async (context) => {
      const { stderr } = await given(context).over(named(300).join('\n'), [], {
        ...onTerminal,
        variables: { NO_COLOR: '1' },
        stderr: { columns: () => columns },
      });
      const drawn = seen(stderr).filter((text) => !text.endsWith('\n'));
      assert.ok(drawn.length > 0 && drawn.every((text) => text.length < columns), JSON.stringify(drawn));
    });
  }

  test('while the list is still coming, without a total', async (context) => {
    const { who } = given(context);
    const options = { ...onTerminal, stdin: named(5).join('\n'), variables: { NO_COLOR: '1' } };
    const { stderr } = await partnerAuth([...who, '--tenants-file', '-'], options);
    assert.equal(seen(stderr)[0], '1 done  1000/s');
  });

  const silent: readonly [string, readonly string[], RunOptions][] = [
    ['no terminal', [], {}],
    ['a terminal that cannot move its cursor', [], { ...onTerminal, variables: { TERM: 'dumb' } }],
    ['continuous integration', [], { ...onTerminal, variables: { CI: 'true' } }],
  ];
  for (const [name, args, options] of silent) {
    test(`${name}: the last line alone`, async (context) => {
      const { stderr } = await given(context).over(named(30).join('\n'), args, options);
      assert.equal(stderr, 'fan-out: 30 ok, 0 failed, in 0.0 s\n');
    });
  }

  test('--quiet: nothing', async (context) => {
    const { stderr } = await given(context).over(named(30).join('\n'), ['--quiet'], onTerminal);
    assert.equal(stderr, '');
  });

  test('--verbose: a line every five seconds beside the requests, and no bar', async (context) => {
    const clock = settableClock(start);
    const reply: Reply = () => {
      clock.advance(1);
      return tokenAnswer();
    };
    const args = ['--verbose', '--concurrency', '1'];
    const { stderr } = await given(context).over(named(12).join('\n'), args, { ...onTerminal, clock, reply });
    const told = stderr.split('\n').filter((text) => /^\d+\/12, /.test(text));
    assert.deepEqual(told.slice(0, 3), ['1/12, 1.0/s, 0:11 left', '6/12, 1.0/s, 0:06 left', '11/12, 1.0/s, 0:01 left']);
  });

  test('a warning has a line of its own', async (context) => {
    const reply: Reply = (_, index) =>
      index === 3 ? new Response('', { status: 429, headers: { 'retry-after': '0' } }) : tokenAnswer();
    const { stderr } = await given(context).over(named(30).join('\n'), ['--concurrency', '1'], {
      ...onTerminal,
      reply,
    });
    const warning = 'warning: Requests are throttled: all tenants wait 1 seconds.\n';
    assert.equal(stderr.includes(`\r\u001b[2K${warning}`), true, JSON.stringify(stderr));
  });

  test('results on the same terminal stand alone', async (context) => {
    const options = { terminal: true, variables: { NO_COLOR: '1' } };
    const { stdout, stderr } = await given(context).over(named(3).join('\n'), [], options);
    assert.equal(stdout.split('\n').length, 4);
    assert.equal(stderr.includes('\r\u001b[2K'), true);
  });
});
