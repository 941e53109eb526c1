import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { until } from '../support/until.ts';
import { answering, ask, outcome, sending, ways } from './fetch-ways.ts';

/** What is sent by the command's own way is sent, answered, refused and ended as by the global fetch. */

const words = 'A token, für alle: 字';
const flood = Buffer.alloc(20_000_000, ' ');

const answers: readonly [name: string, listener: RequestListener, expected: unknown][] = [
  ['a text', sending(words), [200, words]],
  [
    'a text in pieces',
    (_, response) => {
      for (const byte of Buffer.from(words)) response.write(Buffer.of(byte));
      response.end();
    },
    [200, words],
  ],
  ['nothing', (_, to) => void to.writeHead(204).end(), [204, '']],
  ['a refusal', (_, to) => void to.writeHead(401).end('no'), [401, 'no']],
  ['gzip', sending(gzipSync(words), { 'content-encoding': 'gzip' }), [200, words]],
  ['deflate', sending(deflateSync(words), { 'content-encoding': 'deflate' }), [200, words]],
  ['brotli', sending(brotliCompressSync(words), { 'content-encoding': 'br' }), [200, words]],
  [
    'gzip that is none',
    sending(words, { 'content-encoding': 'gzip' }),
    ['network', 'Z_DATA_ERROR', 'The answer of HOST broke off (Z_DATA_ERROR).'],
  ],
  ['too much', sending(flood), ['answer_unreadable', undefined, 'The answer of HOST is larger than 1048576 bytes.']],
  [
    'too much in little',
    sending(gzipSync(flood), { 'content-encoding': 'gzip' }),
    ['answer_unreadable', undefined, 'The answer of HOST is larger than 1048576 bytes.'],
  ],
  ['silence', () => {}, ['timed_out', undefined, 'HOST did not answer within 0.3 seconds.']],
  [
    'a drip',
    (_, to) => void to.writeHead(200).write('x'),
    ['timed_out', undefined, 'HOST did not answer within 0.3 seconds.'],
  ],
  ...[301, 302, 303, 307, 308].map((status): [string, RequestListener, unknown] => [
    `redirect ${status}`,
    (_, to) => void to.writeHead(status, { location: '/elsewhere' }).write('x'),
    ['redirect_refused', undefined, 'HOST answered with a redirect, and credentials follow none.'],
  ]),
];

for (const { name, open } of ways) {
  describe(`${name}: an answer`, () => {
    for (const [answer, listener, expected] of answers) {
      test(answer, async () => {
        const asked: (string | undefined)[] = [];
        await using server = await answering((request, response) => {
          asked.push(request.url);
          listener(request, response);
        });
        using way = open({});
        assert.deepEqual(await outcome(ask(way.fetch, server.url, { timeoutSeconds: 0.3 })), expected);
        assert.deepEqual(asked, ['/']);
      });
    }

    test('that breaks off, and one that never begins', async () => {
      await using server = await answering((request, response) => {
        if (request.url === '/body')
          response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy());
        else response.destroy();
      });
      using way = open({});
      const code = async (path: string) => ((await outcome(ask(way.fetch, server.url + path))) as string[])[0];
      assert.deepEqual([await code('body'), await code('')], ['network', 'network']);
    });

    test('of nobody', async () => {
      const server = await answering(() => {});
      await server[Symbol.asyncDispose]();
      using way = open({});
      const expected = ['network', 'ECONNREFUSED', 'HOST could not be reached (ECONNREFUSED).'];
      assert.deepEqual(await outcome(ask(way.fetch, server.url)), expected);
    });
  });

  describe(`${name}: a request`, () => {
    test('is sent as it was given', async () => {
      let received: unknown;
      await using server = await answering(async (request, response) => {
        const {
          'content-length': length,
          'x-own': own,
          'user-agent': agent,
          'transfer-encoding': coding,
        } = request.headers;
        received = [request.method, request.url, length, own, agent, coding, await text(request)];
        response.setHeader('x-twice', ['a', 'b']).end();
      });
      using way = open({});
      const { headers } = await ask(way.fetch, `${server.url}a?b=c`, {
        method: 'POST',
        body: 'für',
        headers: { 'x-own': '1' },
      });
      assert.deepEqual(received, ['POST', '/a?b=c', '4', '1', 'node', undefined, 'für']);
      assert.deepEqual([headers.get('X-Twice'), headers.get('x-none')], ['a, b', null]);
    });

    test('uses the connection of the one before', async () => {
      let connections = 0;
      await using server = await answering(sending('ok'));
      using way = open({});
      for (let time = 0; time < 3; time++) {
        await ask(way.fetch, server.url);
        await delay(10);
        connections = Math.max(connections, server.open.size);
      }
      assert.equal(connections, 1);
    });

    for (const moment of ['before it is sent', 'before the answer', 'within the answer'] as const) {
      test(`that is ended ${moment} leaves no connection`, async () => {
        const controller = new AbortController();
        const stop = () => controller.abort();
        await using server = await answering((_, response) => {
          if (moment === 'within the answer') response.write('x');
          setTimeout(stop, 50);
        });
        if (moment === 'before it is sent') stop();
        using way = open({});
        const expected = ['aborted', undefined, 'The call was ended by its caller.'];
        assert.deepEqual(await outcome(ask(way.fetch, server.url, { signal: controller.signal })), expected);
        await until('the end of the connection', () => server.open.size === 0);
      });
    }

    for (const [answer, listener] of answers.filter(([title]) => /^(too much$|silence|a drip|redirect)/.test(title))) {
      test(`answered by ${answer} leaves no connection`, async () => {
        await using server = await answering(listener);
        using way = open({});
        await outcome(ask(way.fetch, server.url, { timeoutSeconds: 0.3 }));
        await until('the end of the connection', () => server.open.size === 0);
      });
    }
  });
}
