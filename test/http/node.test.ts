import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, describe, test } from 'node:test';
import { type Handler, maximumBodyBytes } from '../../src/http/message.ts';
import { testIssuer } from '../support/issuer.ts';
import { sendRaw, statusesOf } from '../support/raw-socket.ts';
import { assertWithin } from '../support/times.ts';
import { serveSocket, testService, testStart } from '../support/token-service.ts';

const issuer = testIssuer({ now: () => testStart });
const service = await testService({ issuers: [issuer] });
/** What reached the handler, by method and path: a smuggled request would be one too many. */
const handled: string[] = [];
const counting: Handler = (request) => {
  handled.push(`${request.method} ${request.path}`);
  return service.handler(request);
};
const socket = await serveSocket(counting);
after(() => socket[Symbol.asyncDispose]());

const bearer = issuer.bearer();
const body = '{"grant_type":"jwt_token"}';
const path = '/v3/generatetoken';
const lines = (...extra: readonly string[]) => [
  'Host: localhost',
  `Authorization: Bearer ${bearer}`,
  'Accept: application/json',
  'Content-Type: application/json',
  ...extra,
];
const message = (headers: readonly string[], content = '', start = `POST ${path} HTTP/1.1`) =>
  `${[start, ...headers].join('\r\n')}\r\n\r\n${content}`;
const whole = (...extra: readonly string[]) => lines('Connection: close', ...extra);
const length = `Content-Length: ${body.length}`;
const smuggled = 'GET /v3/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function send(...pieces: readonly (string | Uint8Array)[]) {
  handled.length = 0;
  const received = await sendRaw(socket.port, ...pieces);
  const [head = ''] = received.split('\r\n\r\n');
  const headers = new Map(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const),
  );
  return { statuses: statusesOf(received), headers, received, handled: [...handled] };
}

test('over a socket: a good request, by fetch', async () => {
  const response = await fetch(`${socket.origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, accept: 'text/xml', 'content-type': 'application/json' },
    body,
  });
  assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/xml; charset=utf-8']);
});

describe('row 84: framing: one interpretation, or the connection is closed', () => {
  const refused: Readonly<Record<string, string>> = {
    'Content-Length and Transfer-Encoding': message(
      whole(length, 'Transfer-Encoding: chunked'),
      `0\r\n\r\n${smuggled}`,
    ),
    'Transfer-Encoding and Content-Length': message(
      whole('Transfer-Encoding: chunked', 'Content-Length: 5'),
      `0\r\n\r\n${smuggled}`,
    ),
    'two lengths': message(whole(length, 'Content-Length: 5'), body + smuggled),
    'two equal lengths': message(whole(length, length), body + smuggled),
    'a list of lengths': message(whole(`Content-Length: ${body.length}, ${body.length}`), body + smuggled),
    'a length with a sign': message(whole(`Content-Length: +${body.length}`), body),
    'a negative length': message(whole('Content-Length: -1'), body),
    'a length in hexadecimal': message(whole('Content-Length: 0x1a'), body),
    'an unknown coding': message(whole('Transfer-Encoding: xchunked'), `0\r\n\r\n${smuggled}`),
    'a coding after chunked': message(whole('Transfer-Encoding: chunked, identity'), `0\r\n\r\n${smuggled}`),
    'a blank before the colon': message(whole('Content-Length : 5'), body + smuggled),
    'a folded header': message(whole('X-A: b', ' Content-Length: 5', length), body + smuggled),
    'a folded coding': message(whole('Transfer-Encoding:', ' chunked'), `0\r\n\r\n${smuggled}`),
    'a NUL in a header': message(whole('X-A: a\0b', length), body),
    'a lone CR in a header': message(whole('X-A: a\rTransfer-Encoding: chunked', length), body),
    'no chunk size': message(whole('Transfer-Encoding: chunked'), `\r\n${smuggled}`),
    'a chunk size with a sign': message(whole('Transfer-Encoding: chunked'), `-1\r\n${body}\r\n0\r\n\r\n`),
    'a chunk size beyond 64 bits': message(
      whole('Transfer-Encoding: chunked'),
      `fffffffffffffffff\r\n${body}\r\n0\r\n\r\n`,
    ),
    'a chunk longer than its size': message(whole('Transfer-Encoding: chunked'), `2\r\n${body}\r\n0\r\n\r\n`),
    'a chunk extension of 20,000 characters': message(
      whole('Transfer-Encoding: chunked'),
      `1a;${'a'.repeat(20_000)}\r\n${body}\r\n0\r\n\r\n`,
    ),
    'two Hosts in absolute form': message(
      ['Host: a', 'Host: b', 'Connection: close', 'Content-Length: 0'],
      '',
      'POST http://localhost/x y HTTP/1.1',
    ),
    'no Host': message(
      whole(length).filter((line) => !line.startsWith('Host')),
      body,
    ),
    'HTTP/2 in clear': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'an unknown method': message(whole(length), body, `SMUGGLE ${path} HTTP/1.1`),
    'a method in lower case': message(whole(length), body, `post ${path} HTTP/1.1`),
    'a blank in the path': message(whole(length), body, 'POST /v3/generate token HTTP/1.1'),
    garbage: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  };
  for (const [name, text] of Object.entries(refused)) {
    test(`${name}: 400, nothing reaches the handler, nothing may be stored`, async () => {
      const answer = await send(text);
      assert.deepEqual([answer.statuses, answer.handled], [[400], []]);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.equal(answer.headers.get('connection'), 'close');
    });
  }

  for (const [name, text] of Object.entries({
    'a bare LF between headers': message(whole(length), body).replaceAll('\r\n', '\n'),
    'a bare LF at the end of the head': message(whole(length), '').replace(/\r\n\r\n$/, '\n\n') + body,
    'a bare LF after a chunk size': message(whole('Transfer-Encoding: chunked'), `1a\n${body}\n0\n\n`),
  })) {
    test(`${name}: refused`, async () => {
      const answer = await send(text);
      assert.deepEqual([answer.statuses, answer.handled], [[400], []]);
    });
  }

  test('chunks are put together, trailers give no second header', async () => {
    const chunks = `5\r\n${body.slice(0, 5)}\r\n15;a=b\r\n${body.slice(5)}\r\n0\r\nms-requestid: trailer\r\nAuthorization: none\r\n\r\n`;
    const answer = await send(message(whole('Transfer-Encoding: chunked', 'ms-requestid: header'), chunks));
    assert.deepEqual([answer.statuses, answer.headers.get('ms-requestid')], [[200], 'header']);
  });

  test('what follows a request on its connection is a request of its own, with all checks', async () => {
    const answer = await send(
      message(lines(length), body),
      message(
        lines(length).filter((line) => !line.startsWith('Authorization')),
        body,
      ),
      message(whole(length), body),
    );
    assert.deepEqual([answer.statuses, answer.handled.length], [[200, 401, 200], 3]);
  });

  test('bytes beyond the length are no request that counts', async () => {
    const answer = await send(message(lines(length), `${body}{"grant_type":"x"}`));
    assert.deepEqual([answer.statuses.at(-1), answer.handled], [400, [`POST ${path}`]]);
  });

  test('a body shorter than its length never reaches the handler', async () => {
    const { createConnection } = await import('node:net');
    handled.length = 0;
    await new Promise<void>((resolve) => {
      const client = createConnection(socket.port, '127.0.0.1', () =>
        client.end(message(lines('Content-Length: 100'), body)),
      );
      client.resume().on('close', () => resolve());
    });
    assert.deepEqual(handled, []);
  });

  test('a header past the hundredth still counts: no reader before us saw another request', async () => {
    const filler = Array.from({ length: 200 }, (_, index) => `X-${index}: a`);
    const last = [
      [`Authorization: Bearer ${bearer}`, 401],
      ['ms-requestid: second', 400],
      ['Content-Type: text/plain', 400],
      ['Host: other', 400],
    ] as const;
    for (const [line, status] of last) {
      const answer = await send(message(whole(length, 'ms-requestid: first', ...filler, line), body));
      assert.deepEqual([line, answer.statuses], [line, [status]]);
    }
  });
});

describe('row 52 and 69: repeated headers are seen as they came', () => {
  const repeated: readonly (readonly [line: string, status: number])[] = [
    [`Authorization: Bearer ${bearer}`, 401],
    ['authorization: Basic YTpi', 401],
    ['Host: localhost', 400],
    ['Content-Type: application/json', 400],
    ['MS-RequestId: b', 400],
    ['ms-correlationid: b', 400],
    ['Accept: text/xml', 200],
  ];
  for (const [line, status] of repeated) {
    test(`${line.split(':')[0]} twice: ${status}`, async () => {
      const answer = await send(message(whole(length, 'ms-requestid: a', 'ms-correlationid: a', line), body));
      assert.deepEqual(answer.statuses, [status]);
    });
  }

  for (const value of ['a\x01b', 'a\x7fb', 'a\xe9b', 'a'.repeat(129), '']) {
    test(`row 69: the id ${JSON.stringify(value.slice(0, 8))} is refused and not echoed`, async () => {
      const answer = await send(message(whole(length, `ms-requestid: ${value}`), body));
      const { statuses, headers } = answer;
      assert.deepEqual(statuses, [400]);
      const echoed = headers.get('ms-requestid');
      assert.ok(echoed === undefined || echoed.length === 36, echoed);
    });
  }

  test('row 69: an id of 1 MB is refused by the parser', async () => {
    const answer = await send(message(whole(length, `ms-requestid: ${'a'.repeat(1_000_000)}`), body));
    assert.deepEqual([answer.statuses, answer.handled], [[431], []]);
  });
});

describe('row 83: no answer may be stored, whoever gives it', () => {
  const requests: Readonly<Record<string, readonly [text: string, status: number]>> = {
    success: [message(whole(length), body), 200],
    'a refusal': [message(['Host: localhost', 'Connection: close', 'Accept: */*'], '', `POST ${path} HTTP/1.1`), 401],
    'an unknown path': [message(['Host: localhost', 'Connection: close'], '', 'GET /v3/x HTTP/1.1'), 404],
    HEAD: [message(['Host: localhost', 'Connection: close'], '', `HEAD ${path} HTTP/1.1`), 405],
    'too many bytes of headers': [message(whole(`X-A: ${'a'.repeat(20_000)}`)), 431],
    'an unreadable request': ['nonsense\r\n\r\n', 400],
    'an expectation nobody can meet': [message(whole(length, 'Expect: x'), body), 417],
  };
  for (const [name, [text, status]] of Object.entries(requests)) {
    test(`${name}: ${status}`, async () => {
      const answer = await send(text);
      assert.deepEqual(
        [answer.statuses, answer.headers.get('cache-control'), answer.headers.get('pragma')],
        [[status], 'no-store', 'no-cache'],
      );
    });
  }

  test('HEAD has the headers of its answer and no body', async () => {
    const { received, headers } = await send(
      message(['Host: localhost', 'Connection: close'], '', `HEAD ${path} HTTP/1.1`),
    );
    assert.deepEqual([received.endsWith('\r\n\r\n'), headers.get('allow')], [true, 'POST']);
  });
});

describe('row 85: spellings of the path', () => {
  const targets: Readonly<Record<string, number>> = {
    [path]: 200,
    '/V3/GenerateToken': 200,
    [`http://localhost${path}`]: 200,
    [`http://other.example${path}`]: 200,
    [`${path}?a=b`]: 200,
    [`/${path}`]: 404,
    [`${path}/`]: 404,
    '/v3//generatetoken': 404,
    '/v3/./generatetoken': 404,
    '/v3/../v3/generatetoken': 404,
    '/v3/%67eneratetoken': 404,
    '/v3%2fgeneratetoken': 404,
    '/v3/generatetoken%00': 404,
    '/v3/generatetoken;a=b': 404,
    '/v3/generatetoken%20': 404,
    '/v3\\generatetoken': 404,
    '/%2e/v3/generatetoken': 404,
    'http://localhost': 404,
    'ftp://localhost/v3/generatetoken': 404,
  };
  for (const [target, status] of Object.entries(targets)) {
    test(`${target}: ${status}, and with the same checks`, async () => {
      const start = `POST ${target} HTTP/1.1`;
      const without = whole(length).filter((line) => !line.startsWith('Authorization'));
      assert.deepEqual((await send(message(whole(length), body, start))).statuses, [status]);
      assert.deepEqual((await send(message(without, body, start))).statuses, [status === 200 ? 401 : 404]);
    });
  }
});

describe('row 77: bodies beyond the limit', () => {
  const megabytes = Buffer.alloc(1_048_576, 0x20);

  /** Sends as a well-behaved client does: it reads the answer while it is still writing. */
  const post = (headers: Record<string, string | number>, pieces: number) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const request = httpRequest(`${socket.origin}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${bearer}`,
          accept: 'text/xml',
          'content-type': 'application/json',
          ...headers,
        },
      });
      let answered = false;
      request.on('response', (response) => {
        answered = true;
        let text = '';
        response.setEncoding('utf8').on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      request.on('error', (cause) => {
        if (!answered) reject(cause);
      });
      let sent = 0;
      const write = () => {
        while (sent < pieces && !answered) {
          sent += 1;
          if (!request.write(megabytes)) {
            request.once('drain', write);
            return;
          }
        }
        if (!answered) request.end();
      };
      write();
    });

  for (const [name, headers] of Object.entries({
    'with its length': { 'content-length': 10 * 1_048_576 },
    'in chunks': { 'transfer-encoding': 'chunked' },
  })) {
    test(`10 MB ${name}: the client gets its 400, in its own syntax`, async () => {
      const { status, text } = await post(headers, 10);
      assert.equal(status, 400);
      assert.equal(text.includes('<code>800002</code>'), true);
    });
  }

  test('50 bodies of 10 MB at once do not hold up the event loop, nor are they kept', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post({ 'content-length': 10 * 1_048_576 }, 10)));
    delay.disable();
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [400]);
    assertWithin(1, delay.max / 1e9, 'a turn of the event loop');
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 1_048_576);
  });

  test('exactly the limit is read, one byte more is not', async () => {
    const padded = (size: number) => body + ' '.repeat(size - body.length);
    for (const [size, status] of [
      [maximumBodyBytes, 200],
      [maximumBodyBytes + 1, 400],
    ] as const) {
      const byLength = await send(message(whole(`Content-Length: ${size}`), padded(size)));
      const chunk = `${size.toString(16)}\r\n${padded(size)}\r\n0\r\n\r\n`;
      const byChunks = await send(message(whole('Transfer-Encoding: chunked'), chunk));
      assert.deepEqual([byLength.statuses, byChunks.statuses], [[status], [status]]);
    }
  });

  test('bodies built to be slow are answered while the event loop runs on', async () => {
    const xml = 'text/xml';
    const hostile: readonly (readonly [contentType: string, content: string])[] = [
      [xml, `<a>${'&#65;'.repeat(13_000)}</a>`],
      [xml, '<a>'.repeat(21_800)],
      [
        xml,
        `<a ${Array.from({ length: 9000 }, (_, index) => `a${index}=""`)
          .join(' ')
          .slice(0, 65_000)}`,
      ],
      [xml, `<${'a'.repeat(65_000)}>`],
      ['application/json', '['.repeat(65_000)],
      ['application/json', '{"a":'.repeat(13_000)],
      ['application/json', `"${'\\'.repeat(64_000)}"`],
      ['application/json', `{${Array.from({ length: 6500 }, (_, index) => `"${index}":0`).join(',')}}`],
      ['application/x-www-form-urlencoded', '%'.repeat(65_000)],
      ['application/x-www-form-urlencoded', '\r\n'.repeat(32_000)],
      ['application/x-www-form-urlencoded', `${'\r\n'.repeat(16_000)}a${'\n'.repeat(30_000)}`],
      ['application/x-www-form-urlencoded', '&'.repeat(65_000)],
    ];
    const delay = monitorEventLoopDelay({ resolution: 5 });
    for (const [contentType, content] of hostile) {
      assert.ok(content.length <= maximumBodyBytes);
      delay.reset();
      delay.enable();
      const { status } = await service.exchange({ contentType, body: content });
      await new Promise((resolve) => setImmediate(resolve));
      delay.disable();
      assert.equal(status, 400);
      assertWithin(0.5, delay.max / 1e9, `${contentType} ${content.slice(0, 10)}`);
    }
  });
});

test('row 86: an Accept header built to be slow costs little', async () => {
  const accept = Array.from({ length: 4000 }, (_, index) => `a/${index};q=0.${index % 10}`)
    .join(',')
    .slice(0, 15_000);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  for (let count = 0; count < 20; count++) {
    const { status } = await service.exchange({ accept: `${accept},x/${count}` });
    assert.equal(status, 406);
  }
  delay.disable();
  assertWithin(0.5, delay.max / 1e9, 'a turn of the event loop');
});
