import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settableClock, stopwatch } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';
import { Secret } from '../../src/base/secret.ts';
import { acquire } from '../../src/client/acquire.ts';
import { clientContext } from '../../src/client/context.ts';
import { orderOf } from '../../src/client/order.ts';
import { withRetries } from '../../src/client/retry.ts';
import { AuthError, generateAccessToken, memoryStore, newPartnerAccessToken } from '../../src/index.ts';
import { virtualTime } from './virtual-time.ts';
import {
  applicationId,
  appToken,
  fakeWire,
  json,
  oauthRefusal,
  partnerRefusal,
  quiet,
  type Reply,
  start,
  tokenAnswer,
} from './wire.ts';

const asApplication = {
  applicationId,
  credential: { password: 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
  resource: 'partner-center',
} as const;

const exchanged = () => json({ access_token: 'opaque-token', token_type: 'Bearer', expires_in: 3600 });
const timeOut: Reply = () => Promise.reject(new DOMException('late', 'TimeoutError'));
const cut =
  (code: string): Reply =>
  () =>
    Promise.reject(Object.assign(new TypeError('fetch failed'), { code }));

const failure = async (work: Promise<unknown>): Promise<AuthError> => {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AuthError, String(error));
  return error;
};

/** One reply after the other; the last stays. */
const inOrder =
  (...replies: readonly Reply[]): Reply =>
  (sent, index) =>
    (replies[Math.min(index, replies.length - 1)] ?? exchanged)(sent, index);

/** Fractions that are as random as they have to be, and the same in every run. */
function seededRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    // Numerical Recipes' linear congruence.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return { bytes: (size) => Uint8Array.from({ length: size }, next), guid: () => crypto.randomUUID() };
}

describe('row 30: throttled', () => {
  const tooMany = (headers: Record<string, string> = {}) => partnerRefusal(429, '800002', headers);
  const inSeconds = (seconds: number) => new Date(start.getTime() + seconds * 1000).toUTCString();
  const anHourAhead = { date: inSeconds(3600), 'retry-after': inSeconds(3607) };
  const cases: readonly [string, Record<string, string>, least: number, most: number][] = [
    ['seconds', { 'retry-after': '7' }, 7, 7.5],
    ['a date', { 'retry-after': inSeconds(7) }, 7, 7.5],
    ['a date, on a server whose clock is an hour ahead', anHourAhead, 7, 7.5],
    ['a date that has passed', { 'retry-after': inSeconds(-7) }, 0, 0.5],
    ['no time: one second at least', {}, 1, 1.5],
    ['a time that is none', { 'retry-after': 'soon' }, 1, 1.5],
  ];
  for (const [name, headers, least, most] of cases) {
    test(`Retry-After says ${name}`, async () => {
      for (const fraction of [0, 255]) {
        const wire = fakeWire(inOrder(() => tooMany(headers), exchanged));
        const { options, waits } = quiet(wire.fetch);
        const random = { ...options.random, bytes: (size: number) => new Uint8Array(size).fill(fraction) };
        await generateAccessToken({ bearer: appToken, ...options, random });
        assert.deepEqual(waits, [fraction === 0 ? least : most]);
      }
    });
  }

  const loops: readonly [string, Response][] = [
    ['to an application', oauthRefusal('temporarily_unavailable', 50196)],
    ['inside invalid_grant, as users get it', oauthRefusal('invalid_grant', 50196)],
    ['with 429', oauthRefusal('invalid_grant', 50196, 429)],
  ];
  for (const [name, refusal] of loops) {
    test(`AADSTS50196 ${name}: no retry at all, and none for a minute`, async () => {
      const wire = fakeWire(() => refusal.clone());
      const { options, clock } = quiet(wire.fetch);
      const sets = [asApplication, { applicationId, refreshToken: 'refresh', resource: 'partner-center' } as const];
      for (const [index, parameters] of sets.entries()) {
        const store = memoryStore();
        const ask = () => failure(newPartnerAccessToken({ ...parameters, ...options, store }));
        assert.deepEqual([(await ask()).code, (await ask()).code], ['throttled', 'throttled']);
        clock.advance(59);
        assert.equal((await ask()).retryAfterSeconds, 1);
        assert.equal(wire.sent.length, 2 * index + 1);
        clock.advance(1);
        await ask();
        assert.equal(wire.sent.length, 2 * index + 2);
      }
    });
  }
});

test('where nothing listens and where no such name exists, once', async () => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND']) {
    const wire = fakeWire(cut(code));
    assert.equal(
      (await failure(newPartnerAccessToken({ ...asApplication, ...quiet(wire.fetch).options }))).code,
      'network',
    );
    assert.equal(wire.sent.length, 1);
  }
});

describe('row 31: time-outs, resets and 5xx', () => {
  const outageSeconds = 30;

  for (const seed of [1, 2, 3, 4, 5]) {
    test(`100 clients that begin at one instant of an outage come back apart, seed ${seed}`, async () => {
      const time = virtualTime();
      const random = seededRandom(seed);
      const arrivals = new Map<string, number[]>();
      const fetchIt: typeof fetch = async (_, init) => {
        const id = new Headers(init?.headers).get('ms-requestid') ?? '';
        arrivals.set(id, [...(arrivals.get(id) ?? []), time.seconds()]);
        return time.seconds() < outageSeconds ? new Response('', { status: 503 }) : exchanged();
      };
      const options = { bearer: appToken, fetch: fetchIt, clock: time.clock, sleep: time.sleep, random };
      const ended = await time.pass(
        Promise.allSettled(Array.from({ length: 100 }, () => generateAccessToken(options))),
      );
      assert.equal(ended.length, 100);
      // One id for each logical call, and at most four tries with it.
      assert.equal(arrivals.size, 100);
      for (const times of arrivals.values()) assert.equal(times.length, 4);
      // The instant at which they begin is theirs; what follows is the policy's.
      const bins = new Map<number, number>();
      for (const seconds of [...arrivals.values()].flatMap(([, ...again]) => again)) {
        bins.set(Math.floor(seconds * 10), (bins.get(Math.floor(seconds * 10)) ?? 0) + 1);
      }
      const all = 4 * arrivals.size;
      assert.ok(Math.max(...bins.values()) <= all / 10, `${Math.max(...bins.values())} of ${all}`);
    });
  }

  test('an outage that ends in time is not seen by the caller', async () => {
    const time = virtualTime();
    const wire = fakeWire(() => (time.seconds() < 0.3 ? new Response('', { status: 502 }) : tokenAnswer()));
    const random = seededRandom(7);
    const options = { fetch: wire.fetch, clock: time.clock, sleep: time.sleep, random };
    const { accessToken } = await time.pass(newPartnerAccessToken({ ...asApplication, ...options }));
    assert.equal(accessToken, appToken);
  });

  const five: Reply = () => partnerRefusal(500, '800003');
  const tooMany: Reply = () => partnerRefusal(429, '800002');
  const sequences: readonly [string, readonly Reply[], ids: string][] = [
    ['a time-out', [timeOut, exchanged], 'aa'],
    ['a reset', [cut('ECONNRESET'), exchanged], 'aa'],
    ['500', [five, exchanged], 'aa'],
    ['503', [() => new Response('', { status: 503 }), exchanged], 'aa'],
    ['408', [() => new Response('', { status: 408 }), exchanged], 'aa'],
    ['429, which is an answer', [tooMany, exchanged], 'ab'],
    ['429, then 500, then a time-out', [tooMany, five, timeOut, exchanged], 'abbb'],
    ['500, then 429', [five, tooMany, exchanged], 'aab'],
  ];
  for (const [name, replies, expected] of sequences) {
    test(`ms-requestid after ${name}: ${expected}`, async () => {
      const wire = fakeWire(inOrder(...replies));
      await generateAccessToken({ bearer: appToken, ...quiet(wire.fetch).options });
      const ids = wire.sent.map(({ headers }) => headers.get('ms-requestid'));
      const letters = new Map([...new Set(ids)].map((id, index) => [id, 'abcd'[index]]));
      assert.equal(ids.map((id) => letters.get(id)).join(''), expected);
      assert.equal(new Set(wire.sent.map(({ headers }) => headers.get('ms-correlationid'))).size, 1);
    });
  }

  test('a request id that was given is never replaced', async () => {
    const wire = fakeWire(inOrder(tooMany, five, exchanged));
    await generateAccessToken({ bearer: appToken, requestId: 'mine', ...quiet(wire.fetch).options });
    assert.deepEqual(
      wire.sent.map(({ headers }) => headers.get('ms-requestid')),
      ['mine', 'mine', 'mine'],
    );
  });
});

describe('one deadline for the call', () => {
  const throttled = new AuthError('throttled', 'Wait.', { retryAfterSeconds: 6 });

  test('a wait that does not fit is left to the caller', async () => {
    const { options, waits } = quiet(fetch);
    let tried = 0;
    const error = await failure(
      withRetries(clientContext({ ...options, deadlineSeconds: 10 }), async () => {
        tried += 1;
        throw throttled;
      }),
    );
    assert.deepEqual([error.retryAfterSeconds, tried, waits.length], [6, 2, 1]);
  });

  test('a try gets no more time than is left', async () => {
    const { options, clock } = quiet(fetch);
    const timeouts: number[] = [];
    const context = clientContext({ ...options, deadlineSeconds: 50, timeoutSeconds: 30 });
    await failure(
      withRetries({ ...context, random: { ...context.random, bytes: () => new Uint8Array(2) } }, async (within) => {
        timeouts.push(within.timeoutSeconds);
        clock.advance(within.timeoutSeconds - 1);
        throw new AuthError('timed_out', 'Late.');
      }),
    );
    assert.deepEqual(timeouts, [30, 21, 1, 1]);
  });

  test('attempts: as many as asked for', async () => {
    for (const attempts of [1, 2, 6]) {
      const wire = fakeWire(timeOut);
      await failure(newPartnerAccessToken({ ...asApplication, ...quiet(wire.fetch).options, attempts }));
      assert.equal(wire.sent.length, attempts);
    }
  });

  test('row 33: a clock that jumps during the call neither shortens nor lengthens it', async () => {
    for (const hours of [-24, -1, 1, 24]) {
      let uptime = 0;
      const wall = settableClock(start);
      const clock = { now: () => wall.now(), uptime: () => uptime };
      const wire = fakeWire(() => new Response('', { status: 503, headers: { 'retry-after': '40' } }));
      const sleep = async (seconds: number) => {
        uptime += seconds;
        wall.advance(hours * 3600);
      };
      await failure(newPartnerAccessToken({ ...asApplication, fetch: wire.fetch, clock, sleep }));
      assert.equal(wire.sent.length, 3, `${hours} h`);
    }
  });

  test('row 33: a stopwatch over a clock without a steady one stands still while it is set back', () => {
    const clock = settableClock(start);
    const elapsed = stopwatch(clock);
    clock.advance(5);
    assert.equal(elapsed(), 5);
    clock.advance(-3600);
    assert.equal(elapsed(), 5);
    clock.advance(2);
    assert.equal(elapsed(), 7);
  });
});

test('a client assertion is made anew for each try', async () => {
  const wire = fakeWire(
    inOrder(
      () => new Response('', { status: 503 }),
      timeOut,
      () => tokenAnswer(),
    ),
  );
  const { options } = quiet(wire.fetch);
  const order = orderOf({ ...asApplication, ...options });
  let made = 0;
  const assertion = async () => new Secret(`assertion-${++made}`);
  await acquire(clientContext(options), { ...order, authentication: { kind: 'assertion', assertion } });
  assert.deepEqual(
    wire.sent.map(({ form }) => form.get('client_assertion')),
    ['assertion-1', 'assertion-2', 'assertion-3'],
  );
});
