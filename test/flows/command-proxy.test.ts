import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** Where the command goes with HTTPS_PROXY, HTTP_PROXY and NO_PROXY set: to the proxy, and never with what is for this machine. */

const folder = scratchFolder();
const arguments_ = [
  'token',
  '--application-id',
  '00001111-aaaa-2222-bbbb-3333cccc4444',
  '--resource',
  'partner-center',
  '--tenant',
  'contoso.com',
  '--output',
  'json',
];
const secret = { PARTNER_AUTH_CLIENT_SECRET: 'TestClientAppSecret23456' };

/** Keeps what it was asked for, and refuses it. */
async function recordingProxy() {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  proxy.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const close = async () => {
    proxy.closeAllConnections();
    proxy.close();
  };
  return { url, asked, [Symbol.asyncDispose]: close };
}

const run = (variables: Record<string, string>, ...more: readonly string[]) =>
  partnerAuth([...arguments_, ...more], { variables: { ...secret, ...variables } });

let overTls: ServedSandbox;
let plain: ServedSandbox;
before(async () => {
  ensureBuilt();
  overTls = await serveSandbox(join(folder, 'tls'), ['--proxy', '0']);
  plain = await serveSandbox(join(folder, 'plain'), ['--http']);
});
after(async () => {
  await overTls.stop();
  await plain.stop();
});

const proxies = (url: string): readonly [name: string, variables: Record<string, string>][] => [
  ['HTTPS_PROXY and HTTP_PROXY', { HTTPS_PROXY: url, HTTP_PROXY: url }],
  ['their lower case', { https_proxy: url, http_proxy: url }],
  ['NODE_USE_ENV_PROXY=1', { HTTPS_PROXY: url, HTTP_PROXY: url, NODE_USE_ENV_PROXY: '1' }],
  ['NO_PROXY for somebody else', { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: 'x.test' }],
];

describe('what is for this machine is not sent to a proxy', () => {
  const places: readonly [name: string, variables: () => Record<string, string>][] = [
    [
      'the sandbox of its environment file',
      () => ({ PARTNER_AUTH_ENVIRONMENT: 'Sandbox', PARTNER_AUTH_ENVIRONMENT_FILE: overTls.environmentFile }),
    ],
    ['an authority at 127.0.0.1', () => ({ PARTNER_AUTH_AUTHORITY_HOST: `http://127.0.0.1:${plain.port}` })],
    ['an authority at localhost', () => ({ PARTNER_AUTH_AUTHORITY_HOST: `http://localhost:${plain.port}` })],
    [
      'an authority over TLS',
      () => ({ PARTNER_AUTH_AUTHORITY_HOST: overTls.url, NODE_EXTRA_CA_CERTS: overTls.caFile }),
    ],
  ];
  for (const [place, variables] of places) {
    for (const index of [0, 1, 2, 3]) {
      test(`${place}, with ${proxies('')[index]?.[0]}`, async () => {
        await using proxy = await recordingProxy();
        const { exitCode, stderr } = await run({ ...variables(), ...proxies(proxy.url)[index]?.[1] });
        assert.deepEqual([exitCode, proxy.asked], [0, []], stderr);
      });
    }
  }
});

describe('what is for another is', () => {
  for (const index of [0, 1, 2, 3]) {
    test(`with ${proxies('')[index]?.[0]}: a proxy that refuses is exit 6`, async () => {
      await using proxy = await recordingProxy();
      const { exitCode, stdout, stderr } = await run({ ...proxies(proxy.url)[index]?.[1] });
      assert.deepEqual([exitCode, stdout], [6, ''], stderr);
      assert.deepEqual(proxy.asked, ['login.microsoftonline.com:443']);
      const said = 'error: The proxy does not let login.microsoftonline.com be reached (HTTP 403).\n';
      assert.ok(stderr.startsWith(said), stderr);
    });
  }

  test('unless NO_PROXY names it', async () => {
    await using proxy = await recordingProxy();
    const authority = { PARTNER_AUTH_AUTHORITY_HOST: 'https://login.invalid' };
    for (const NO_PROXY of ['login.invalid', '.invalid', '*', 'x.test,login.invalid']) {
      const { exitCode, stderr } = await run({ ...authority, HTTPS_PROXY: proxy.url, NO_PROXY }, '--timeout', '2');
      assert.deepEqual([exitCode, proxy.asked], [6, []], stderr);
    }
  });

  test('through the sandbox’s proxy, trusting its authority by NODE_EXTRA_CA_CERTS: the token', async () => {
    const { proxyUrl = '', caFile } = overTls;
    const { exitCode, stdout, stderr } = await run({ HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: caFile });
    assert.equal(exitCode, 0, stderr);
    assert.equal(JSON.parse(stdout).tokenType, 'Bearer');
  });

  test('through the sandbox’s proxy, without trusting it: exit 6, and how to trust it', async () => {
    const { exitCode, stderr } = await run({ HTTPS_PROXY: overTls.proxyUrl ?? '' });
    assert.equal(exitCode, 6, stderr);
    assert.ok(stderr.includes('is not trusted') && stderr.includes('NODE_EXTRA_CA_CERTS'), stderr);
  });
});
