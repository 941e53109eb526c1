import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { parse } from 'yaml';
import { applicationId, appToken, json, oauthRefusal, partnerRefusal, tokenAnswer, unsigned } from '../client/wire.ts';
import { partnerAuth, type RunOptions, scratch } from './command.ts';

const files = scratch({ after });
const variables = {
  AZURE_TENANT_ID: 'contoso.com',
  AZURE_CLIENT_ID: applicationId,
  AZURE_CLIENT_SECRET: 'secret-secret',
};
const token = (more: readonly string[], options: RunOptions = {}) =>
  partnerAuth(['token', '--resource', 'partner-center', ...more], {
    ...options,
    variables: { ...variables, ...options.variables },
  });

describe('formats', () => {
  const exact: readonly [readonly string[], string, RunOptions?][] = [
    [['--output', 'none'], ''],
    [['-o', 'TOKEN'], `${appToken}\n`],
    [['--output=Header'], `Authorization: Bearer ${appToken}\n`],
    [['-o', 'env'], `export PARTNER_AUTH_ACCESS_TOKEN='${appToken}'\nexport PARTNER_AUTH_EXPIRES_ON='1795255200'\n`],
    [
      ['-o', 'exec-credential'],
      `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"${appToken}","expirationTimestamp":"2026-11-21T10:00:00Z"}}\n`,
    ],
    [
      ['-o', 'exec-credential'],
      `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"${appToken}","expirationTimestamp":"2026-11-21T10:00:00Z"}}\n`,
      {
        variables: {
          KUBERNETES_EXEC_INFO: '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}',
        },
      },
    ],
    [['-o', 'tsv', '--query', 'accessToken'], `${appToken}\n`],
    [
      ['-o', 'tsv', '--query', '[tokenType, expires_on, mfa, fromCache, scopes]'],
      'Bearer\n1795255200\nNone\nFalse\nhttps://api.partnercenter.microsoft.com/.default\n',
    ],
    [
      ['-o', 'tsv', '--query', '[[tokenType, expires_on, mfa, fromCache, scopes]]'],
      'Bearer\t1795255200\tNone\tFalse\t1\n',
    ],
    [['-o', 'json', '--query', '{type: tokenType}'], '{\n  "type": "Bearer"\n}\n'],
    [['-o', 'json', '--query', 'nothing'], ''],
    [['-o', 'yaml', '--query', '{type: tokenType, m: mfa}'], 'type: Bearer\nm: null\n'],
    [['-o', 'table', '--query', '{type: tokenType, a: accessToken}'], `type  Bearer\na     ${appToken}\n`],
    [
      ['-o', 'table', '--query', '[{type: tokenType, n: expires_on}]'],
      'type    n\n------  ----------\nBearer  1795255200\n',
    ],
    [['-o', 'jsonc', '--query', '{a: tokenType}'], '{\n  "a": "Bearer"\n}\n'],
    [
      ['-o', 'jsonc', '--query', '{a: mfa}'],
      '{\n  \u001b[34m"a"\u001b[39m: \u001b[35mnull\u001b[39m\n}\n',
      { variables: { FORCE_COLOR: '1' } },
    ],
    [['-o', 'yamlc', '--query', '{a: mfa}'], 'a: null\n', { variables: { FORCE_COLOR: '1', NO_COLOR: '1' } }],
    [['--query', 'tokenType'], '"Bearer"\n', { variables: { PARTNER_AUTH_OUTPUT: 'json' }, terminal: true }],
  ];
  for (const [options, text, more] of exact) {
    test(`${options.join(' ')} ${Object.keys(more?.variables ?? {})}`, async () => {
      const { exitCode, stdout, stderr } = await token(options, more);
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout, text);
    });
  }

  test('json, yaml and tsv hold the same values', async () => {
    const value = JSON.parse((await token(['-o', 'json'])).stdout);
    const { correlationId, ...same } = value;
    const fromYaml = parse((await token(['-o', 'yaml'])).stdout);
    assert.deepEqual({ ...fromYaml, correlationId }, value);
    const tsv = (await token(['-o', 'tsv'])).stdout.split('\t');
    assert.equal(tsv.length, Object.keys(same).length + 1);
  });

  test('json without a terminal, table with shortened tokens on one', async () => {
    assert.equal(JSON.parse((await token([])).stdout).accessToken, appToken);
    const { stdout } = await token([], { terminal: true });
    assert.equal(stdout.includes(appToken), false);
    assert.ok(stdout.startsWith('accessToken '));
  });

  test('scripts written for az account get-access-token find what they read', async () => {
    const value = JSON.parse((await token([])).stdout);
    assert.equal(value.accessToken, appToken);
    assert.equal(value.expires_on, 1_795_255_200);
    assert.equal(new Date(value.expiresOn).getTime() / 1000, value.expires_on);
    assert.deepEqual([value.subscription, value.tokenType], [null, 'Bearer']);
    assert.equal(value.tenant, 'aaaabbbb-0000-cccc-1111-dddd2222eeee');
  });
});

describe('exchange', () => {
  const bearer = files.file('bearer', `Bearer ${appToken}\n`);
  const answered = () =>
    json(
      { access_token: 'opaque-token', token_type: 'Bearer', expires_in: '3600' },
      { headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' } },
    );

  test('a given token alone', async () => {
    const argv = [
      'exchange',
      '--access-token-file',
      bearer,
      '--request-id',
      'r-1',
      '--correlation-id',
      'c-1',
      '--api',
      'LEGACY',
    ];
    const { stdout, sent } = await partnerAuth(argv, { reply: answered });
    assert.deepEqual(JSON.parse(stdout), {
      accessToken: 'opaque-token',
      tokenType: 'Bearer',
      expiresOn: '2026-11-21T10:00:00Z',
      expires_on: 1_795_255_200,
      resource: 'https://api.partnercenter.microsoft.com',
      requestId: 'r-1',
      correlationId: 'c-1',
      api: 'legacy',
      replayed: true,
    });
    assert.equal(sent[0]?.headers.get('authorization'), `Bearer ${appToken}`);
  });

  test('the object token prints is a token too', async () => {
    const { stdout } = await partnerAuth(['exchange', '--access-token-file', '-', '-o', 'token'], {
      stdin: JSON.stringify({ accessToken: appToken }),
      reply: answered,
    });
    assert.equal(stdout, 'opaque-token\n');
  });

  test('by the options of token, for Partner Center', async () => {
    const { exitCode, sent } = await partnerAuth(['exchange', '--media-type', 'Text/XML', '--quiet'], {
      variables,
      reply: ({ url }) => (url.endsWith('/token') ? tokenAnswer() : answered()),
    });
    assert.equal(exitCode, 0);
    assert.equal(sent[0]?.form.get('scope'), 'https://api.partnercenter.microsoft.com/.default');
    assert.equal(sent[1]?.headers.get('content-type'), 'text/xml');
  });

  for (const [options, says] of [
    [['--api', 'v2'], '--api cannot be'],
    [['--media-type', 'text/html'], '--media-type cannot be'],
    [['--request-id', ''], 'requestId must be'],
  ] as const) {
    test(`${options.join(' ')}: exit 2`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(['exchange', '--access-token-file', bearer, ...options]);
      assert.deepEqual([exitCode, stdout, stderr.includes(says)], [2, '', true], stderr);
    });
  }
});

describe('decode', () => {
  test('header, claims, summary', async () => {
    const claims = {
      aud: 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
      upn: 'jane@contoso.com',
      scp: 'a b',
      amr: ['pwd', 'mfa'],
      exp: 1_795_251_700,
    };
    const { stdout } = await partnerAuth(['decode'], { stdin: unsigned(claims) });
    const value = JSON.parse(stdout);
    assert.deepEqual(
      [value.header, value.claims, value.signature],
      [{ alg: 'RS256', typ: 'JWT' }, claims, 'not verified'],
    );
    const { resource, user, actsFor, scopes, mfa, secondsLeft, expired } = value.summary;
    assert.deepEqual(
      [resource, user, actsFor, scopes, mfa, secondsLeft, expired],
      ['partner-center', 'jane@contoso.com', 'user', ['a', 'b'], true, 100, false],
    );
  });
  for (const [aud, resource] of [
    ['https://api.partnercenter.microsoft.com', 'partner-center'],
    ['https://api.partnercenter.microsoft.com/', 'partner-center'],
    ['FA3D9A0C-3FB0-42CC-9193-47C7ECD2EDBD', 'partner-center'],
    ['https://api.partner.microsoft.com', 'partner'],
    ['https://partner.partnercenterapi.microsoftonline.cn', 'partner-center'],
    ['https://graph.microsoft.us/', 'graph'],
    ['https://management.azure.com/', 'arm'],
    ['https://contoso.com/api', null],
    [['https://graph.microsoft.com'], null],
  ] as const) {
    test(`the resource of the audience ${aud}`, async () => {
      const { stdout } = await partnerAuth(['decode'], { stdin: unsigned({ aud }) });
      assert.equal(JSON.parse(stdout).summary.resource, resource);
    });
  }

  for (const [name, argv, stdin] of [
    ['opaque', ['decode', '-'], 'opaque'],
    ['encrypted', ['decode'], 'a.b.c.d.e'],
    ['a format for tokens', ['decode', '-o', 'header'], appToken],
  ] as const) {
    test(`${name}: exit 2`, async () => {
      const { exitCode, stdout } = await partnerAuth(argv, { stdin });
      assert.deepEqual([exitCode, stdout], [2, '']);
    });
  }
});

describe('exit codes; stdout is empty when something failed', () => {
  const cases: readonly [number, string, () => Response | Promise<Response>][] = [
    [4, 'interaction', () => oauthRefusal('interaction_required', 50076)],
    [5, 'wrong secret', () => oauthRefusal('invalid_client', 7000215, 401)],
    [5, 'consent', () => oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' })],
    [6, 'throttled', () => new Response('', { status: 429, headers: { 'retry-after': '900' } })],
    [6, 'redirect', () => new Response('', { status: 302, headers: { location: 'https://x.test' } })],
    [6, 'refused connection', () => Promise.reject(Object.assign(new TypeError('f'), { code: 'ECONNREFUSED' }))],
    [6, 'not the authority', () => new Response('<html>')],
  ];
  for (const [code, name, reply] of cases) {
    test(`${code}: ${name}`, async () => {
      const { exitCode, stdout, stderr } = await token([], { reply });
      assert.deepEqual([exitCode, stdout], [code, ''], stderr);
      assert.ok(stderr.includes('error: '), stderr);
    });
  }

  test('130: interrupted', async () => {
    const { exitCode, stdout } = await token([], { signal: AbortSignal.abort() });
    assert.deepEqual([exitCode, stdout], [130, '']);
  });

  test('7: no sandbox', async () => {
    const { exitCode, stdout, stderr } = await token(['--environment', 'sandbox'], {
      variables: { PARTNER_AUTH_ENVIRONMENT_FILE: '/nonexistent/environment.json' },
    });
    assert.deepEqual([exitCode, stdout, stderr.includes('/nonexistent/environment.json')], [7, '', true]);
  });

  test('the sandbox is found by its environment file', async () => {
    const environment = files.file('environment.json', JSON.stringify({ url: 'https://localhost:18443' }));
    const { exitCode, sent } = await token(['--environment', 'sandbox', '--quiet'], {
      variables: { PARTNER_AUTH_ENVIRONMENT_FILE: environment },
    });
    assert.equal(exitCode, 0);
    assert.equal(sent[0]?.url, 'https://localhost:18443/contoso.com/oauth2/v2.0/token');
    assert.equal(sent[0]?.form.get('scope'), 'https://api.partnercenter.microsoft.com/.default');
  });

  test('an error says what failed, why, what next, and the ids', async () => {
    const { stderr } = await token([], { reply: () => oauthRefusal('invalid_client', 7000215, 401) });
    assert.deepEqual(stderr.split('\n'), [
      'error: The authority refused the request: invalid_client. AADSTS7000215: It was refused.',
      '  AADSTS7000215: The secret is wrong. Often the id of the secret was copied instead of its value.',
      '  next: Copy the secret’s Value when it is created, or create a new one, and pass it with --client-secret-file.',
      '  correlation id correlation-1, trace id trace-1',
      '',
    ]);
  });
});

describe('row 19: hostile text reaches no terminal', () => {
  const hostile = 'a\u001b[31mb\u001b]0;title\u0007c\u009bd\u202ee\u2066f\r\ng\u0000h\ud800i';
  const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])/;

  test('in an error of the authority', async () => {
    const reply = () =>
      oauthRefusal(hostile, 1, 400, { error_description: hostile, trace_id: hostile, correlation_id: hostile });
    for (const verbosity of ['--verbose', '--debug']) {
      const { stdout, stderr } = await token([verbosity], { reply });
      assert.equal(raw.test(stderr), false, JSON.stringify(stderr));
      assert.equal(stdout, '');
    }
  });

  test('in an error of Partner Center', async () => {
    const bearer = files.file('b', appToken);
    const reply = () =>
      json({ code: hostile, description: hostile, data: [hostile], source: hostile }, { status: 403 });
    const { stderr } = await partnerAuth(['exchange', '--access-token-file', bearer, '--debug'], { reply });
    assert.equal(raw.test(stderr), false, JSON.stringify(stderr));
    assert.equal(
      (await partnerAuth(['exchange', '--access-token-file', bearer], { reply: () => partnerRefusal(403, '2032') }))
        .exitCode,
      5,
    );
  });

  for (const format of ['json', 'jsonc', 'yaml', 'yamlc', 'table', 'tsv']) {
    test(`in a result, as ${format}`, async () => {
      const claims = { upn: hostile, aud: hostile, amr: [hostile], [hostile]: hostile };
      const { stdout } = await partnerAuth(['decode', '-o', format], { stdin: unsigned(claims) });
      // Tabs are the format's own in tsv.
      const text = format === 'tsv' ? stdout.replaceAll('\t', '') : stdout;
      assert.equal(raw.test(text), false, JSON.stringify(stdout));
      if (format === 'json') assert.equal(JSON.parse(stdout).claims.upn, hostile);
      if (format === 'yaml') assert.equal(parse(stdout).claims.upn, hostile);
    });
  }

  test('in a scope the authority sends back', async () => {
    const { stdout } = await token(['-o', 'json'], { reply: () => tokenAnswer({ scope: 'a\u001b[2Jb' }) });
    assert.deepEqual(JSON.parse(stdout).scopes, ['a\u001b[2Jb']);
    assert.equal(raw.test(stdout), false);
  });
});

describe('help', () => {
  for (const argv of [
    [],
    ['--help'],
    ['-h'],
    ['token', '--help'],
    ['help', 'token'],
    ['exchange', '-h'],
    ['decode', '--help'],
    ['--verbose', 'token', '--help'],
  ]) {
    test(`partner-auth ${argv.join(' ')}: examples come first, exit 0`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(argv);
      assert.deepEqual([exitCode, stderr], [0, '']);
      assert.ok(/^Examples?:\n/.test(stdout), stdout);
      assert.ok(stdout.indexOf('Usage:') > 0);
    });
  }
  for (const [argv, says] of [
    [['tokn'], '(Did you mean token?)'],
    [['token', '--tenent', 'x'], '(Did you mean --tenant?)'],
    [['token', '--tenant'], "option '--tenant <TENANT>' argument missing"],
    [['token', '--force-refresh=x'], 'takes no value'],
  ] as const) {
    test(`${argv.join(' ')}: exit 2`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(argv);
      assert.deepEqual([exitCode, stdout, stderr.includes(says)], [2, '', true], stderr);
    });
  }
  test('--version', async () => assert.match((await partnerAuth(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/));
});
