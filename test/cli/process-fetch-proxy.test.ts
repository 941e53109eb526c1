import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { processFetch } from '../../src/cli/process-fetch.ts';
import { proxyRefused } from '../../src/client/http.ts';
import {
  developmentAuthority,
  type KeyAndCertificate,
  serverCertificate,
} from '../../src/http/tls/certificate-authority.ts';
import { until } from '../support/until.ts';
import { ask, outcome, sending, serving, ways } from './fetch-ways.ts';

/** Through a proxy the command's own way goes as the global fetch does. */

/** Takes CONNECT and does with it as it is told. */
async function proxyThat(does: (socket: Socket, target: string) => void, server: Server = createServer()) {
  const asked: { readonly target: string; readonly authorization: string | undefined }[] = [];
  server.on('connect', ({ url: target = '', headers }, socket: Socket) => {
    asked.push({ target, authorization: headers['proxy-authorization'] });
    socket.on('error', () => {}).once('end', () => socket.destroy());
    does(socket, target);
  });
  const served = await serving(server);
  return { ...served, asked };
}

const target = 'https://login.test/token';
const late = ['timed_out', undefined, 'HOST did not answer within 0.3 seconds.'];
const silences: readonly [name: string, does: (socket: Socket) => void][] = [
  ['silence', (socket) => void socket.resume()],
  ['half an answer', (socket) => void socket.resume().write('HTTP/1.1 200')],
];

for (const { name, open } of ways) {
  describe(`${name}: by a proxy`, () => {
    let authority: KeyAndCertificate;
    let stranger: KeyAndCertificate;
    before(async () => {
      const options = {
        now: new Date(),
        lifetimeDays: 2,
        permittedNames: ['login.test', 'localhost'],
        permittedAddresses: ['127.0.0.0/8'],
      };
      authority = await developmentAuthority({ commonName: 'Trusted', ...options });
      stranger = await developmentAuthority({ commonName: 'Stranger', ...options });
      setDefaultCACertificates([...getCACertificates('default'), authority.certificatePem]);
    });

    const secureServer = async (whose: () => KeyAndCertificate, name: string) => {
      const options = { now: new Date(), lifetimeDays: 1, names: [name], addresses: [] };
      const { certificatePem, privateKeyPem } = await serverCertificate(whose(), options);
      return createSecureServer({ cert: certificatePem, key: privateKeyPem }, sending('behind')) as Server;
    };

    /** Whoever the tunnel leads to. */
    async function behind(whose: () => KeyAndCertificate, proxyServer?: Server) {
      const server = await serving(await secureServer(whose, 'login.test'));
      const proxy = await proxyThat((socket) => {
        const onward = connect(server.port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          onward.pipe(socket).pipe(onward);
        });
        onward.on('error', () => socket.destroy());
      }, proxyServer);
      const stop = async () => {
        await proxy[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      };
      return { ...proxy, [Symbol.asyncDispose]: stop };
    }

    test('the answer, over one tunnel', async () => {
      await using proxy = await behind(() => authority);
      using way = open({ HTTPS_PROXY: proxy.url.replace('//', '//user:p%40ss@') });
      for (let time = 0; time < 3; time++) {
        assert.deepEqual(await outcome(ask(way.fetch, target)), [200, 'behind']);
        await delay(10);
      }
      const authorization = `Basic ${btoa('user:p@ss')}`;
      assert.deepEqual(proxy.asked, [{ target: 'login.test:443', authorization }]);
    });

    for (const [spoken, whose, expected] of [
      ['TLS', () => authority, [200, 'behind']],
      ['TLS that is not trusted', () => stranger, 'tls'],
    ] as const) {
      test(`that speaks ${spoken}`, async () => {
        await using proxy = await behind(() => authority, await secureServer(whose, 'localhost'));
        using way = open({ HTTPS_PROXY: `https://localhost:${proxy.port}` });
        const seen = await outcome(ask(way.fetch, target));
        assert.deepEqual(expected === 'tls' ? (seen as string[])[0] : seen, expected);
      });
    }

    test('a certificate that is not trusted', async () => {
      await using proxy = await behind(() => stranger);
      using way = open({ HTTPS_PROXY: proxy.url });
      const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
      const expected = ['tls', undefined, `The certificate of HOST is not trusted (${code}).`];
      assert.deepEqual(await outcome(ask(way.fetch, target)), expected);
    });

    for (const [status, detail] of [
      [403, proxyRefused],
      [407, proxyRefused],
      [502, undefined],
    ] as const) {
      test(`a refusal with ${status}`, async () => {
        await using proxy = await proxyThat((socket) => void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
        using way = open({ HTTPS_PROXY: proxy.url });
        const expected = ['network', detail, `The proxy does not let HOST be reached (HTTP ${status}).`];
        assert.deepEqual(await outcome(ask(way.fetch, target)), expected);
        await until('the end of the connection', () => proxy.open.size === 0);
      });
    }

    for (const [what, does] of silences) {
      test(`${what} is timed out`, async () => {
        await using proxy = await proxyThat(does);
        using way = open({ HTTPS_PROXY: proxy.url });
        assert.deepEqual(await outcome(ask(way.fetch, target, { timeoutSeconds: 0.3 })), late);
      });
    }

    test('nobody there', async () => {
      const proxy = await proxyThat(() => {});
      await proxy[Symbol.asyncDispose]();
      using way = open({ HTTPS_PROXY: proxy.url });
      const expected = ['network', 'ECONNREFUSED', 'HOST could not be reached (ECONNREFUSED).'];
      assert.deepEqual(await outcome(ask(way.fetch, target)), expected);
    });
  });
}

/** The global fetch waits for the one, and keeps the connection of the other. */
describe('the command’s own: a proxy', () => {
  test('that hangs up is not waited for', async () => {
    await using proxy = await proxyThat((socket) => void socket.destroy());
    const [code] = (await outcome(ask(processFetch({ HTTPS_PROXY: proxy.url }), target))) as string[];
    assert.deepEqual([code, proxy.asked.length], ['network', 1]);
  });

  for (const [what, does] of silences) {
    test(`that was timed out for ${what} is left`, async () => {
      await using proxy = await proxyThat(does);
      await outcome(ask(processFetch({ HTTPS_PROXY: proxy.url }), target, { timeoutSeconds: 0.3 }));
      await until('the end of the connection', () => proxy.open.size === 0);
    });
  }
});
