import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TokenStore } from '../../src/client/stores/store.ts';
import { AuthError, type AuthErrorCode, memoryStore, newPartnerAccessToken } from '../../src/index.ts';
import { applicationId, fakeWire, oauthRefusal, quiet, type Reply, tokenAnswer, unsigned } from './wire.ts';

/** A refresh token that was given stands for every sign-in: what is kept of it, renewed and remembered is the same. */
const given = { applicationId, refreshToken: 'refresh-0', resource: 'partner-center' } as const;

function client(reply: Reply, store: TokenStore = memoryStore()) {
  const wire = fakeWire(reply);
  const { options, clock, warnings } = quiet(wire.fetch);
  const ask = (more: object = {}) => newPartnerAccessToken({ ...given, ...options, store, ...more });
  return { wire, clock, warnings, ask, store, options };
}

/** Each answer with the next refresh token. */
const rotating: Reply = (_, index) =>
  tokenAnswer({ access_token: unsigned({ jti: index, exp: 2_000_000_000 }), refresh_token: `refresh-${index + 1}` });

const fails = async (code: AuthErrorCode, call: Promise<unknown>): Promise<AuthError> => {
  const error: unknown = await call.then(
    () => assert.fail('it succeeded'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code);
  return error;
};

const sent = ({ wire }: ReturnType<typeof client>) => wire.sent.map(({ form }) => form.get('refresh_token'));

describe('a sign-in that is kept', () => {
  test('is renewed with the newest refresh token, and the result carries it from the store too', async () => {
    const used = client(rotating);
    assert.equal((await used.ask()).refreshToken, 'refresh-1');
    const kept = await used.ask();
    assert.deepEqual([kept.fromCache, kept.refreshToken], [true, 'refresh-1']);
    used.clock.advance(3600);
    assert.equal((await used.ask()).refreshToken, 'refresh-2');
    assert.deepEqual(sent(used), ['refresh-0', 'refresh-1']);
  });

  test('serves another resource and another tenant, whose renewal every token shows', async () => {
    const used = client(rotating);
    await used.ask();
    await used.ask({ resource: 'graph', tenant: 'fabrikam.com' });
    assert.equal((await used.ask()).refreshToken, 'refresh-2');
    assert.deepEqual(sent(used), ['refresh-0', 'refresh-1']);
  });

  test('keeps the refresh token it has where the answer brings none', async () => {
    const used = client((_, index) => (index === 0 ? tokenAnswer({ refresh_token: 'refresh-1' }) : tokenAnswer()));
    await used.ask();
    used.clock.advance(3600);
    const renewed = await used.ask();
    assert.equal(renewed.refreshToken, null);
    used.clock.advance(3600);
    await used.ask();
    assert.deepEqual(sent(used), ['refresh-0', 'refresh-1', 'refresh-1']);
  });
});

test('row 10: many callers with one store renew once', async () => {
  const used = client(rotating);
  await used.ask();
  used.clock.advance(3600);
  const results = await Promise.all(Array.from({ length: 50 }, () => used.ask()));
  assert.deepEqual(sent(used), ['refresh-0', 'refresh-1']);
  assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
});

test('row 11: the loser of a race takes the winner’s refresh token', async () => {
  const unlocked: TokenStore = { ...memoryStore(), tryLock: async () => async () => {} };
  const other = client(() => tokenAnswer({ refresh_token: 'refresh-of-the-other' }), unlocked);
  const used = client(async ({ form }, index) => {
    if (form.get('refresh_token') !== 'refresh-1' || index === 0) return rotating({} as never, index);
    // Another process renews while this request is on its way, and the authority takes each token once.
    other.clock.advance(3600);
    await other.ask({ refreshToken: 'refresh-0', forceRefresh: true });
    return oauthRefusal('invalid_grant', 70000);
  }, unlocked);
  await used.ask();
  used.clock.advance(3600);
  const result = await used.ask();
  assert.equal(result.refreshToken, 'refresh-3');
  assert.deepEqual(sent(used), ['refresh-0', 'refresh-1', 'refresh-of-the-other']);
});

test('row 13: what a holder that was stopped writes late does not replace a newer sign-in', async () => {
  const store = memoryStore();
  const used = client(async (_, index) => {
    if (index === 1) {
      const [key = ''] = await store.keys('["sign-in"');
      const newer = await store.get(key);
      await store.put(key, { ...newer?.value, refreshToken: 'newer' });
    }
    return rotating({} as never, index);
  }, store);
  await used.ask();
  used.clock.advance(3600);
  await used.ask();
  assert.equal((await used.ask()).refreshToken, 'newer');
});

test('row 36: what was signed out while it was renewed is not stored again', async () => {
  const store = memoryStore();
  const used = client(async (_, index) => {
    if (index === 1) await Promise.all((await store.keys('')).map((key) => store.delete(key)));
    return rotating({} as never, index);
  }, store);
  await used.ask();
  used.clock.advance(3600);
  assert.equal((await used.ask()).refreshToken, 'refresh-2');
  assert.deepEqual(await store.keys(''), []);
});

describe('row 30: throttled', () => {
  const throttledOnce: Reply = (_, index) =>
    index === 0
      ? new Response('{"error":"temporarily_unavailable"}', { status: 429, headers: { 'retry-after': '600' } })
      : tokenAnswer();

  test('nobody asks before its end; the others are told how long that is', async () => {
    const used = client(throttledOnce);
    assert.equal((await fails('throttled', used.ask())).retryAfterSeconds, 600);
    used.clock.advance(400);
    assert.equal((await fails('throttled', used.ask({ resource: 'graph' }))).retryAfterSeconds, 200);
    assert.equal((await fails('throttled', used.ask({ forceRefresh: true }))).retryAfterSeconds, 200);
    assert.equal(used.wire.sent.length, 1);
    used.clock.advance(200);
    await used.ask();
    assert.equal(used.wire.sent.length, 2);
  });

  test('an hour is the longest that anybody believes', async () => {
    const forEver = new Response('', { status: 429, headers: { 'retry-after': '999999999' } });
    const used = client((_, index) => (index === 0 ? forEver : tokenAnswer()));
    await fails('throttled', used.ask());
    used.clock.advance(3599);
    assert.equal((await fails('throttled', used.ask())).retryAfterSeconds, 1);
    used.clock.advance(1);
    await used.ask();
  });
});

describe('row 32: refused until somebody signs in', () => {
  test('1,000 silent calls ask at most twice in two minutes', async () => {
    const used = client(() => oauthRefusal('invalid_grant', 50173));
    const store = used.store;
    const first = client(rotating, store);
    await first.ask();
    used.clock.advance(3600);
    for (let call = 0; call < 1000; call++) {
      await fails('sign_in_needed', used.ask());
      used.clock.advance(0.12);
    }
    assert.equal(used.wire.sent.length, 1);
  });
});

describe('row 34: the authority does not answer', () => {
  const down: Reply = (_, index) => (index === 0 ? tokenAnswer() : new Response('', { status: 503 }));

  test('a token that has not ended is served, with a word about it', async () => {
    const used = client(down);
    await used.ask();
    used.clock.advance(3400);
    assert.equal((await used.ask()).fromCache, true);
    assert.equal(used.warnings.length, 1);
    used.clock.advance(200);
    assert.equal((await fails('service_unavailable', used.ask())).retryable, true);
  });
});
