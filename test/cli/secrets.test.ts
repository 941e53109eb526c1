import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  applicationId,
  json,
  oauthRefusal,
  partnerRefusal,
  type Reply,
  tokenAnswer,
  unsigned,
} from '../client/wire.ts';
import { partnerAuth, scratch } from './command.ts';

const files = scratch({ after });

describe('row 16: no option takes a secret on the command line', () => {
  const options = [
    '--client-secret',
    '--secret',
    '--credential',
    '--password',
    '--refresh-token',
    '--access-token',
    '--certificate-password',
    '--passphrase',
    '--key',
  ];
  for (const option of options) {
    for (const given of [[option, 'CANARY-SECRET'], [`${option}=CANARY-SECRET`]]) {
      test(given.join(' '), async () => {
        for (const verb of ['token', 'exchange']) {
          const { exitCode, stdout, stderr, sent } = await partnerAuth([verb, '--tenant', 'x', ...given]);
          assert.deepEqual([exitCode, stdout, sent.length], [2, '', 0]);
          assert.ok(/-file|PARTNER_AUTH_/.test(stderr), stderr);
          assert.equal(stderr.includes('CANARY'), false);
        }
      });
    }
  }

  for (const mistyped of [['--client-secrt=CANARY-SECRET'], ['--client-secrt', 'CANARY-SECRET'], ['CANARY-SECRET']]) {
    test(`mistyped: ${mistyped.join(' ')} is not repeated`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(['token', ...mistyped]);
      assert.deepEqual([exitCode, stdout, stderr.includes('CANARY')], [2, '', false], stderr);
    });
  }

  test('a token as decode’s argument', async () => {
    const { exitCode, stderr } = await partnerAuth(['decode', unsigned({ canary: 'CANARY' })]);
    assert.deepEqual([exitCode, stderr.includes('eyJ')], [2, false]);
  });
});

describe('row 17: no secret in anything printed or written, at any verbosity, whatever fails', () => {
  const secret = 'CANARY+secret/of=the&app~0123456789';
  const password = 'CANARY-password of john@0123456789';
  const key = files.file('key', Buffer.alloc(32, 9).toString('base64'));
  const secretFile = files.file('secret', secret);
  const passwordFile = files.file('password', password);
  const bearer = unsigned({
    canary: 'CANARY-claims',
    aud: 'https://api.partnercenter.microsoft.com',
    exp: 2_000_000_000,
  });
  const bearerFile = files.file('bearer', bearer);
  const state = join(files.folder, 'state');
  const variables = { XDG_STATE_HOME: state, PARTNER_AUTH_KEY_FILE: key };

  const common = ['--application-id', applicationId, '--client-secret-file', secretFile];
  const commands = {
    'token as the application': ['token', ...common, '--tenant', 'contoso.com', '--resource', 'partner-center'],
    'token by password': [
      'token',
      ...common,
      '--username',
      'john',
      '--password-file',
      passwordFile,
      '--resource',
      'partner',
    ],
    'token by a given token': [
      'token',
      '--access-token-file',
      bearerFile,
      '--application-id',
      'x',
      '--resource',
      'graph',
    ],
    'exchange of a given token': ['exchange', '--access-token-file', bearerFile],
    exchange: ['exchange', ...common, '--tenant', 'contoso.com'],
  };
  const wires: Readonly<Record<string, Reply>> = {
    'the request repeated in an error': ({ body, headers }) =>
      oauthRefusal('invalid_client', 7000215, 401, {
        error_description: `${body} ${headers.get('authorization')}`,
        error: body,
      }),
    'the request repeated in a partner error': ({ body, headers }) =>
      json({ code: '400', description: `${body} ${headers.get('authorization')}`, source: 'x' }, { status: 401 }),
    'the request repeated in ids': ({ body }) =>
      partnerRefusal(403, '2032', {
        'ms-requestid': encodeURIComponent(body),
        'ms-correlationid': encodeURIComponent(body),
      }),
    'a page': ({ body }) => new Response(`<html>${body}`, { status: 502 }),
    'a success that is none': ({ body }) => new Response(body),
    'a failure of the network': ({ body }) => Promise.reject(new TypeError(body)),
    'a success': () => tokenAnswer(),
  };
  const forms = (value: string) => [
    value,
    encodeURIComponent(value),
    new URLSearchParams([['', value]]).toString().slice(1),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
  ];
  const canaries = [secret, password, bearer].flatMap(forms);

  for (const [name, argv] of Object.entries(commands)) {
    for (const [failure, reply] of Object.entries(wires)) {
      test(`${name}, ${failure}`, async () => {
        for (const verbosity of [[], ['--verbose'], ['--debug'], ['--quiet']]) {
          const { stdout, stderr } = await partnerAuth([...argv, ...verbosity, '--output', 'table'], {
            variables,
            reply,
          });
          for (const canary of canaries) assert.equal((stdout + stderr).includes(canary), false, stderr);
        }
        for (const file of readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) =>
          entry.isFile(),
        )) {
          const bytes = readFileSync(join(file.parentPath, file.name));
          for (const canary of canaries) assert.equal(bytes.includes(canary), false, file.name);
        }
      });
    }
  }
});

describe('row 9: without a key nothing is stored, and one line says so', () => {
  const argv = ['token', '--application-id', applicationId, '--tenant', 'contoso.com', '--resource', 'partner-center'];
  test('token', async () => {
    const state = join(files.folder, 'none');
    const variables = { XDG_STATE_HOME: state, AZURE_CLIENT_SECRET: 'x' };
    const { exitCode, stdout, stderr } = await partnerAuth(argv, { variables });
    assert.equal(exitCode, 0);
    assert.equal(JSON.parse(stdout).fromCache, false);
    assert.equal(stderr.split('\n').length, 2);
    assert.ok(stderr.includes('PARTNER_AUTH_KEY_FILE'), stderr);
    assert.throws(() => readdirSync(state), { code: 'ENOENT' });
    assert.equal((await partnerAuth([...argv, '--quiet'], { variables })).stderr, '');
  });

  test('with one, the second call is answered from the store', async () => {
    const key = files.file('key2', Buffer.alloc(32, 3).toString('base64'));
    const variables = {
      XDG_STATE_HOME: join(files.folder, 'some'),
      AZURE_CLIENT_SECRET: 'x',
      PARTNER_AUTH_KEY_FILE: key,
    };
    const first = await partnerAuth(argv, { variables });
    const second = await partnerAuth(argv, { variables });
    assert.deepEqual([first.sent.length, second.sent.length], [1, 0]);
    assert.deepEqual([first.stderr, second.stderr], ['', '']);
    assert.equal(JSON.parse(second.stdout).fromCache, true);
    assert.equal((await partnerAuth([...argv, '--force-refresh'], { variables })).sent.length, 1);
  });

  test('a stored token that exchange refuses is replaced, with standard input read once', async () => {
    const key = files.file('key4', Buffer.alloc(32, 7).toString('base64'));
    const variables = { XDG_STATE_HOME: join(files.folder, 'replaced'), PARTNER_AUTH_KEY_FILE: key };
    const exchange = ['exchange', ...argv.slice(1), '--client-secret-file', '-'];
    const life =
      (name: string): Reply =>
      ({ url, headers }) => {
        const bearer = unsigned({ name, exp: 2_000_000_000 });
        if (!url.endsWith('generatetoken')) return tokenAnswer({ access_token: bearer });
        const taken = headers.get('authorization') === `Bearer ${bearer}`;
        return taken ? json({ access_token: 'opaque', expires_in: 3600 }) : partnerRefusal(401, '400');
      };
    const stdin = 'secret-of-the-app';
    const first = await partnerAuth(exchange, { variables, stdin, reply: life('one') });
    const second = await partnerAuth(exchange, { variables, stdin, reply: life('two') });
    const third = await partnerAuth(exchange, { variables, stdin, reply: life('two') });
    assert.deepEqual([first.exitCode, second.exitCode, third.exitCode], [0, 0, 0], second.stderr);
    assert.deepEqual([first.sent.length, second.sent.length, third.sent.length], [2, 3, 1]);
    assert.equal(second.sent[1]?.form.get('client_secret'), stdin);
  });

  test('with another one: exit 7, and the store stays', async () => {
    const key = files.file('key3', Buffer.alloc(32, 4).toString('base64'));
    const variables = {
      XDG_STATE_HOME: join(files.folder, 'some'),
      AZURE_CLIENT_SECRET: 'x',
      PARTNER_AUTH_KEY_FILE: key,
    };
    const { exitCode, stdout, stderr } = await partnerAuth(argv, { variables });
    assert.deepEqual([exitCode, stdout], [7, ''], stderr);
  });
});

test('a short secret is taken out of the server’s words, and out of nothing else', async () => {
  const variables = { AZURE_CLIENT_SECRET: 'refuse' };
  const argv = ['token', '--application-id', applicationId, '--tenant', 'contoso.com', '--resource', 'graph'];
  const reply = () => oauthRefusal('invalid_client', 7000215, 401, { error_description: 'Not refuse.' });
  const { stderr } = await partnerAuth(argv, { variables, reply });
  assert.equal(stderr.split('\n', 1)[0], 'error: The authority refused the request: invalid_client. Not [redacted].');
  const exchange = await partnerAuth(['exchange', ...argv.slice(1)], {
    variables,
    reply: ({ url }) => (url.endsWith('generatetoken') ? partnerRefusal(403, '2032') : tokenAnswer()),
  });
  assert.ok(exchange.stderr.includes('error: Partner Center refused the request with HTTP 403'), exchange.stderr);
});

test('a secret file that others can read earns a warning', async () => {
  const path = files.file('loose', 'x', 0o644);
  const argv = ['token', '--application-id', applicationId, '--tenant', 'contoso.com', '--resource', 'graph'];
  const { stderr } = await partnerAuth([...argv, '--client-secret-file', path]);
  assert.ok(stderr.includes(`${path} can be read by others (mode 0644)`), stderr);
});
