import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';

/** What only a socket can show of the whole server. */
let sandbox: TestSandbox;
let port: number;
let ca: string;

before(async () => {
  sandbox = await startSandbox({ port: 0 });
  port = Number(new URL(sandbox.url).port);
  ca = readFileSync(sandbox.caFile ?? '', 'utf8');
});

after(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they are and reads until the server closes: fetch would not send most of these. */
async function send(lines: readonly string[], body = ''): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
  socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  await once(socket, 'close');
  const text = Buffer.concat(pieces).toString();
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...headers] = head.split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(
      headers.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    ),
    body: rest.join('\r\n\r\n'),
  };
}

test('a client that goes away in the middle of its body ends its own request and nothing else', async () => {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const head = `POST /common/oauth2/token HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 100\r\n\r\nresource=`;
  await new Promise((resolve) => socket.write(head, resolve));
  await send(['GET /livez HTTP/1.1', `Host: localhost:${port}`]);
  socket.destroy();
  await once(socket, 'close');
  assert.equal((await send(['GET /livez HTTP/1.1', `Host: localhost:${port}`])).status, 200);
});

const get = (path: string, ...hosts: readonly string[]): Promise<Answer> =>
  send([`GET ${path} HTTP/1.1`, ...hosts.map((host) => `Host: ${host.replace('PORT', String(port))}`)]);

const discovery = '/common/v2.0/.well-known/openid-configuration';
const everyFace = [
  discovery,
  '/v3/generatetoken',
  '/v1.0/engagements/referrals',
  '/.well-known/jwks.json',
  '/docs',
  '/x',
];

describe('a name that leads here and is none of ours (DNS rebinding)', () => {
  const foreign = [
    'evil.test',
    'evil.test:PORT',
    'localhost',
    'localhost:1',
    'localhost.:PORT',
    'localhost:PORT.evil.test',
    'evil.test@localhost:PORT',
    '127.0.0.2:PORT',
    '0.0.0.0:PORT',
    'login.microsoftonline.com',
    '',
  ];
  for (const host of foreign) {
    test(`Host: ${host}: 421 everywhere, and nothing of the request comes back`, async () => {
      for (const path of everyFace) {
        const { status, headers, body } = await get(path, host);
        assert.deepEqual([path, status, headers['cache-control']], [path, 421, 'no-store']);
        assert.deepEqual(JSON.parse(body), {
          error: 'misdirected_request',
          error_description: `This server does not answer for that host. Ask at https://localhost:${port}.`,
        });
      }
    });
  }

  test('a token request for it is refused too, without a look at the secret', async () => {
    const form = 'grant_type=client_credentials&client_id=x&client_secret=y&scope=z/.default';
    const lines = ['POST /contoso.com/oauth2/v2.0/token HTTP/1.1', 'Host: evil.test', `Content-Length: ${form.length}`];
    assert.equal((await send(lines, form)).status, 421);
  });
});

describe('Host', () => {
  test('missing in HTTP/1.1: 400', async () => {
    const { status, headers } = await get('/livez');
    assert.deepEqual([status, headers['cache-control']], [400, 'no-store']);
  });

  test('missing in HTTP/1.0: no origin of ours, 421', async () => {
    assert.equal((await send(['GET /livez HTTP/1.0'])).status, 421);
  });

  test('given twice: 400 when the first is ours, 421 when it is not', async () => {
    assert.equal((await get(discovery, 'localhost:PORT', 'evil.test')).status, 400);
    assert.equal((await get(discovery, 'evil.test', 'localhost:PORT')).status, 421);
  });

  for (const host of ['localhost:PORT', 'LocalHost:PORT', '127.0.0.1:PORT', '[::1]:PORT']) {
    test(`${host}: discovery answers at the origin asked for`, async () => {
      const { status, body } = await get(discovery, host);
      assert.equal(status, 200);
      const origin = `https://${host.toLowerCase().replace('port', String(port))}`;
      const { issuer, token_endpoint, jwks_uri, authorization_endpoint } = JSON.parse(body);
      assert.deepEqual(
        [issuer, token_endpoint, jwks_uri, authorization_endpoint],
        [
          `${origin}/{tenantid}/v2.0`,
          `${origin}/common/oauth2/v2.0/token`,
          `${origin}/common/discovery/v2.0/keys`,
          `${origin}/common/oauth2/v2.0/authorize`,
        ],
      );
    });
  }
});

test('a token obtained at one of our origins is exchanged at another', async () => {
  const form =
    'grant_type=client_credentials&client_id=00001111-aaaa-2222-bbbb-3333cccc4444' +
    '&client_secret=TestClientAppSecret23456&scope=https://api.partnercenter.microsoft.com/.default';
  const post = (path: string, host: string, body: string, ...headers: readonly string[]) =>
    send(
      [
        `POST ${path} HTTP/1.1`,
        `Host: ${host}:${port}`,
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${body.length}`,
        ...headers,
      ],
      body,
    );
  for (const [asked, exchangedAt] of [
    ['127.0.0.1', 'localhost'],
    ['localhost', '[::1]'],
  ] as const) {
    const entra = JSON.parse((await post('/contoso.com/oauth2/v2.0/token', asked, form)).body);
    const { iss } = JSON.parse(Buffer.from(entra.access_token.split('.')[1], 'base64url').toString());
    assert.equal(iss, `https://${asked}:${port}/aaaabbbb-0000-cccc-1111-dddd2222eeee/`);
    const headers = [`Authorization: Bearer ${entra.access_token}`, 'Accept: application/json'];
    const { status, body } = await post('/v3/generatetoken', exchangedAt, 'grant_type=jwt_token', ...headers);
    assert.equal(status, 200, body);
  }
});

describe('Accept, as it comes over a socket', () => {
  const cases = [
    ['missing', [], 400, 'application/json'],
    ['for JSON with a charset', ['application/json;charset=utf-8'], 401, 'application/json'],
    ['for anything', ['*/*'], 401, 'application/json'],
    ['for HTML', ['text/html'], 406, 'application/json'],
    ['in two lines, the second XML', ['text/html', 'application/xml'], 401, 'application/xml'],
  ] as const;
  for (const [name, accepts, status, mediaType] of cases) {
    test(`${name}: ${status} in ${mediaType}`, async () => {
      const answer = await send([
        'POST /v3/generatetoken HTTP/1.1',
        `Host: localhost:${port}`,
        'Content-Length: 0',
        ...accepts.map((accept) => `Accept: ${accept}`),
      ]);
      assert.deepEqual([answer.status, answer.headers['content-type']?.split(';')[0]], [status, mediaType]);
      assert.equal(answer.headers['cache-control'], 'no-store');
    });
  }
});
