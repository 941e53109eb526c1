import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { KeysUnavailable, type RemoteKeysOptions, remoteKeys } from '../../src/jwt/index.ts';
import { testIssuer } from '../support/issuer.ts';
import { testService, testStart } from '../support/token-service.ts';

const now = () => testStart;
const issuer = testIssuer({ now });
const next = testIssuer({ now, algorithm: 'ES256' });
const url = new URL('https://login.example.com/keys');
const good = () => Response.json(issuer.jwks);

type Answer = (init: RequestInit) => Response | Promise<Response>;

/** A key source over a scripted issuer: `answer` is what it says now, `fetches` how often it was asked. */
function source(options: Partial<RemoteKeysOptions> = {}) {
  const clock = settableClock(testStart);
  const state: { answer: Answer; fetches: number; readonly requests: RequestInit[]; readonly warnings: string[] } = {
    answer: good,
    fetches: 0,
    requests: [],
    warnings: [],
  };
  const keys = remoteKeys({
    url,
    algorithms: ['RS256', 'ES256'],
    clock,
    fetch: async (_, init = {}) => {
      state.fetches += 1;
      state.requests.push(init);
      return state.answer(init);
    },
    warn: (message) => state.warnings.push(message),
    ...options,
  });
  const find = async (kid: string | undefined = issuer.kid) => {
    try {
      return (await keys.find(kid)) ? 'found' : 'no such key';
    } catch (cause) {
      if (cause instanceof KeysUnavailable) return 'unavailable';
      throw cause;
    }
  };
  return { clock, state, find, keys };
}

const failures: Readonly<Record<string, Answer>> = {
  'connection refused': () => Promise.reject(new TypeError('fetch failed')),
  500: () => new Response('down', { status: 500 }),
  404: () => new Response('gone', { status: 404 }),
  304: () => new Response(null, { status: 304 }),
  'truncated JSON': () => new Response(JSON.stringify(issuer.jwks).slice(0, -5)),
  HTML: () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } }),
  'an empty set': () => Response.json({ keys: [] }),
  'no set': () => Response.json([]),
  'a set of unusable keys': () => Response.json({ keys: [{ kty: 'oct', k: 'AAAA', kid: issuer.kid }] }),
  'a set with an entry that is no key': () => Response.json({ keys: [null, ...issuer.jwks.keys] }),
  'an empty body': () => new Response(''),
  'over 1 MB': () => new Response(JSON.stringify({ ...issuer.jwks, x: 'a'.repeat(1_100_000) })),
  'a body that breaks off': () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from('{"keys":['));
          controller.error(new Error('reset'));
        },
      }),
    ),
};

describe('row 54: an issuer whose keys cannot be fetched', () => {
  for (const [name, answer] of Object.entries(failures)) {
    test(`${name}, from the start: unavailable, left alone, then well again by itself`, async () => {
      const { clock, state, find } = source();
      state.answer = answer;
      assert.equal(await find(), 'unavailable');
      assert.equal(await find(), 'unavailable');
      assert.equal(state.fetches, 1);
      state.answer = good;
      clock.advance(29);
      assert.equal(await find(), 'unavailable');
      clock.advance(1);
      assert.equal(await find(), 'found');
      assert.equal(state.fetches, 2);
    });

    test(`${name}, later: known keys stay, unknown ones are not denied`, async () => {
      const { clock, state, find } = source();
      assert.equal(await find(), 'found');
      state.answer = answer;
      clock.advance(601);
      assert.deepEqual([await find(), await find('other')], ['found', 'unavailable']);
      clock.advance(86_400 - 2);
      assert.equal(await find(), 'found');
      clock.advance(2);
      assert.equal(await find(), 'unavailable');
    });
  }

  test('a source that fails is asked twice a minute, however long it fails', async () => {
    const { clock, state, find } = source();
    state.answer = failures[500] ?? good;
    const attempts: number[] = [];
    for (let second = 0; second < 3600; second++) {
      const before = state.fetches;
      await find();
      if (state.fetches > before) attempts.push(second);
      clock.advance(1);
    }
    assert.deepEqual(
      attempts,
      Array.from({ length: 120 }, (_, index) => index * 30),
    );
    assert.equal(state.warnings.length, attempts.length);
  });

  test('B14: a clock that is set back delays nothing', async () => {
    const { clock, state, find } = source();
    await find();
    clock.set(new Date(testStart.getTime() - 86_400_000));
    assert.equal(await find('other'), 'no such key');
    clock.advance(20);
    assert.equal(await find('other'), 'no such key');
    assert.equal(state.fetches, 2);
  });

  test('through the service: a good bearer is served from the kept keys, an unknown key is our fault, not the caller’s', async () => {
    const { clock, state, keys } = source();
    const service = await testService({ clock, issuers: [{ ...issuer, trusted: { ...issuer.trusted, keys } }] });
    const request = () => ({ bearer: issuer.bearer({ claims: { exp: testStart.getTime() / 1000 + 86_400 } }) });
    assert.equal((await service.exchange(request())).status, 200);
    state.answer = failures['connection refused'] ?? good;
    clock.advance(601);
    const known = await service.exchange(request());
    const unknown = await service.exchange({ bearer: issuer.bearer({ header: { kid: 'other' } }) });
    assert.deepEqual(
      [known.status, unknown.status, unknown.fields.code, unknown.headers['retry-after']],
      [200, 500, '800003', '30'],
    );
    state.answer = good;
    clock.advance(30);
    const denied = await service.exchange({ bearer: issuer.bearer({ header: { kid: 'other' } }) });
    assert.deepEqual([denied.status, denied.fields.code], [401, '400']);
  });
});

describe('row 55: random key ids', () => {
  test('10,000 in a minute among good callers cause three fetches', async () => {
    const { clock, state, find } = source();
    assert.equal(await find(), 'found');
    for (let index = 0; index < 10_000; index++) {
      assert.equal(await find(`random-${index}`), 'no such key');
      if (index % 10 === 0) assert.equal(await find(), 'found');
      clock.advance(0.006);
    }
    assert.ok(state.fetches <= 3, String(state.fetches));
  });

  test('10,000 at once share one fetch', async () => {
    const { clock, state, find } = source();
    await find();
    clock.advance(30);
    const answers = await Promise.all(Array.from({ length: 10_000 }, (_, index) => find(`random-${index}`)));
    assert.deepEqual([...new Set(answers)], ['no such key']);
    assert.equal(state.fetches, 2);
  });

  test('an issuer that publishes nothing usable is not asked more often', async () => {
    const { clock, state, find } = source();
    state.answer = failures['an empty set'] ?? good;
    for (let index = 0; index < 60; index++) {
      await find(`random-${index}`);
      clock.advance(1);
    }
    assert.equal(state.fetches, 2);
  });
});

describe('row 56: rotation and emergency removal', () => {
  const both = () => Response.json({ keys: [...issuer.jwks.keys, ...next.jwks.keys] });

  test('a key added is used at first sight, after the cool-down at worst', async () => {
    const { clock, state, find } = source();
    await find();
    state.answer = both;
    clock.advance(19);
    assert.equal(await find(next.kid), 'no such key');
    clock.advance(1);
    assert.equal(await find(next.kid), 'found');
    assert.equal(state.fetches, 2);
  });

  test('1,000 first sights at once cause one fetch', async () => {
    const { clock, state, find } = source();
    await find();
    state.answer = both;
    clock.advance(30);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => find(next.kid)));
    assert.deepEqual([...new Set(answers)], ['found']);
    assert.equal(state.fetches, 2);
  });

  test('a key removed is refused when the set has grown old', async () => {
    const { clock, state, find } = source();
    await find();
    state.answer = () => Response.json(next.jwks);
    clock.advance(600);
    await find();
    clock.advance(1);
    assert.equal(await find(), 'no such key');
  });

  test('a set is fetched ahead of its age, and nobody waits for it', async () => {
    const { clock, state, find } = source();
    await find();
    clock.advance(479);
    assert.deepEqual([await find(), state.fetches], ['found', 1], 'and not before it is old');
    clock.advance(2);
    let answer: (response: Response) => void = () => {};
    state.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    assert.deepEqual([await find(), await find()], ['found', 'found']);
    assert.equal(state.fetches, 2);
    answer(good());
  });
});

describe('row 57: the fetch itself', () => {
  test('redirects are refused, and a time limit of five seconds goes with the request', async (context: TestContext) => {
    const limits: number[] = [];
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    context.mock.method(AbortSignal, 'timeout', (milliseconds: number) => {
      limits.push(milliseconds);
      return timeout(milliseconds);
    });
    const { state, find } = source();
    await find();
    assert.deepEqual(
      state.requests.map(({ redirect, method, signal }) => [redirect, method, signal instanceof AbortSignal]),
      [['error', 'GET', true]],
    );
    assert.deepEqual(limits, [5000]);
  });

  test('a slow or dripping source ends with its time limit', async (context: TestContext) => {
    const controller = new AbortController();
    context.mock.method(AbortSignal, 'timeout', () => controller.signal);
    const dripping: Answer = ({ signal }) =>
      new Response(
        new ReadableStream({
          start: (stream) => signal?.addEventListener('abort', () => stream.error(signal.reason)),
          pull: (stream) => {
            stream.enqueue(Buffer.from(' '));
            return new Promise((resolve) => setImmediate(resolve));
          },
        }),
      );
    const { state, find } = source();
    state.answer = dripping;
    const pending = find();
    setImmediate(() => controller.abort());
    assert.equal(await pending, 'unavailable');
  });

  test('a body without end is cut off at 1 MB', async () => {
    let sent = 0;
    const { state, find } = source();
    state.answer = () =>
      new Response(
        new ReadableStream({
          pull(stream) {
            sent += 65_536;
            stream.enqueue(Buffer.alloc(65_536, 0x20));
          },
        }),
      );
    assert.equal(await find(), 'unavailable');
    assert.ok(sent < 2_000_000, String(sent));
  });

  test('over real sockets: a redirect to another server is not followed', async (context: TestContext) => {
    let hits = 0;
    const canary = createServer((_, response) => {
      hits += 1;
      response.end(JSON.stringify(issuer.jwks));
    });
    const redirecting = createServer((_, response) => {
      const { port } = canary.address() as AddressInfo;
      response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end();
    });
    context.after(() => {
      for (const server of [canary, redirecting]) {
        server.close();
        server.closeAllConnections();
      }
    });
    const listening = [canary, redirecting].map(
      (server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
    );
    await Promise.all(listening);
    const address = new URL(`http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/`);
    const { find } = source({ url: address, fetch });
    assert.equal(await find(), 'unavailable');
    assert.equal(hits, 0);
  });
});

test('row 54: nobody waits for an issuer that hangs while its key is at hand', async () => {
  const { clock, state, find, keys } = source({ maximumAgeSeconds: 600, coolDownSeconds: 30 });
  assert.equal(await find(), 'found');
  clock.advance(601);
  state.answer = () => Promise.reject(new TypeError('fetch failed'));
  assert.equal(await find(), 'found');
  clock.advance(301);
  state.answer = () => new Promise(() => {});
  const fetches = state.fetches;
  const found = keys.find(issuer.kid);
  assert.ok(!(found instanceof Promise) && found?.kid === issuer.kid);
  await new Promise(setImmediate);
  assert.equal(state.fetches, fetches + 1);
});
