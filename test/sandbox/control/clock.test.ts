import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { afterDuration } from '../../../src/base/duration.ts';
import { inProcessSandbox } from '../../../src/server/index.ts';
import { appToken, controlled, now } from './fixture.ts';

const sandbox = await controlled();
const { ask } = sandbox;
const at = (text: string) => ({ now: new Date(text).toISOString(), frozen: true });

/** In this order; the clock stands where the step before left it. */
const steps = [
  ['GET', '', undefined, '2026-11-21T09:00:00Z'],
  ['POST', '/advance', { seconds: 90 }, '2026-11-21T09:01:30Z'],
  ['POST', '/advance', { seconds: -30 }, '2026-11-21T09:01:00Z'],
  ['POST', '/advance', { duration: 'P91D' }, '2027-02-20T09:01:00Z'],
  ['POST', '/advance', { duration: 'P1M' }, '2027-03-20T09:01:00Z'],
  ['POST', '/advance', { duration: '-PT1H1M' }, '2027-03-20T08:00:00Z'],
  ['PUT', '', { now: '2027-01-01T00:00:00Z', frozen: true }, '2027-01-01T00:00:00Z'],
  ['DELETE', '', undefined, '2026-11-21T09:00:00Z'],
] as const;
for (const [method, path, body, expected] of steps) {
  test(`${method} /sandbox/clock${path} ${JSON.stringify(body) ?? ''} leads to ${expected}`, async () => {
    const answer = await ask(method, `/sandbox/clock${path}`, body);
    assert.deepEqual([answer.status, answer.body], [200, at(expected)]);
    assert.deepEqual(sandbox.clock.now(), new Date(expected));
  });
}

const refused = [
  ['PUT', '', {}, undefined],
  ['PUT', '', { now: 'tomorrow' }, 'now'],
  ['PUT', '', { now: '1999-12-31T23:59:59Z' }, 'now'],
  ['PUT', '', { now: '3000-01-01T00:00:00Z' }, 'now'],
  ['POST', '/advance', {}, 'seconds'],
  ['POST', '/advance', { seconds: 1, duration: 'P1D' }, 'seconds'],
  ['POST', '/advance', { duration: 'soon' }, 'duration'],
  ['POST', '/advance', { duration: 'P' }, 'duration'],
  ['POST', '/advance', { duration: 'P1000Y' }, 'duration'],
  ['POST', '/advance', { seconds: 1e11 }, 'seconds'],
] as const;
for (const [method, path, body, target] of refused) {
  test(`${method} /sandbox/clock${path} ${JSON.stringify(body)} is refused`, async () => {
    const answer = await ask(method, `/sandbox/clock${path}`, body);
    assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.target], [400, 'invalidInput', target]);
    assert.deepEqual(sandbox.clock.now(), now);
  });
}

test('a test’s own clock is not let run', async () => {
  const { status, body } = await ask('PUT', '/sandbox/clock', { frozen: false });
  assert.deepEqual([status, body.error.code, body.error.target], [409, 'conflict', 'frozen']);
});

test('tokens follow it', async () => {
  const { access_token: token } = (await (await appToken(sandbox)).json()) as { access_token: string };
  const exchange = () =>
    sandbox.post(
      '/v3/generatetoken',
      { grant_type: 'jwt_token' },
      { authorization: `Bearer ${token}`, accept: 'application/json' },
    );
  assert.equal((await exchange()).status, 200);
  await ask('POST', '/sandbox/clock/advance', { duration: 'PT2H' });
  assert.equal((await exchange()).status, 401);
  await ask('DELETE', '/sandbox/clock');
});

test('the machine’s clock is the start of one that runs on, stands when frozen, and runs again', async () => {
  // Past by a millisecond at each look, as a busy machine's is.
  let ticks = Date.parse('2026-11-21T09:00:00Z');
  const own = await inProcessSandbox({ clock: { now: () => new Date(ticks++) } });
  try {
    const read = async () => {
      const response = await own.fetch(`${own.url}/sandbox/clock`);
      const { now: text, frozen } = (await response.json()) as { now: string; frozen: boolean };
      return { instant: new Date(text).getTime(), frozen };
    };
    const put = (body: object) =>
      own.fetch(`${own.url}/sandbox/clock`, {
        method: 'PUT',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    await put({ now: '2030-01-01T00:00:00Z' });
    const set = new Date('2030-01-01T00:00:00Z').getTime();
    const running = await read();
    assert.ok(!running.frozen && running.instant >= set && running.instant < set + 60_000);
    await put({ now: '2030-01-01T00:00:00Z', frozen: true });
    assert.deepEqual(await read(), { instant: set, frozen: true });
    assert.equal((await put({ frozen: false })).status, 200);
    assert.equal((await read()).frozen, false);
  } finally {
    await own.close();
  }
});

describe('afterDuration', () => {
  const from = new Date('2028-01-31T12:00:00Z');
  const cases = [
    ['P1M', '2028-02-29T12:00:00Z'],
    ['P13M', '2029-02-28T12:00:00Z'],
    ['P1Y', '2029-01-31T12:00:00Z'],
    ['P1W', '2028-02-07T12:00:00Z'],
    ['P1DT1H1M1S', '2028-02-01T13:01:01Z'],
    ['-P1M', '2027-12-31T12:00:00Z'],
    ['P0D', '2028-01-31T12:00:00Z'],
    ['PT', undefined],
    ['P1H', undefined],
    ['1D', undefined],
    ['P1.5D', undefined],
    ['P99999999999999999999Y', undefined],
  ] as const;
  for (const [duration, expected] of cases) {
    test(duration, () => {
      assert.deepEqual(afterDuration(from, duration), expected === undefined ? undefined : new Date(expected));
    });
  }
});
