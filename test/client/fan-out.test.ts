import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { Secret } from '../../src/base/secret.ts';
import { acquire } from '../../src/client/acquire.ts';
import { clientContext } from '../../src/client/context.ts';
import { fanOut } from '../../src/client/fan-out.ts';
import { orderOf } from '../../src/client/order.ts';
import {
  AuthError,
  type AuthErrorCode,
  environments,
  type ForTenantsOptions,
  memoryStore,
  newPartnerAccessToken,
  PartnerClient,
  type TenantResult,
  type Tenants,
} from '../../src/index.ts';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';
import { certificateAssertion, testCertificateIn } from '../support/client-assertion.ts';
import { customerSeed } from '../support/customer-seed.ts';
import { until } from '../support/until.ts';
import { virtualTime } from './virtual-time.ts';
import {
  applicationId,
  fakeWire,
  json,
  oauthRefusal,
  quiet,
  type Reply,
  type Sent,
  tokenAnswer,
  unsigned,
} from './wire.ts';

const identity = {
  applicationId,
  credential: { password: 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
} as const;

const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `tenant-${index}.example`);

interface Gathered {
  readonly results: readonly TenantResult[];
  /** What ended the run early. */
  readonly error: AuthError | undefined;
}

async function gathered(results: AsyncIterable<TenantResult>): Promise<Gathered> {
  const all: TenantResult[] = [];
  try {
    for await (const result of results) all.push(result);
  } catch (error) {
    assert.ok(error instanceof AuthError, String(error));
    return { results: all, error };
  }
  return { results: all, error: undefined };
}

/** The tenants in order, each with `ok` or its error's code. */
const outcomes = (results: readonly TenantResult[]): Record<string, string> =>
  Object.fromEntries(
    results
      .map((result) => [result.tenant, result.ok ? 'ok' : result.error.code] as const)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );

const tenantOf = ({ url }: Sent): string => new URL(url).pathname.split('/')[1] ?? '';

/** A client over a scripted wire, in a time that passes by itself. */
function scripted(reply: Reply) {
  const time = virtualTime();
  const wire = fakeWire(reply);
  const warnings: string[] = [];
  const arrivals: { readonly tenant: string; readonly seconds: number }[] = [];
  const fetchIt: typeof fetch = (input, init) => {
    arrivals.push({ tenant: tenantOf({ url: String(input) } as Sent), seconds: time.seconds() });
    return wire.fetch(input, init);
  };
  const options = {
    fetch: fetchIt,
    clock: time.clock,
    sleep: time.sleep,
    onWarning: (text: string) => void warnings.push(text),
  };
  const client = new PartnerClient({ ...identity, ...options });
  const run = (tenants: Tenants, more: ForTenantsOptions = {}) => time.pass(gathered(client.forTenants(tenants, more)));
  return { time, wire, warnings, arrivals, client, run, options };
}

const unavailable = () => new Response('', { status: 503 });
const cut =
  (code: string): Reply =>
  () =>
    Promise.reject(Object.assign(new TypeError('fetch failed'), { code }));

describe('at the sandbox', () => {
  const { seed, tenants, expired, notConsented } = customerSeed(40);
  const consented = 'fabrikam.onmicrosoft.com';
  const notInstalled = 'adventure-works.onmicrosoft.com';
  const mixed = [
    ...tenants.slice(0, 3),
    (tenants[0] ?? '').toUpperCase(),
    ` ${tenants[1]} `,
    notInstalled,
    'nobody.example',
    'no tenant',
    '',
  ];

  for (const mode of ['entra', 'strict'] as const) {
    describe(mode, () => {
      let sandbox: TestSandbox;
      before(async () => {
        sandbox = await startSandbox({ mode, seed: JSON.stringify(seed) });
      });
      after(() => sandbox.close());
      const options = () => ({ environment: sandbox.environment, fetch: sandbox.fetch, clock: sandbox.clock });

      const expected = {
        [tenants[0] ?? '']: 'ok',
        [tenants[1] ?? '']: 'ok',
        [tenants[2] ?? '']: 'ok',
        [notInstalled]: 'application_refused',
        'nobody.example': 'request_refused',
        'no tenant': 'invalid_parameters',
        '': 'invalid_parameters',
      };

      test('as the application, by its secret: each tenant once, its refusal its result', async () => {
        const client = new PartnerClient({ ...identity, ...options() });
        await sandbox.control.clearRequests();
        const { results, error } = await gathered(client.forTenants(mixed));
        assert.equal(error, undefined);
        assert.deepEqual(outcomes(results), outcomes(results.toSorted()));
        assert.deepEqual(
          outcomes(results),
          Object.fromEntries(Object.entries(expected).toSorted(([one], [other]) => one.localeCompare(other))),
        );
        assert.equal(results.length, 7);
        // Of the texts that name no tenant nothing is asked.
        assert.equal((await sandbox.control.requests({ path: '*/token' })).length, 5);
        for (const result of results) {
          if (result.ok) assert.equal(result.result.tenantId, result.tenant);
        }
      });

      test('by an assertion, a new one for each tenant', async () => {
        const certificate = testCertificateIn(sandbox.clientPem);
        const order = orderOf({ ...identity, ...options(), resource: 'graph' });
        const assertion = async (audience: string) =>
          new Secret(
            certificateAssertion({ certificate, clientId: applicationId, audience, now: sandbox.clock.now() }),
          );
        const authentication = { kind: 'assertion', assertion } as const;
        const job = { context: clientContext(options()), order: { ...order, authentication }, obtain: acquire };
        const { results } = await gathered(fanOut(job, tenants.slice(0, 20)));
        assert.equal(results.filter(({ ok }) => ok).length, 20);
      });

      const signedIn = async (more: { readonly fetch?: typeof fetch } = {}) => {
        const user = { username: 'john.doe@contoso.com', password: 'PCTestPassword@123' } as const;
        const { applicationId: id, credential } = identity;
        const scopes = 'https://graph.microsoft.com/.default';
        const result = await newPartnerAccessToken({
          applicationId: id,
          credential,
          ...user,
          scopes,
          tenant: 'contoso.com',
          ...options(),
        });
        assert.ok(result.refreshToken);
        return new PartnerClient({
          applicationId: id,
          credential,
          refreshToken: result.refreshToken,
          ...options(),
          ...more,
        });
      };

      test(`a tenant that is slow ${mode === 'entra' ? 'holds up nobody' : 'is waited for: no refresh token is used beside its successor'}`, async () => {
        const [slow = ''] = tenants;
        const { promise: held, resolve: release } = Promise.withResolvers<void>();
        let others = 0;
        const client = await signedIn({
          fetch: async (input, init) => {
            const isSlow = String(input).includes(`/${slow}/`);
            if (isSlow) await held;
            const response = await sandbox.fetch(input, init);
            if (!isSlow) others += 1;
            return response;
          },
        });
        const run = gathered(client.forTenants(tenants.slice(0, 9), { concurrency: 2 }));
        if (mode === 'entra') await until('the others', () => others === 8);
        else await delay(500);
        const meanwhile = others;
        release();
        const { results } = await run;
        assert.equal(results.filter(({ ok }) => ok).length, 9);
        if (mode === 'strict') assert.ok(meanwhile < 2, `${meanwhile} others were asked beside it`);
      });

      test('as a user: one sign-in for all, also between tenants that refuse it', async () => {
        const client = await signedIn();
        const refusing = [expired, notConsented, notInstalled, 'nobody.example'];
        const all = tenants.flatMap((tenant, index) =>
          index % 9 === 5 ? [refusing[index % 4] ?? '', tenant] : [tenant],
        );
        const { results, error } = await gathered(client.forTenants([...all, ...refusing]));
        assert.equal(error, undefined);
        assert.equal(results.filter(({ ok }) => ok).length, tenants.length);
        assert.deepEqual(outcomes(results.filter(({ ok }) => !ok)), {
          [expired]: 'sign_in_needed',
          [notConsented]: 'consent_needed',
          [notInstalled]: 'application_refused',
          'nobody.example': 'request_refused',
        });
        // The sign-in is as good as before, by the newest of its refresh tokens.
        const { results: again } = await gathered(client.forTenants([consented], { scopes: 'User.Read' }));
        assert.deepEqual(outcomes(again), { [consented]: 'ok' });
        const families = await sandbox.control.refreshTokens({ user: 'john.doe@contoso.com' });
        assert.equal(families.filter(({ revokedAt }) => revokedAt).length, 0);
      });

      test('a sign-in that was revoked ends the run, once', async () => {
        const client = await signedIn();
        await gathered(client.forTenants(tenants.slice(0, 1)));
        await sandbox.control.revokeRefreshTokens({ user: 'john.doe@contoso.com' });
        await sandbox.control.clearRequests();
        const { results, error } = await gathered(client.forTenants(tenants, { concurrency: 4 }));
        assert.deepEqual([results.length, error?.code, error?.aadsts], [0, 'sign_in_needed', [50173]]);
        assert.ok((await sandbox.control.requests({ path: '*/token' })).length <= 4);
      });
    });
  }
});

describe('what concerns every tenant is thrown once', () => {
  const cases: readonly [string, Reply, AuthErrorCode][] = [
    ['a wrong secret', () => oauthRefusal('invalid_client', 7000215, 401), 'credentials_refused'],
    ['an expired secret', () => oauthRefusal('invalid_client', 7000222, 401), 'credentials_refused'],
    ['a grant the application may not use', () => oauthRefusal('unauthorized_client', 70001), 'application_refused'],
    ['a scope that is none', () => oauthRefusal('invalid_scope', 70011), 'request_refused'],
    ['a wrong password', () => oauthRefusal('invalid_grant', 50126), 'credentials_refused'],
    ['invalid_grant without a number', () => json({ error: 'invalid_grant' }, { status: 400 }), 'credentials_refused'],
    ['nobody there', cut('ECONNREFUSED'), 'network'],
    ['no such name', cut('ENOTFOUND'), 'network'],
    ['a certificate that is not trusted', cut('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls'],
    [
      'a redirect',
      () => new Response('', { status: 307, headers: { location: 'https://x.test/' } }),
      'redirect_refused',
    ],
  ];
  for (const [name, reply, code] of cases) {
    test(`${name}: ${code}`, async () => {
      const { run, wire } = scripted(reply);
      const { results, error } = await run(named(1000), { concurrency: 4 });
      assert.deepEqual([results.length, error?.code], [0, code]);
      assert.ok(wire.sent.length <= 4, String(wire.sent.length));
    });
  }

  test('what was under way then is handed out first', async () => {
    const { run } = scripted(async (sent) => {
      if (tenantOf(sent) === 'tenant-1.example') return oauthRefusal('invalid_client', 7000222, 401);
      for (let turns = 0; turns < 5; turns++) await turn();
      return tokenAnswer();
    });
    const { results, error } = await run(named(100), { concurrency: 3 });
    assert.equal(error?.code, 'credentials_refused');
    assert.ok(results.length >= 1 && results.every(({ ok }) => ok));
  });
});

describe('what concerns one tenant is its result', () => {
  const cases: readonly [string, Reply, AuthErrorCode][] = [
    [
      'not consented to',
      () => oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' }),
      'consent_needed',
    ],
    ['application not in the tenant', () => oauthRefusal('unauthorized_client', 700016), 'application_refused'],
    ['application disabled there', () => oauthRefusal('unauthorized_client', 7000112), 'application_refused'],
    ['unknown tenant', () => oauthRefusal('invalid_request', 90002), 'request_refused'],
    ['resource not known there', () => oauthRefusal('invalid_resource', 500011), 'request_refused'],
    ['its conditional access', () => oauthRefusal('invalid_grant', 53003), 'credentials_refused'],
    ['a number nobody here knows', () => oauthRefusal('invalid_grant', 987_654_321), 'credentials_refused'],
    ['a service it has not subscribed to', () => oauthRefusal('invalid_client', 650_052, 401), 'credentials_refused'],
    ['a loop it has seen', () => oauthRefusal('invalid_grant', 50196), 'throttled'],
    ['its own servers down', unavailable, 'service_unavailable'],
    ['an answer that is none', () => new Response('<html>'), 'answer_unreadable'],
  ];
  for (const [name, reply, code] of cases) {
    test(`${name}: ${code}`, async () => {
      const { run, time } = scripted((sent, index) =>
        tenantOf(sent) === 'tenant-3.example' ? reply(sent, index) : tokenAnswer(),
      );
      const { results, error } = await run(named(40), { concurrency: 4 });
      assert.equal(error, undefined);
      const failed = results.filter(({ ok }) => !ok);
      assert.deepEqual([results.length, outcomes(failed)], [40, { 'tenant-3.example': code }]);
      assert.ok(time.seconds() < 10, `${time.seconds()} s`);
    });
  }
});

describe('row 30: a throttled answer makes all wait', () => {
  const throttled = (headers: Record<string, string>) => new Response('', { status: 429, headers });

  test('nobody asks before Retry-After has passed, and no tenant is lost', async () => {
    let isThrottled = false;
    const { run, arrivals, warnings } = scripted((sent) => {
      if (isThrottled || tenantOf(sent) !== 'tenant-10.example') return tokenAnswer();
      isThrottled = true;
      return throttled({ 'retry-after': '60' });
    });
    const { results } = await run(named(50), { concurrency: 4 });
    assert.equal(results.filter(({ ok }) => ok).length, 50);
    const late = arrivals.filter(({ seconds }) => seconds > 0);
    assert.equal(arrivals.length, 51);
    assert.ok(arrivals.length - late.length <= 14, `${arrivals.length - late.length} at once`);
    assert.ok(late.every(({ seconds }) => seconds >= 60));
    assert.equal(warnings.length, 1);
  });

  test('longer than one call may take, too', async () => {
    const { run, time } = scripted((_, index) => (index === 0 ? throttled({ 'retry-after': '600' }) : tokenAnswer()));
    assert.equal((await run(named(5))).results.filter(({ ok }) => ok).length, 5);
    assert.ok(time.seconds() >= 600 && time.seconds() < 601);
  });

  test('a pause of hours ends the run, with the time in the error', async () => {
    const { run, time } = scripted((_, index) =>
      index < 3 ? tokenAnswer() : throttled({ 'retry-after': '999999999' }),
    );
    const { results, error } = await run(named(100), { concurrency: 1 });
    assert.deepEqual([results.length, error?.code, error?.retryAfterSeconds], [3, 'throttled', 999_999_999]);
    assert.equal(time.seconds(), 0);
  });

  test('without a time the pauses grow, and after ten without an answer the run ends', async () => {
    const { run, arrivals } = scripted(() => throttled({}));
    const { results, error } = await run(named(100), { concurrency: 1 });
    assert.deepEqual([results.length, error?.code, arrivals.length], [0, 'throttled', 11]);
    assert.ok(arrivals.every(({ tenant }) => tenant === 'tenant-0.example'));
    for (const [index, { seconds }] of arrivals.slice(1).entries()) {
      assert.ok(seconds - (arrivals[index]?.seconds ?? 0) >= 1);
    }
  });

  test('a pause that would outlast the deadline ends the run at once, with the time in the error', async () => {
    const { run, time } = scripted((_, index) => (index < 3 ? tokenAnswer() : throttled({ 'retry-after': '60' })));
    const { results, error } = await run(named(100), { concurrency: 1, deadlineSeconds: 30 });
    assert.deepEqual([results.length, error?.code, error?.retryAfterSeconds], [3, 'throttled', 60]);
    assert.equal(time.seconds(), 0);
  });

  test('what another process was told holds here, by the store', async () => {
    const store = memoryStore();
    const other = scripted(() => throttled({ 'retry-after': '3600' }));
    await other.time.pass(other.client.acquireToken({ tenant: 'tenant-0.example', store }).catch(() => {}));
    const { run, arrivals } = scripted(() => tokenAnswer());
    await run(named(1), { store });
    assert.deepEqual([arrivals.length, (arrivals[0]?.seconds ?? 0) >= 3600], [1, true]);
  });
});

describe('row 31: while nobody is answered', () => {
  test('an outage of 30 s in the middle of a run costs no tenant, and few requests', async () => {
    const { run, time, arrivals, warnings } = scripted((_, index) =>
      index >= 20 && time.seconds() < 30 ? unavailable() : tokenAnswer(),
    );
    const { results, error } = await run(named(200));
    assert.deepEqual([error, results.filter(({ ok }) => ok).length], [undefined, 200]);
    assert.ok(arrivals.length <= 200 + 8 * 4, String(arrivals.length));
    assert.equal(warnings.length, 1);
  });

  test('one that goes on ends the run: the tenants without an answer are few, and in its results', async () => {
    const { run, arrivals } = scripted((_, index) => (index < 20 ? tokenAnswer() : unavailable()));
    const { results, error } = await run(named(10_000));
    assert.equal(error?.code, 'service_unavailable');
    const failed = results.filter(({ ok }) => !ok);
    assert.deepEqual([results.length - failed.length, failed.length <= 8], [20, true]);
    assert.ok(arrivals.length <= 20 + 8 * 12, String(arrivals.length));
  });

  test('from the beginning: known within seconds', async () => {
    const { run, time } = scripted(unavailable);
    const { error } = await run(named(10_000));
    assert.equal(error?.code, 'service_unavailable');
    assert.ok(time.seconds() < 12, `${time.seconds()} s`);
  });
});

/** Takes the newest refresh token, the one before it for the same successor, and any other for theft. Requests overtake each other. */
function rotatingAuthority() {
  let newest = 0;
  let isRevoked = false;
  const turnsUnderWay = [1, 9, 2, 14, 3, 1, 6];
  const reply: Reply = async (sent, index) => {
    for (let turns = 0; turns < (turnsUnderWay[index % 7] ?? 0); turns++) await turn();
    const used = Number(sent.form.get('refresh_token'));
    if (used < newest - 1) isRevoked = true;
    if (isRevoked) return oauthRefusal('invalid_grant', 50173);
    if (index % 5 === 3) return oauthRefusal('invalid_grant', index % 2 === 0 ? 50020 : 50076);
    newest = used + 1;
    for (let turns = 0; turns < (turnsUnderWay[(index + 3) % 7] ?? 0); turns++) await turn();
    return tokenAnswer({ refresh_token: String(used + 1) });
  };
  return { reply, isRevoked: () => isRevoked };
}

test('a refresh token is never used beside its successor, however requests overtake each other', async () => {
  const { reply, isRevoked } = rotatingAuthority();
  const { options } = quiet(fakeWire(reply).fetch);
  const environment = { ...environments.AzureCloud, authority: 'https://login.example' };
  const user = new PartnerClient({ applicationId, refreshToken: '0', environment, ...options });
  const { results, error } = await gathered(user.forTenants(named(200)));
  assert.deepEqual([isRevoked(), error, results.length], [false, undefined, 200]);
  assert.ok(results.filter(({ ok }) => ok).length >= 150);
});

describe('the run as a whole', () => {
  test('the deadline ends it: what is there is handed out, the rest is not asked', async () => {
    const { run, time } = scripted(() => {
      time.clock.advance(1);
      return tokenAnswer();
    });
    const { results, error } = await run(named(100), { concurrency: 2, deadlineSeconds: 10 });
    assert.equal(error?.code, 'timed_out');
    assert.ok(results.length >= 9 && results.length <= 11, String(results.length));
  });

  test('a deadline of the client’s own is for each tenant, not for all', async () => {
    const { time, options } = scripted(() => tokenAnswer());
    const wire = fakeWire(() => {
      time.clock.advance(20);
      return tokenAnswer();
    });
    const client = new PartnerClient({ ...identity, ...options, fetch: wire.fetch, deadlineSeconds: 30 });
    const { results, error } = await time.pass(gathered(client.forTenants(named(10))));
    assert.deepEqual([results.length, error], [10, undefined]);
  });

  test('the caller’s signal ends it', async () => {
    const ended = new AbortController();
    const { client, wire } = scripted((_, index) => {
      if (index === 5) ended.abort();
      return tokenAnswer();
    });
    const { results, error } = await gathered(client.forTenants(named(100), { signal: ended.signal, concurrency: 1 }));
    assert.deepEqual([error?.code, results.length <= 6], ['aborted', true]);
    assert.ok(wire.sent.length <= 7);
  });

  test('a caller who leaves ends it: the source is closed, nobody else is asked', async () => {
    const { client, wire } = scripted(() => tokenAnswer());
    let isClosed = false;
    const source = (function* () {
      try {
        yield* named(1000);
      } finally {
        isClosed = true;
      }
    })();
    for await (const _ of client.forTenants(source, { concurrency: 4 })) break;
    for (let turns = 0; turns < 20; turns++) await turn();
    assert.equal(isClosed, true);
    assert.ok(wire.sent.length <= 9, String(wire.sent.length));
  });

  for (const concurrency of [1, 5, 64]) {
    test(`${concurrency} at a time, and no more`, async () => {
      let underWay = 0;
      let most = 0;
      const { run } = scripted(async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        for (let turns = 0; turns < 3; turns++) await turn();
        underWay -= 1;
        return tokenAnswer();
      });
      assert.equal((await run(named(200), { concurrency })).results.length, 200);
      assert.equal(most, concurrency);
    });
  }

  test('tenants are read no faster than results are taken', async () => {
    let read = 0;
    const source = async function* () {
      for (const tenant of named(1000)) {
        read += 1;
        yield tenant;
      }
    };
    const { client } = scripted(() => tokenAnswer());
    let taken = 0;
    for await (const _ of client.forTenants(source(), { concurrency: 4 })) {
      taken += 1;
      for (let turns = 0; turns < 30; turns++) await turn();
      assert.ok(read <= taken + 2 * 4, `${read} read, ${taken} taken`);
      if (taken === 25) break;
    }
  });

  test('tokens are kept in a store that was given, and nowhere else', async () => {
    const { run, wire, client } = scripted(() => tokenAnswer());
    await run(named(3));
    await client.acquireToken({ tenant: 'tenant-0.example', resource: 'graph' });
    assert.equal(wire.sent.length, 4);
    const store = memoryStore();
    await run(named(3), { store });
    const { results } = await run(named(3), { store });
    assert.equal(wire.sent.length, 7);
    assert.ok(results.every((result) => result.ok && result.result.fromCache));
  });

  test('a user’s newest refresh token is all that is remembered', async () => {
    const wire = fakeWire((sent, index) =>
      tenantOf(sent) === 'tenant-2.example'
        ? oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' })
        : tokenAnswer({ access_token: unsigned({ jti: index }), refresh_token: `refresh-${index + 1}` }),
    );
    const { options } = quiet(wire.fetch);
    const user = new PartnerClient({ applicationId, refreshToken: 'refresh-0', ...options });
    const { results } = await gathered(user.forTenants(named(5), { concurrency: 1 }));
    assert.equal(results.filter(({ ok }) => ok).length, 4);
    assert.deepEqual(
      wire.sent.map(({ form }) => form.get('refresh_token')),
      ['refresh-0', 'refresh-1', 'refresh-2', 'refresh-2', 'refresh-4'],
    );
  });

  const unfit: readonly [string, ForTenantsOptions][] = [
    ['no workers', { concurrency: 0 }],
    ['too many workers', { concurrency: 65 }],
    ['half a worker', { concurrency: 1.5 }],
    ['no time', { deadlineSeconds: 0 }],
    ['a time that is none', { deadlineSeconds: Number.NaN }],
    ['a resource the cloud has not', { environment: 'AzureChinaCloud', resource: 'partner' }],
  ];
  for (const [name, options] of unfit) {
    test(`not begun: ${name}`, async () => {
      const { run, wire } = scripted(() => tokenAnswer());
      const { error } = await run(named(3), options);
      assert.ok(['invalid_parameters', 'resource_not_offered'].includes(error?.code ?? ''), error?.code);
      assert.equal(wire.sent.length, 0);
    });
  }

  test('not begun: a given access token, which is one tenant’s', async () => {
    const client = new PartnerClient({ applicationId, accessToken: 'a.b.c' });
    assert.equal((await gathered(client.forTenants(['contoso.com']))).error?.code, 'invalid_parameters');
  });
});
