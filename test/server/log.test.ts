import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { createLog, redact } from '../../src/server/log.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** The log is the last fence: what reaches it by mistake does not leave it. */

const canary = 'canary-7f3e+1b/9=';
const jws = 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl';
const names = [
  'client_secret',
  'client_assertion',
  'password',
  'new_password',
  'refresh_token',
  'access_token',
  'id_token',
  'id_token_hint',
  'assertion',
  'code',
  'device_code',
  'code_verifier',
  'accessToken',
  'CLIENT_SECRET',
];

describe('row 17: redact', () => {
  const forms = (name: string): readonly (readonly [form: string, line: string])[] => [
    ['in a form', `grant_type=x&${name}=${encodeURIComponent(canary)}&scope=y`],
    ['last in a form', `grant_type=x&${name}=${encodeURIComponent(canary)}`],
    ['in JSON', JSON.stringify({ [name]: canary, scope: 'y' })],
    ['with blanks and quotes, in JSON', JSON.stringify({ [name]: `one ${canary} "two" \\ ${canary}`, scope: 'y' })],
    ['in JSON in a line of JSON', JSON.stringify({ body: JSON.stringify({ [name]: canary, scope: 'y' }) })],
    [
      'with blanks and quotes, in JSON in a line of JSON',
      JSON.stringify({ body: JSON.stringify({ [name]: `one ${canary} "two" \\ ${canary}`, scope: 'y' }) }),
    ],
    ['in a form in a line of JSON', JSON.stringify({ body: `${name}=${encodeURIComponent(canary)}&scope=y` })],
  ];
  for (const name of names) {
    test(`${name}, however it is written`, () => {
      for (const [form, line] of forms(name)) {
        const safe = redact(line);
        for (const part of ['canary', '7f3e', 'two']) assert.equal(safe.includes(part), false, `${form}: ${safe}`);
        assert.ok(safe.includes(name) && safe.includes('[redacted]'), `${form}: ${safe}`);
        if (line.includes('scope')) assert.ok(safe.includes('scope'), `${form}: ${safe}`);
        if (line.startsWith('{')) JSON.parse(safe);
      }
    });
  }

  const loose = [
    ['a signed token anywhere', `the token ${jws} was refused`, 'the token [redacted] was refused'],
    ['a cut token', `${jws.slice(0, 40)}…`, '[redacted]…'],
    ['a bearer that is no JWT', 'authorization: Bearer 0123456789abcdef0123', 'authorization: Bearer [redacted]'],
    [
      'basic credentials',
      `Authorization: Basic ${Buffer.from(`client:${canary}`).toString('base64')}`,
      'Authorization: Basic [redacted]',
    ],
    ['an authorization code', 'GET /callback?code=0.AXoA12&state=1', 'GET /callback?code=[redacted]&state=1'],
    [
      'the code of a refusal',
      '{"code":"900421","cause":{"code":"ECONNRESET"}}',
      '{"code":"900421","cause":{"code":"ECONNRESET"}}',
    ],
    ['the code of a refusal in an address', '/error?code=7000215 (see there)', '/error?code=7000215 (see there)'],
    ['an ordinary line', 'GET /livez 200 in 3 ms', 'GET /livez 200 in 3 ms'],
    ['words that only sound so', 'Bearer authentication, basic scheme', 'Bearer authentication, basic scheme'],
  ] as const;
  for (const [name, line, expected] of loose) {
    test(name, () => assert.equal(redact(line), expected));
  }

  test('a logged object, error or cause is redacted at the sink and stays one line of JSON', () => {
    const lines: string[] = [];
    const log = createLog('debug', (line) => void lines.push(line));
    log.debug({ password: canary, nested: { authorization: `Bearer ${jws}` } }, `client_secret=${canary}`);
    log.error({ err: new Error(`refused ${jws}`, { cause: new Error(`password=${canary}`) }) }, 'failed');
    assert.equal(lines.length, 2);
    for (const line of lines) {
      assert.equal(typeof JSON.parse(line), 'object');
      assert.equal(line.includes('canary') || line.includes('eyJ'), false, line);
    }
  });
});

describe('rows 17 and 82: a served sandbox at --debug, with a canary in every secret of a request', () => {
  let sandbox: ServedSandbox;
  let trusting: typeof fetch;
  const folder = scratchFolder();
  before(async () => {
    sandbox = await serveSandbox(folder, ['--debug']);
    trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
  });
  after(() => sandbox.stop());

  const planted = 'CaNaRy-9d1c2b/7+e=';
  const formsOfPlanted = [
    planted,
    encodeURIComponent(planted),
    new URLSearchParams([['', planted]]).toString().slice(1),
    Buffer.from(planted).toString('base64'),
    Buffer.from(planted).toString('base64url'),
  ];
  const client = '00001111-aaaa-2222-bbbb-3333cccc4444';
  const form = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
  const all = Object.fromEntries(names.map((name) => [name, planted]));
  const token = (name: string, body: string, headers: Record<string, string> = {}) =>
    [
      name,
      '/contoso.com/oauth2/v2.0/token',
      { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    ] as const;
  const exchange = (name: string, bearer: string, body = 'grant_type=jwt_token', more: Record<string, string> = {}) =>
    [
      name,
      '/v3/generatetoken',
      {
        authorization: `Bearer ${bearer}`,
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...more,
      },
      body,
    ] as const;
  const basic = Buffer.from(`${client}:${planted}`).toString('base64');
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${segment({ alg: 'none' })}.${segment({ canary: planted })}.`;

  const requests = [
    token(
      'a wrong secret',
      form({
        grant_type: 'client_credentials',
        client_id: client,
        client_secret: planted,
        scope: 'https://api.partnercenter.microsoft.com/.default',
      }),
    ),
    token('a wrong secret by Basic', form({ grant_type: 'client_credentials', scope: 'a/.default' }), {
      authorization: `Basic ${basic}`,
    }),
    token(
      'a wrong password',
      form({
        grant_type: 'password',
        client_id: client,
        client_secret: 'TestClientAppSecret23456',
        username: 'john.doe@contoso.com',
        password: planted,
        scope: 'openid',
      }),
    ),
    token('every secret, for a grant that is none', form({ grant_type: planted, client_id: client, ...all })),
    token('every secret as JSON', JSON.stringify({ client_id: client, ...all }), {
      'content-type': 'application/json',
    }),
    token('a secret given twice', `${form({ client_secret: planted })}&${form({ client_secret: planted })}`),
    token(
      'a secret as the client’s id',
      form({ grant_type: 'client_credentials', client_id: planted, client_secret: planted, scope: 'a/.default' }),
    ),
    ['secrets in the query', `/common/oauth2/token?${form(all)}`, {}, ''],
    ['secrets in the path', `/${encodeURIComponent(planted)}/oauth2/token`, {}, form(all)],
    exchange('a bearer that is none', planted.replace('/', '')),
    exchange('an unsigned bearer', unsigned),
    exchange('a body with secrets', unsigned, form(all)),
    exchange('a body that cannot be read', unsigned, `{"password":"${planted}"`, {
      'content-type': 'application/json',
    }),
  ] as const;

  for (const [name, path, headers, body] of requests) {
    test(name, async () => {
      const answer = await trusting(sandbox.url + path, { method: 'POST', headers, body });
      const text = await answer.text();
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}: ${text}`);
      assert.equal(/ {4}at |node:|\/src\/|\/dist\//.test(text), false, text);
    });
  }

  test('none of them is in the log, nor any token', async () => {
    await sandbox.stop();
    const log = sandbox.stderr();
    for (const each of formsOfPlanted) assert.equal(log.includes(each), false, log);
    assert.equal(log.includes('eyJ'), false, log);
    const lines = log.split('\n').filter((text) => text !== '');
    const codes = lines.map((line) => JSON.parse(line)).map(({ code, number }) => code ?? number);
    // What was refused can be told: the log is there to be read.
    const authority = [7000215, 7000215, 50126, 90023, 900144, 9000411, 700038, 900144, 900144];
    assert.deepEqual(codes, [...authority, '400', '400', '400', '400'], log);
  });
});
