import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortableInstant } from '../../../src/base/clock.ts';
import { waitingDevice } from '../../browser/served.ts';
import type { PageBrowser, Shown, SubmitOptions } from '../../support/page-browser.ts';
import { assertSameWork } from '../../support/same-work.ts';
import { testAuthority } from '../fixture.ts';
import { admin, answered, authorizePath, browserAt, codeFor, jane, john } from './fixture.ts';
import { both, pagesSeed, temporary, unconsented, unenrolled } from './seed.ts';

const authority = await testAuthority(pagesSeed);

async function at(path: string, ...answers: readonly Readonly<Record<string, string>>[]): Promise<PageBrowser> {
  const browser = browserAt(authority);
  await browser.open(path);
  for (const answer of answers) await browser.submit(answer);
  return browser;
}

const byPassword = ({ username, password }: { username: string; password: string }) => ({ username, password });

/** Every form there is, at the page that shows it, with an answer that would be taken. */
const forms: readonly (readonly [string, string, () => Promise<PageBrowser>, Readonly<Record<string, string>>])[] = [
  ['sign-in', 'Sign in', () => at(authorizePath()), john],
  ['second factor', 'Enter your code', () => at(authorizePath(), byPassword(jane)), { otc: '000000' }],
  [
    'password change',
    'Choose a new password',
    () => at(authorizePath(), temporary),
    { 'new-password': 'A new passw0rd', 'confirm-password': 'A new passw0rd' },
  ],
  ['enrolment', 'Set up your authenticator app', () => at(authorizePath(), unenrolled), { otc: '000000' }],
  [
    'consent',
    'Permissions requested',
    () => at(authorizePath({ client_id: unconsented, prompt: 'consent' }), john),
    { decision: 'accept' },
  ],
  ['account picker', 'Pick an account', () => pickerOf(john), { account: 'other' }],
  ['device code', 'Enter code', () => at('/devicelogin'), { otc: 'BCDFGHJKL' }],
  ['device confirmation', 'Are you signing in to Partner Center Public App?', confirmation, { decision: 'accept' }],
  ['sign-out', 'Do you want to sign out?', signOut, {}],
];

async function pickerOf(user: { username: string; password: string }) {
  const browser = await at(authorizePath(), user);
  await browser.open(authorizePath({ prompt: 'select_account' }));
  return browser;
}

async function confirmation() {
  const { userCode } = await waitingDevice(authority);
  return at('/devicelogin', { otc: userCode }, john);
}

async function signOut() {
  const browser = await at(authorizePath(), john);
  await browser.open('/common/oauth2/v2.0/logout');
  return browser;
}

const forgeries: readonly (readonly [string, SubmitOptions, Readonly<Record<string, string>>?])[] = [
  ['without its marker', { withoutHidden: true }],
  ['with a marker of its own making', {}, { marker: 'A'.repeat(43) }],
  ['without Origin', { headers: { origin: undefined } }],
  ['with Origin: null', { headers: { origin: 'null' } }],
  ['from another site', { headers: { origin: 'https://evil.test' } }],
  ['from another port', { headers: { origin: 'https://localhost:3000' } }],
  ['as JSON', { headers: { 'content-type': 'application/json' } }],
];

for (const [form, heading, open, answer] of forms) {
  for (const [how, options, more] of forgeries) {
    test(`row 100: ${form} ${how} is refused with 403, and nothing changes`, async () => {
      const browser = await open();
      const before = browser.shown();
      assert.equal(before.heading, heading);
      const { status, left, cookiesSet } = await browser.submit({ ...answer, ...more }, options);
      assert.deepEqual([status, left, cookiesSet], [403, undefined, []]);
      assert.equal((await browser.open(before.url)).heading, heading);
    });
  }

  test(`row 100: ${form} with the marker of another session is refused`, async () => {
    const [browser, attacker] = [await open(), await open()];
    const stolen = /name="marker" value="([^"]+)"/.exec(attacker.shown().html)?.[1] ?? '';
    assert.notEqual(stolen, '');
    assert.equal((await browser.submit({ ...answer, marker: stolen })).status, 403);
  });

  test(`row 100: ${form} by GET does nothing`, async () => {
    const browser = await open();
    const { url } = browser.shown();
    const { left } = await browser.submit(answer, { method: 'GET' });
    assert.equal(left, undefined);
    assert.equal((await browser.open(url)).heading, heading);
  });

  test(`row 99: the page of ${form} is never framed, runs no script and is not kept`, async () => {
    const { headers } = (await open()).shown();
    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
      assert.ok(policy.includes(rule), rule);
    assert.equal(policy.includes('script-src'), false);
    assert.equal(policy.includes('unsafe'), false);
    assert.deepEqual(
      ['x-frame-options', 'cache-control', 'referrer-policy', 'x-content-type-options'].map((name) =>
        headers.get(name),
      ),
      ['DENY', 'no-store', 'same-origin', 'nosniff'],
    );
  });

  test(`row 102: the page of ${form} answers no browser but its own`, async () => {
    const browser = await open();
    const { url, heading: own } = browser.shown();
    if (!url.includes('/interaction/')) return;
    for (const stranger of [browserAt(authority), await at(authorizePath())]) {
      const shown = await stranger.open(url);
      assert.deepEqual([shown.status, shown.left], [403, undefined]);
      assert.notEqual(shown.heading, own);
    }
  });
}

test('row 101: the cookie is for this origin alone, for no script and no other site’s form', async () => {
  const { cookiesSet } = (await at(authorizePath())).shown();
  assert.equal(cookiesSet.length, 1);
  const [pair = '', ...attributes] = (cookiesSet[0] ?? '').split('; ');
  assert.equal(/^__Host-partner-auth-8443=[0-9a-f]{12}[A-Za-z0-9_-]{43}$/.test(pair), true);
  assert.deepEqual(attributes, ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure']);
});

for (const [origin, expected] of [
  ['http://localhost:8080', /^partner-auth-8080=[0-9a-f]{12}[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/],
  [
    'https://localhost:9443',
    /^__Host-partner-auth-9443=[0-9a-f]{12}[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  ],
  [
    'https://login.microsoftonline.com',
    /^__Host-partner-auth=[0-9a-f]{12}[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  ],
] as const) {
  test(`row 101: at ${origin} it has that port’s name, and the prefix where browsers take it`, async () => {
    const { handler } = authority;
    const reply = await handler({
      method: 'GET',
      path: '/devicelogin',
      query: '',
      headers: () => [],
      body: new Uint8Array(),
      origin,
      remoteAddress: '127.0.0.1',
    });
    const [, cookie = ''] = reply.headers.find(([name]) => name === 'Set-Cookie') ?? [];
    assert.equal(expected.test(cookie), true, cookie);
  });
}

test('row 101: a new cookie at sign-in, second factor, password change and enrolment; the one before is dead', async () => {
  const own = await testAuthority(pagesSeed);
  const steps: readonly (readonly [
    { username: string; password: string },
    (shown: Shown) => Record<string, string>,
  ])[] = [
    [jane, () => ({ otc: codeFor(jane.secret, own.clock.now()) })],
    [temporary, () => ({ 'new-password': 'A new passw0rd', 'confirm-password': 'A new passw0rd' })],
    [
      unenrolled,
      ({ html }) => ({
        otc: codeFor((/Key: <code>([A-Z2-7 ]+)</.exec(html)?.[1] ?? '').replaceAll(' ', ''), own.clock.now()),
      }),
    ],
  ];
  for (const [user, second] of steps) {
    const browser = browserAt(own);
    await browser.open(authorizePath());
    const cookies = [browser.cookie];
    const shown = await browser.submit(byPassword(user));
    cookies.push(browser.cookie);
    assert.notEqual(answered((await browser.submit(second(shown))).left).code, undefined);
    cookies.push(browser.cookie);
    assert.equal(new Set(cookies).size, 3);
    for (const old of cookies.slice(0, 2)) {
      const thief = browserAt(own);
      thief.cookie = old;
      assert.equal(answered((await thief.open(authorizePath({ prompt: 'none' }))).left).error, 'login_required');
    }
  }
});

test('row 101: a cookie that somebody else put there is worth nothing after the sign-in', async () => {
  const attacker = await at(authorizePath());
  const preset = attacker.cookie;
  const victim = browserAt(authority);
  victim.cookie = preset;
  await victim.open(authorizePath());
  await victim.submit(john);
  attacker.cookie = preset;
  assert.equal(answered((await attacker.open(authorizePath({ prompt: 'none' }))).left).error, 'login_required');
});

test('row 101: whoever knows the cookie of before cannot go on with the sign-in, nor as who was signed in', async () => {
  const victim = await at(authorizePath());
  const thief = browserAt(authority);
  thief.cookie = victim.cookie;
  await victim.submit(byPassword(jane));
  assert.equal(victim.shown().heading, 'Enter your code');
  assert.equal((await thief.open(victim.shown().url)).status, 403);
  const signedIn = await at(authorizePath(), john);
  const before = signedIn.cookie;
  await signedIn.open(authorizePath({ prompt: 'login' }));
  await signedIn.submit(john);
  thief.cookie = before;
  assert.equal(answered((await thief.open(authorizePath({ prompt: 'none' }))).left).error, 'login_required');
});

test('row 101: a cookie that was never issued is none, and neither are two', async () => {
  const made = browserAt(authority);
  made.cookie = `__Host-partner-auth-8443=${'A'.repeat(43)}`;
  const { cookiesSet } = await made.open(authorizePath());
  assert.equal(cookiesSet.length, 1);
  const browser = await at(authorizePath(), john);
  browser.cookie = `${browser.cookie}; __Host-partner-auth-8443=${'A'.repeat(43)}`;
  assert.equal(answered((await browser.open(authorizePath({ prompt: 'none' }))).left).error, 'login_required');
});

test('row 102: who knows the address of a sign-in that goes on elsewhere gets no code, before or after', async () => {
  const victim = await at(authorizePath());
  const { url } = victim.shown();
  const attacker = await at(authorizePath());
  assert.equal((await attacker.open(url)).status, 403);
  assert.notEqual(answered((await victim.submit(john)).left).code, undefined);
  assert.deepEqual([(await attacker.open(url)).status, (await victim.open(url)).status], [403, 403]);
});

test('row 103: an answer that was taken is not taken again', async () => {
  const browser = await at(authorizePath());
  const { html, url } = browser.shown();
  const marker = /name="marker" value="([^"]+)"/.exec(html)?.[1] ?? '';
  await browser.submit(byPassword(jane));
  const { status, left } = await browser.submit({ ...byPassword(jane), marker }, { url });
  assert.deepEqual([status, left], [403, undefined]);
});

test('row 103: of 20 that send one answer at once, one gets a code', async () => {
  const browser = await at(authorizePath({ client_id: unconsented, prompt: 'consent' }), john);
  const { url, html } = browser.shown();
  const marker = /name="marker" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const responses = await Promise.all(
    Array.from({ length: 20 }, () =>
      authority.post(new URL(url).pathname, String(new URLSearchParams({ marker, decision: 'accept' })), {
        origin: new URL(url).origin,
        cookie: browser.cookie ?? '',
      }),
    ),
  );
  const codes = responses.filter((response) => response.headers.get('location')?.includes('code='));
  assert.equal(codes.length, 1);
});

test('row 103: of two new passwords sent at once, the one that was taken is the one that is kept', async () => {
  const own = await testAuthority(pagesSeed);
  const browser = browserAt(own);
  await browser.open(authorizePath());
  const { url, html } = await browser.submit(both);
  const marker = /name="marker" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const chosen = ['The first passw0rd', 'The second passw0rd'];
  const responses = await Promise.all(
    chosen.map((password) =>
      own.post(
        new URL(url).pathname,
        String(new URLSearchParams({ marker, 'new-password': password, 'confirm-password': password })),
        { origin: new URL(url).origin, cookie: browser.cookie ?? '' },
      ),
    ),
  );
  assert.deepEqual(responses.map(({ status }) => status).toSorted(), [303, 403]);
  for (const [index, password] of chosen.entries()) {
    const later = browserAt(own);
    await later.open(authorizePath());
    const { heading } = await later.submit({ ...both, password });
    assert.equal(heading, responses[index]?.status === 303 ? 'Set up your authenticator app' : 'Sign in');
  }
});

test('row 103: switching the user midway takes nothing along', async () => {
  const browser = await at(authorizePath({ client_id: unconsented, prompt: 'consent' }), john);
  assert.equal(browser.shown().heading, 'Permissions requested');
  assert.equal((await browser.submit({ action: 'startOver' })).heading, 'Pick an account');
  assert.equal((await browser.submit({ account: 'other' })).heading, 'Sign in');
  assert.equal((await browser.submit(byPassword(admin))).heading, 'Enter your code');
  assert.equal((await browser.submit({ decision: 'accept' })).heading, 'Enter your code');
  const shown = await browser.submit({ otc: codeFor(admin.secret, authority.clock.now()) });
  assert.equal(shown.heading, 'Permissions requested');
  assert.ok(shown.html.includes(admin.username));
});

for (const decision of ['accept', 'cancel']) {
  test(`row 95: nobody is sent to an address that is registered no longer: ${decision}`, async () => {
    const own = await testAuthority(pagesSeed);
    const browser = browserAt(own);
    await browser.open(authorizePath({ client_id: unconsented, prompt: 'consent' }));
    assert.equal((await browser.submit(john)).heading, 'Permissions requested');
    const application = await own.context.directory.applicationById(unconsented);
    assert.ok(application);
    // The directory has no verb for it: registrations change by another seed, so this changes the one that is there.
    Object.assign(application, { redirectUris: { web: [], spa: [], publicClient: [] } });
    const { status, left, html } = await browser.submit({ decision });
    assert.deepEqual([status, left, html.includes('AADSTS50011')], [400, undefined, true]);
    assert.deepEqual(await own.context.entries.list('authorizationCode'), []);
  });
}

test('row 103: an interaction ends after an hour', async () => {
  const own = await testAuthority(pagesSeed);
  const browser = browserAt(own);
  await browser.open(authorizePath());
  own.clock.advance(3600);
  assert.equal((await browser.submit(john)).status, 403);
});

const payloads = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</title><svg onload=alert(1)>',
  '&lt;b&gt;',
  '{{1+1}}<script>1</script>',
];

for (const payload of payloads) {
  test(`row 98: ${payload} is text wherever it comes from`, async () => {
    const seen = [
      (await at(authorizePath({ login_hint: payload }))).shown().html,
      (await at(authorizePath(), { username: `${payload}@contoso.com`, password: 'x' })).shown().html,
      (await at(authorizePath({ state: payload, response_mode: 'form_post' }), john)).shown().html,
      await (await authority.fetch(authorizePath({ client_id: payload }))).text(),
      await (await authority.fetch(authorizePath({ redirect_uri: `https://a.test/${payload}` }))).text(),
      (await at(`/devicelogin?otc=${encodeURIComponent(payload)}`)).shown().html,
    ];
    for (const html of seen) {
      const withoutOwn = html
        .replace('<script>document.forms[0].submit()</script>', '')
        .replace(/<style>.*?<\/style>/s, '');
      for (const tag of ['<script', '<img', '<svg onload', 'onerror=alert(1)>'])
        assert.equal(withoutOwn.includes(tag), false, tag);
    }
  });
}

test('row 98: the form_post page allows its one script by its digest, and its own address', async () => {
  const { html, headers } = (await at(authorizePath({ response_mode: 'form_post' }), john)).shown();
  assert.equal((html.match(/<script/g) ?? []).length, 1);
  const policy = headers.get('content-security-policy') ?? '';
  assert.equal(/script-src 'sha256-[A-Za-z0-9+/]{43}='; /.test(policy), true);
  assert.ok(policy.includes('form-action https://localhost:3000;'));
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
});

test('row 110: an unknown user, a wrong password and an unknown domain have the same answer', async () => {
  const shape = async (username: string) => {
    const browser = await at(authorizePath());
    const { html, status, cookiesSet } = await browser.submit({ username, password: 'wrong' });
    const stable = html.replaceAll(username, '').replace(/name="marker" value="[^"]+"/, '');
    return { status, cookiesSet, stable };
  };
  const known = await shape(john.username);
  assert.deepEqual(await shape('jack.ro@contoso.com'), known);
  assert.deepEqual(await shape('john.doe@nowhere.test'), known);
  assert.deepEqual(await shape('dis.abled@contoso.com'), known);
});

test('row 110: an unknown user takes the page as long as a wrong password', async () => {
  const own = await testAuthority();
  const browser = browserAt(own);
  const open = () => {
    // Long enough for whatever was counted to be forgotten.
    own.clock.advance(7200);
    return browser.open(authorizePath());
  };
  const signIn = (username: string) => () => browser.submit({ username, password: 'wrong' });
  await assertSameWork(open, signIn(john.username), signIn('nobody.x@contoso.com'));
});

test('row 126: cookies, interactions and codes come from the generator, 256 bits each, and do not repeat', async () => {
  let drawn = 0;
  const counting = { ...authority.context.random, bytes: (size: number) => Buffer.alloc(size, ++drawn) };
  const own = await testAuthority(pagesSeed, {
    random: { guid: authority.context.random.guid, bytes: counting.bytes },
  });
  const browser = browserAt(own);
  const { url } = await browser.open(authorizePath());
  const instant = sortableInstant(own.clock.now());
  const text = (value: number) => instant + Buffer.alloc(32, value).toString('base64url');
  const ofGenerator = () => new Set(Array.from({ length: drawn }, (_, index) => text(index + 1)));
  assert.ok(ofGenerator().has(url.slice(url.lastIndexOf('/') + 1)));
  assert.ok(ofGenerator().has((browser.cookie ?? '').split('=')[1] ?? ''));
  const { code = '' } = answered((await browser.submit(john)).left);
  assert.ok(ofGenerator().has(code));
  const real = new Set<string>();
  const session = await at(authorizePath(), john);
  for (let index = 0; index < 1000; index += 1) {
    real.add(answered((await session.open(authorizePath({ prompt: 'none' }))).left).code ?? '');
  }
  assert.equal(real.size, 1000);
  for (const value of real) assert.match(value, /^[0-9a-f]{12}[\w-]{43}$/);
});

test('row 127: no page may be read by another site', async () => {
  for (const origin of ['https://evil.test', 'null']) {
    for (const [path, method] of [
      [authorizePath(), 'GET'],
      [authorizePath(), 'OPTIONS'],
      ['/devicelogin', 'GET'],
      ['/common/oauth2/v2.0/logout', 'GET'],
    ] as const) {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const response = await authority.fetch(path, { method, headers });
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    }
  }
});
