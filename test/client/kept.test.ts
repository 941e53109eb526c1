import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TokenCredential } from '@azure/identity';
import fc from 'fast-check';
import { addSeconds, settableClock } from '../../src/base/clock.ts';
import { planToken } from '../../src/client/plan.ts';
import { AuthError, environments, memoryStore, newPartnerAccessToken, PartnerClient } from '../../src/index.ts';
import { applicationId, fakeWire, oauthRefusal, partnerCenter, quiet, start, tokenAnswer } from './wire.ts';

const identity = {
  applicationId,
  credential: { userName: applicationId, password: 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
} as const;

const client = (expiresIn = 3600, more: object = {}) => {
  const wire = fakeWire(() => tokenAnswer({ expires_in: expiresIn }));
  const { options, clock } = quiet(wire.fetch);
  return { wire, clock, client: new PartnerClient({ ...identity, ...options, ...more }) };
};

describe('a kept token', () => {
  test('is served until five minutes before its end', async () => {
    const { wire, clock, client: partner } = client();
    assert.equal((await partner.acquireToken()).fromCache, false);
    clock.advance(3299);
    assert.equal((await partner.acquireToken()).fromCache, true);
    clock.advance(1);
    assert.equal((await partner.acquireToken()).fromCache, false);
    assert.equal(wire.sent.length, 2);
    assert.equal(wire.sent[0]?.form.get('scope'), `${partnerCenter}/.default`);
  });

  test('is asked for once however many callers wait', async () => {
    const { wire, client: partner } = client();
    const results = await Promise.all(Array.from({ length: 100 }, () => partner.acquireToken()));
    assert.equal(wire.sent.length, 1);
    assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
  });

  test('one caller’s signal does not end the others’ waiting', async () => {
    const leave = new AbortController();
    const wire = fakeWire(async () => {
      leave.abort();
      return tokenAnswer();
    });
    const partner = new PartnerClient({ ...identity, ...quiet(wire.fetch).options });
    const first = partner.acquireToken({ signal: leave.signal });
    const second = partner.acquireToken();
    await assert.rejects(first, (error: unknown) => error instanceof AuthError && error.code === 'aborted');
    assert.equal((await second).fromCache, false);
    assert.equal(wire.sent.length, 1);
  });

  test('forceRefresh asks again, and a failure is not kept', async () => {
    const wire = fakeWire((_, index) => (index === 0 ? oauthRefusal('invalid_client', 7000215, 401) : tokenAnswer()));
    const partner = new PartnerClient({ ...identity, ...quiet(wire.fetch).options });
    await assert.rejects(partner.acquireToken(), AuthError);
    assert.equal((await partner.acquireToken()).fromCache, false);
    assert.equal((await partner.acquireToken({ forceRefresh: true })).fromCache, false);
    assert.equal(wire.sent.length, 3);
  });

  test('is not what a caller gets who asks anew while another looks it up', async () => {
    const store = memoryStore();
    const { wire, client: first } = client(3600, { store });
    await first.acquireToken();
    const second = new PartnerClient({ ...identity, ...quiet(wire.fetch).options, store });
    const results = await Promise.all([second.acquireToken(), second.acquireToken({ forceRefresh: true })]);
    assert.deepEqual(
      results.map(({ fromCache }) => fromCache),
      [true, false],
    );
  });

  test('outlives the client in a store, and none is used without one', async () => {
    const store = memoryStore();
    const { wire, client: first } = client(3600, { store });
    await first.acquireToken();
    const { wire: second, client: later } = client(3600, { store });
    assert.equal((await later.acquireToken()).fromCache, true);
    assert.deepEqual([wire.sent.length, second.sent.length], [1, 0]);
    const { options } = quiet(second.fetch);
    assert.equal(
      (await newPartnerAccessToken({ ...identity, resource: 'partner-center', ...options, store })).fromCache,
      true,
    );
    assert.equal(
      (await newPartnerAccessToken({ ...identity, resource: 'partner-center', ...options })).fromCache,
      false,
    );
  });

  test('row 6: one that cannot be stored is still handed out, with a warning', async () => {
    const store = { ...memoryStore(), put: async () => Promise.reject(new Error('disk full')) };
    const wire = fakeWire(() => tokenAnswer());
    const { options, warnings } = quiet(wire.fetch);
    await newPartnerAccessToken({ ...identity, resource: 'partner-center', ...options, store });
    assert.deepEqual(warnings, ['The token could not be kept: disk full']);
  });
});

describe('row 33: expiry is counted from the answer’s receipt, and a wrong clock causes one call more, no storm', () => {
  test('whatever the server’s clock says', async () => {
    const wire = fakeWire(() => tokenAnswer({ expires_on: '1', not_before: '1' }));
    const result = await newPartnerAccessToken({
      ...identity,
      resource: 'partner-center',
      ...quiet(wire.fetch).options,
    });
    assert.deepEqual(result.expiresOn, addSeconds(start, 3600));
  });

  for (const [name, seconds, calls] of [
    ['an hour forward', 3600, 2],
    ['a day forward', 86_400, 2],
    ['an hour back', -3600, 2],
    ['a day back', -86_400, 2],
    ['four minutes back', -240, 1],
  ] as const) {
    test(`${name}: ${calls} calls in all`, async () => {
      const { wire, clock, client: partner } = client();
      await partner.acquireToken();
      clock.advance(seconds);
      for (let index = 0; index < 20; index++) await partner.acquireToken();
      assert.equal(wire.sent.length, calls);
    });
  }

  test('a token of two minutes is not refreshed on every call', async () => {
    const { wire, client: partner } = client(120);
    for (let index = 0; index < 20; index++) await partner.acquireToken();
    assert.equal(wire.sent.length, 1);
  });

  test('past 2038', async () => {
    const wire = fakeWire(() => tokenAnswer());
    const clock = settableClock(new Date('2040-01-01T00:00:00Z'));
    const result = await newPartnerAccessToken({ ...identity, resource: 'graph', ...quiet(wire.fetch, clock).options });
    assert.equal(result.expires_on, Date.parse('2040-01-01T01:00:00Z') / 1000);
  });
});

const application = { set: 'ServicePrincipal', flow: 'clientCredentials' } as const;
const user = { set: 'Password', flow: 'password' } as const;

describe('row 35: a kept token belongs to one identity and one request', () => {
  const anyPlan = fc.record({
    cloud: fc.constantFrom(environments.AzureCloud, environments.AzureChinaCloud, environments.AzureUSGovernment),
    tenant: fc.constantFrom('contoso.com', 'fabrikam.com', 'aaaabbbb-0000-cccc-1111-dddd2222eeee'),
    applicationId: fc.constantFrom('a', 'b', '00001111-aaaa-2222-bbbb-3333cccc4444'),
    username: fc.constantFrom(undefined, 'john@contoso.com', 'mary@contoso.com'),
    scopes: fc.uniqueArray(fc.constantFrom('x/.default', 'x//.default', 'y/.default', 'X/.default'), { minLength: 1 }),
    claims: fc.constantFrom(undefined, '{"a":1}', '{"a":2}'),
  });
  type Plan = typeof anyPlan extends fc.Arbitrary<infer Value> ? Value : never;
  const keyOf = ({ cloud, username, ...input }: Plan) =>
    planToken(username === undefined ? application : user, cloud, { ...input, username }).key;
  const essence = (plan: Plan) =>
    JSON.stringify([
      plan.cloud.authority,
      plan.tenant,
      plan.applicationId,
      plan.username,
      [...plan.scopes].sort(),
      plan.claims,
    ]);

  test('10,000 random pairs: keys are equal exactly when everything that counts is', () => {
    fc.assert(
      fc.property(
        anyPlan,
        anyPlan,
        (one, other) => (keyOf(one) === keyOf(other)) === (essence(one) === essence(other)),
      ),
      { numRuns: 10_000 },
    );
  });

  test('letter case counts in scopes and nowhere else; order of scopes never', () => {
    const base = { applicationId: 'AB', tenant: 'Contoso.com', username: 'John@Contoso.com', scopes: ['b/x', 'a/x'] };
    const same = { applicationId: 'ab', tenant: 'contoso.COM', username: 'john@contoso.com', scopes: ['a/x', 'b/x'] };
    const key = (input: typeof base) => planToken(user, environments.AzureCloud, input).key;
    assert.equal(key(base), key(same));
    assert.notEqual(key(base), key({ ...base, scopes: ['B/x', 'a/x'] }));
  });

  test('the authority counts with its path, however it is spelled', () => {
    const at = (authority: string) => ({ ...environments.AzureCloud, authority });
    const key = (authority: string) =>
      planToken(user, at(authority), { applicationId: 'a', username: 'u', resource: 'graph' }).key;
    assert.notEqual(key('https://login.test/one'), key('https://login.test/two'));
    assert.notEqual(key('https://login.test/one'), key('https://login.test'));
    assert.equal(key('https://LOGIN.test:443/one/'), key('https://login.test/one'));
    assert.equal(key('https://login.test/'), key('https://login.test'));
  });

  test('the v1 resource counts', () => {
    const key = (resource: string) =>
      planToken(user, environments.AzureCloud, { applicationId: 'a', username: 'u', resource }).key;
    assert.notEqual(key('partner'), key('graph'));
    assert.equal(key('partner'), key('https://api.partner.microsoft.com'));
  });
});

test('the credential is Azure’s TokenCredential', async () => {
  const { wire, client: partner } = client();
  const credential: TokenCredential = partner.credential({ additionallyAllowedTenants: ['fabrikam.com'] });
  const token = await credential.getToken(['https://graph.microsoft.com/.default'], { tenantId: 'fabrikam.com' });
  assert.equal(token?.expiresOnTimestamp, addSeconds(start, 3600).getTime());
  assert.equal(wire.sent[0]?.url, 'https://login.microsoftonline.com/fabrikam.com/oauth2/v2.0/token');
  assert.equal(wire.sent[0]?.form.get('scope'), 'https://graph.microsoft.com/.default');
});
