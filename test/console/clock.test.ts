import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { inProcessSandbox } from '../../src/server/index.ts';
import { admin, browserAt, consoleSandbox, enterAs, problemsOf, signedInAs } from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());

const path = '/console/clock';
const now = () => sandbox.clock.now().getTime();
const hour = 3_600_000;

describe('the time', () => {
  for (const [button, milliseconds] of [
    ['One hour', hour],
    ['One day', 24 * hour],
    ['91 days', 91 * 24 * hour],
  ] as const) {
    test(`is moved by “${button}”`, async () => {
      const browser = await signedInAs(sandbox, admin, path);
      const before = now();
      await browser.press(button);
      assert.equal(now() - before, milliseconds);
    });
  }

  test('that ends one’s own sign-in leads through a new one, and back', async () => {
    const browser = await signedInAs(sandbox, admin, path);
    assert.equal((await browser.press('91 days')).heading, 'Sign in');
    await enterAs(browser, sandbox, admin);
    const { heading, url, html } = browser.shown();
    assert.deepEqual(
      [heading, url.pathname + url.search, html.includes('The time was moved.')],
      ['Clock', `${path}?done=advanced`, true],
    );
  });

  for (const [duration, milliseconds] of [
    ['PT1H30M', 1.5 * hour],
    [' -PT1H ', -hour],
  ] as const) {
    test(`is moved by the duration “${duration}”`, async () => {
      const browser = await signedInAs(sandbox, admin, path);
      const before = now();
      const page = await browser.press('Advance', { duration });
      assert.deepEqual([page.url.search, now() - before], ['?done=advanced', milliseconds]);
    });
  }

  for (const entered of ['2027-01-02T03:04', '2027-01-02T03:04:00', '2027-01-02T03:04:00Z']) {
    test(`is set to ${entered}`, async () => {
      await using world = await consoleSandbox();
      const browser = await signedInAs(world, admin, path);
      await browser.press('Set', { now: entered });
      assert.equal(world.clock.now().toISOString(), '2027-01-02T03:04:00.000Z');
    });
  }

  test('is shown, and is that of the start again when asked for', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, path);
    assert.ok(browser.shown().html.includes('<strong>2026-11-21 09:00:57 UTC</strong>'), browser.shown().html);
    await browser.press('Back to the machine’s time');
    assert.equal(world.clock.now().toISOString(), '2026-11-21T08:59:27.400Z');
  });
});

const example = 'must be of ISO 8601, such as P91D or PT1H30M.';
const years = 'leads out of the years 2000 to 2999, which this clock knows.';
const instant = 'must be a date and time in UTC such as 2026-11-21T08:59:27Z.';
const wrong: readonly (readonly [button: string, fields: Readonly<Record<string, string>>, problem: string])[] = [
  ['Advance', { duration: '' }, `duration: Duration ${example}`],
  ['Advance', { duration: '91 days' }, `duration: Duration ${example}`],
  ['Advance', { duration: '"><script>' }, `duration: Duration ${example}`],
  ['Advance', { duration: 'P999Y' }, `duration: Duration ${years}`],
  ['Advance', { duration: '-P99Y' }, `duration: Duration ${years}`],
  ['Set', { now: '' }, `now: Date and time ${instant}`],
  ['Set', { now: 'tomorrow' }, `now: Date and time ${instant}`],
  ['Set', { now: '2027-02-30T00:00' }, `now: Date and time ${instant}`],
  ['Set', { now: '1999-12-31T00:00' }, `now: Date and time ${years}`],
  ['Let it run', {}, 'pace: This clock is moved by the test that owns it. Advance it instead.'],
];
for (const [button, fields, problem] of wrong) {
  test(`“${button}” with ${JSON.stringify(fields)} says what is wrong and moves nothing`, async () => {
    const browser = await signedInAs(sandbox, admin, path);
    const before = now();
    const page = await browser.press(button, fields);
    assert.deepEqual([page.status, page.heading, problemsOf(page)], [400, 'Clock', [problem]]);
    assert.deepEqual([now(), page.html.includes('<script')], [before, false]);
    const [entered = ''] = Object.values(fields);
    if (!entered.includes('"')) assert.ok(page.html.includes(`value="${entered}"`), page.html);
  });
}

test('a button that is none changes nothing', async () => {
  const browser = await signedInAs(sandbox, admin, path);
  const before = now();
  const page = await browser.press('Back to the machine’s time', { change: 'constructor' });
  assert.deepEqual([page.status, page.heading, now()], [200, 'Clock', before]);
});

test('the machine’s clock is frozen, stands, and runs on from there', async () => {
  const world = await inProcessSandbox();
  try {
    const browser = browserAt(world);
    await browser.open(path);
    await browser.press('Sign in', { username: admin.username, password: admin.password });
    const { code } = await world.control.totp(admin.username);
    await browser.press('Verify', { otc: code });
    const frozen = await browser.press('Freeze');
    assert.deepEqual([frozen.url.search, (await world.control.readClock()).frozen], ['?done=frozen', true]);
    const stood = (await world.control.readClock()).now;
    const running = await browser.press('Let it run');
    assert.deepEqual([running.url.search, (await world.control.readClock()).frozen], ['?done=running', false]);
    assert.ok(Date.parse((await world.control.readClock()).now) - Date.parse(stood) < 60_000);
  } finally {
    await world.close();
  }
});
