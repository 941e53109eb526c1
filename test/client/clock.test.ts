import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSeconds, settableClock } from '../../src/base/clock.ts';
import { AuthError, memoryStore, newPartnerAccessToken, PartnerClient } from '../../src/index.ts';
import { applicationId, fakeWire, quiet, start, tokenAnswer, unsigned } from './wire.ts';

const asApplication = {
  applicationId,
  credential: { password: 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
} as const;
const asUser = { applicationId, refreshToken: 'refresh-0' } as const;
const identities = [
  ['an application', asApplication],
  ['a user', asUser],
] as const;

/** Each answer with the next refresh token. */
const rotating = () =>
  fakeWire((_, index) =>
    tokenAnswer({ access_token: unsigned({ jti: index }), refresh_token: `refresh-${index + 1}` }),
  );

const jumps = [
  ['an hour forward', 3600],
  ['an hour back', -3600],
  ['a day forward', 86_400],
  ['a day back', -86_400],
] as const;

describe('row 33: a clock that jumps costs one call more for each jump, and no storm', () => {
  for (const [whose, identity] of identities) {
    for (const [name, seconds] of jumps) {
      test(`${name} and put right again, for ${whose}`, async () => {
        const wire = rotating();
        const { options, clock } = quiet(wire.fetch);
        const client = new PartnerClient({ ...identity, ...options, store: memoryStore() });
        const calls: number[] = [];
        for (const jump of [0, seconds, -seconds]) {
          clock.advance(jump);
          for (let call = 0; call < 20; call++) await client.acquireToken();
          calls.push(wire.sent.length);
        }
        for (const [index, count] of calls.entries()) assert.ok(count <= index + 1, calls.join(', '));
      });
    }
  }

  for (const [name, seconds] of jumps) {
    test(`${name} while a request is under way: the life begins when the answer is received`, async () => {
      const clock = settableClock(start);
      const wire = fakeWire(() => {
        clock.advance(seconds);
        return tokenAnswer({ expires_in: 1800 });
      });
      const { options } = quiet(wire.fetch, clock);
      const client = new PartnerClient({ ...asApplication, ...options });
      const { expiresOn } = await client.acquireToken();
      assert.deepEqual(expiresOn, addSeconds(start, seconds + 1800));
      for (let call = 0; call < 20; call++) await client.acquireToken();
      assert.equal(wire.sent.length, 1);
    });

    test(`${name} during a run over many tenants: each is asked once`, async () => {
      const clock = settableClock(start);
      const wire = fakeWire((_, index) => {
        if (index === 10) clock.advance(seconds);
        return tokenAnswer();
      });
      const { options } = quiet(wire.fetch, clock);
      const client = new PartnerClient({ ...asApplication, ...options });
      const tenants = Array.from({ length: 30 }, (_, index) => `tenant-${index}.example`);
      let obtained = 0;
      for await (const { ok } of client.forTenants(tenants)) obtained += ok ? 1 : 0;
      assert.deepEqual([obtained, wire.sent.length], [30, 30]);
    });
  }

  test('a pause that was ordered does not last until the clock comes round again', async () => {
    const store = memoryStore();
    const wire = fakeWire((_, index) =>
      index === 0 ? new Response('', { status: 429, headers: { 'retry-after': '600' } }) : tokenAnswer(),
    );
    const { options, clock } = quiet(wire.fetch);
    const ask = () => newPartnerAccessToken({ ...asApplication, resource: 'graph', ...options, store });
    const isThrottled = (error: unknown) => error instanceof AuthError && error.code === 'throttled';
    await assert.rejects(ask(), isThrottled);
    await assert.rejects(ask(), isThrottled);
    clock.advance(-86_400);
    await ask();
    assert.equal(wire.sent.length, 2);
  });
});

describe('row 33: local time and 2038 change nothing', () => {
  const nights: readonly [string, string][] = [
    ['clocks are put forward', '2027-03-28T00:30:00Z'],
    ['clocks are put back', '2027-10-31T00:30:00Z'],
    ['32 bits of seconds run out', '2038-01-19T02:45:00Z'],
  ];
  for (const [name, instant] of nights) {
    test(`the night ${name}`, async (context) => {
      const before = process.env.TZ;
      context.after(() => {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      });
      process.env.TZ = 'Europe/Berlin';
      const began = new Date(instant);
      const clock = settableClock(began);
      const wire = fakeWire(() => tokenAnswer());
      const client = new PartnerClient({ ...asApplication, ...quiet(wire.fetch, clock).options });
      const { expires_on, expiresOn } = await client.acquireToken();
      assert.deepEqual([expires_on * 1000, expiresOn], [began.getTime() + 3_600_000, addSeconds(began, 3600)]);
      for (let minutes = 0; minutes < 54; minutes += 6) {
        clock.set(addSeconds(began, minutes * 60));
        await client.acquireToken();
      }
      assert.equal(wire.sent.length, 1);
      clock.set(addSeconds(began, 56 * 60));
      await client.acquireToken();
      assert.equal(wire.sent.length, 2);
    });
  }
});
