import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryKey } from '../../../src/domain/index.ts';
import type { PageBrowser } from '../../support/page-browser.ts';
import { testAuthority } from '../fixture.ts';
import { answered, authorizePath, browserAt, codeFor, jane, john, type Parameters } from './fixture.ts';
import { pagesSeed, unconsented } from './seed.ts';

/** A generator that repeats itself from test run to test run. */
function seeded(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  return {
    chance: (probability: number) => next() < probability,
    of: <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)] as Item,
  };
}

const requests: readonly Parameters[] = [
  {},
  { client_id: unconsented },
  { prompt: 'login' },
  { prompt: 'select_account' },
  { login_hint: jane.username },
];

/** Row 101: of every cookie of every answer. */
const wellSet = /^__Host-partner-auth-8443=[0-9a-f]{12}[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/;

test('row 103: 4,000 random requests of two browsers, replayed, reordered and crossed, reach no code without every factor', async () => {
  const authority = await testAuthority(pagesSeed);
  const random = seeded(7);
  const browsers = [browserAt(authority), browserAt(authority)];
  for (const browser of browsers) await browser.open(authorizePath());
  const seen: { readonly url: string; readonly html: string }[] = [];
  const used = new Set<string>();
  let codes = 0;
  for (let step = 0; step < 4000; step += 1) {
    const browser = random.of(browsers);
    if (random.chance(0.2)) authority.clock.advance(random.of([1, 31, 400]));
    const shown = await request(browser);
    for (const cookie of shown.cookiesSet) assert.equal(wellSet.test(cookie), true, cookie);
    if (shown.html.includes('marker')) seen.push({ url: shown.url, html: shown.html });
    const { code } = answered(shown.left);
    if (code === undefined) continue;
    codes += 1;
    const kept = await authority.context.entries.find('authorizationCode', entryKey(code));
    assert.ok(kept);
    const isJane = kept.signIn.userId === 'cccccccc-2222-3333-4444-dddddddddddd';
    assert.deepEqual(kept.signIn.methods, isJane ? ['pwd', 'mfa'] : ['pwd']);
    if (kept.appId === unconsented) assert.ok(used.has(`consent ${kept.signIn.userId}`));
    assert.equal(used.has(code), false);
    used.add(code);
  }
  assert.ok(codes > 50, `${codes} codes`);

  async function request(browser: PageBrowser) {
    if (random.chance(0.25) || seen.length === 0) return browser.open(authorizePath(random.of(requests)));
    const answer = random.of([
      john,
      john,
      { username: jane.username, password: jane.password },
      { otc: codeFor(jane.secret, authority.clock.now()) },
      { decision: 'accept' },
      { decision: 'cancel' },
      { action: 'startOver' },
      { account: 'other' },
      { account: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb' },
      { account: 'cccccccc-2222-3333-4444-dddddddddddd' },
    ]) as Readonly<Record<string, string>>;
    // An old page, of either browser, half of the time: replays, and forms of somebody else's sign-in.
    const current = await currentOf(browser);
    const old = random.chance(0.5) || !current ? random.of(seen.slice(-40)) : current;
    const marker = /name="marker" value="([^"]+)"/.exec(old.html)?.[1] ?? '';
    await noteConsent(browser, old, answer);
    return browser.submit({ ...answer, marker }, { url: old.url, withoutHidden: true });
  }

  async function currentOf(browser: PageBrowser) {
    try {
      const { url, html } = browser.shown();
      return html.includes('marker') ? { url, html } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Who pressed Accept on a consent page, in whichever browser: without that, nobody has consented. */
  async function noteConsent(_: PageBrowser, { html }: { html: string }, answer: Readonly<Record<string, string>>) {
    if (answer.decision !== 'accept' || !html.includes('Permissions requested')) return;
    for (const [name, id] of [
      [john.username, 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'],
      [jane.username, 'cccccccc-2222-3333-4444-dddddddddddd'],
    ] as const) {
      if (html.includes(name)) used.add(`consent ${id}`);
    }
  }
});
