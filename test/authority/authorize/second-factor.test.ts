import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { judgeOneTimeCode } from '../../../src/authority/one-time-code.ts';
import { Secret } from '../../../src/base/secret.ts';
import { entriesIn, entryKey } from '../../../src/domain/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { sqliteStore } from '../../../src/store/sqlite/index.ts';
import { testAuthority } from '../fixture.ts';
import { answered, authorizePath, browserAt, codeFor, jane, tenant } from './fixture.ts';
import { both, pagesSeed, temporary, unenrolled } from './seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-otc-'));
after(() => rmSync(folder, { recursive: true }));

const stores = {
  memory: async () => memoryStore(),
  sqlite: () => sqliteStore(join(folder, 'otc.sqlite')),
};

for (const [name, open] of Object.entries(stores)) {
  test(`row 112: of 100 uses of one code at once, one succeeds (${name})`, async () => {
    const store = await open();
    const { context, clock } = await testAuthority();
    const own = { ...context, entries: entriesIn(store.entries, clock) };
    const secret = new Secret(jane.secret);
    const code = codeFor(jane.secret, clock.now());
    const judgements = await Promise.all(
      Array.from({ length: 100 }, () => judgeOneTimeCode(own, { id: 'u' }, { secret, code })),
    );
    assert.equal(judgements.filter((judgement) => judgement === 'right').length, 1);
    await store.close();
  });
}

async function atSecondFactor(authority: Awaited<ReturnType<typeof testAuthority>>) {
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  await browser.submit({ username: jane.username, password: jane.password });
  return browser;
}

test('row 112: a code that was used is refused, in another browser too', async () => {
  const authority = await testAuthority();
  const otc = codeFor(jane.secret, authority.clock.now());
  const [one, other] = [await atSecondFactor(authority), await atSecondFactor(authority)];
  assert.notEqual(answered((await one.submit({ otc })).left).code, undefined);
  assert.equal((await other.submit({ otc })).heading, 'Enter your code');
});

test('row 112: one step early or late is taken, two are not; blanks are', async () => {
  for (const [seconds, isTaken] of [
    [-60, false],
    [-30, true],
    [0, true],
    [30, true],
    [60, false],
  ] as const) {
    const authority = await testAuthority();
    const browser = await atSecondFactor(authority);
    const code = codeFor(jane.secret, new Date(authority.clock.now().getTime() + seconds * 1000));
    const { left } = await browser.submit({ otc: `${code.slice(0, 3)} ${code.slice(3)}` });
    assert.equal(left !== undefined, isTaken, `${seconds}`);
  }
});

test('row 112: ten wrong codes lock the second factor for a while, and not the password', async () => {
  const authority = await testAuthority();
  const browser = await atSecondFactor(authority);
  for (let tries = 0; tries < 10; tries += 1) {
    assert.ok((await browser.submit({ otc: '000000' })).html.includes('That code was not right'));
  }
  const right = () => ({ otc: codeFor(jane.secret, authority.clock.now()) });
  assert.ok((await browser.submit(right())).html.includes('Too many wrong codes'));
  const other = await atSecondFactor(authority);
  assert.equal(other.shown().heading, 'Enter your code');
  assert.ok((await other.submit(right())).html.includes('Too many wrong codes'));
  authority.clock.advance(900);
  const later = await atSecondFactor(authority);
  assert.notEqual(answered((await later.submit(right())).left).code, undefined);
});

test('row 112: of 100 guesses at once ten are compared', async () => {
  const { context, clock } = await testAuthority();
  const guess = (code: string) => judgeOneTimeCode(context, { id: 'u' }, { secret: new Secret(jane.secret), code });
  const wrong = await Promise.all(Array.from({ length: 99 }, () => guess('000000')));
  assert.equal(wrong.filter((judgement) => judgement === 'wrong').length, 10);
  assert.equal(await guess(codeFor(jane.secret, clock.now())), 'locked');
});

async function atEnrolment(authority: Awaited<ReturnType<typeof testAuthority>>, user = unenrolled) {
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  const shown = await browser.submit(user);
  return { browser, shown, secret: () => secretOn(browser.shown().html) };
}

const secretOn = (html: string): string =>
  (/Key: <code>([A-Z2-7 ]+)<\/code>/.exec(html)?.[1] ?? '').replaceAll(' ', '');

test('row 113: a second factor is set up by the code of its secret, and asked for from then on', async () => {
  const authority = await testAuthority(pagesSeed);
  const { browser, shown, secret } = await atEnrolment(authority);
  assert.equal(shown.heading, 'Set up your authenticator app');
  assert.equal(shown.html.includes('<svg class="qr"'), true);
  const kept = secret();
  assert.equal(kept.length, 32);
  assert.equal((await browser.submit({ otc: '000000' })).heading, 'Set up your authenticator app');
  assert.equal(secret(), kept);
  const { code = '' } = answered((await browser.submit({ otc: codeFor(kept, authority.clock.now()) })).left);
  const entry = await authority.context.entries.find('authorizationCode', entryKey(code));
  assert.deepEqual(entry?.signIn.methods, ['pwd', 'mfa']);
  const user = await authority.context.directory.userByPrincipalName(tenant, unenrolled.username);
  assert.equal(user?.mfa.totpSecret?.reveal(), kept);
  assert.equal((await atEnrolment(authority)).shown.heading, 'Enter your code');
});

test('row 113: ten minutes after the password it asks for the password again', async () => {
  const authority = await testAuthority(pagesSeed);
  const { browser, secret } = await atEnrolment(authority);
  const kept = secret();
  authority.clock.advance(601);
  const { status, left } = await browser.submit({ otc: codeFor(kept, authority.clock.now()) });
  assert.deepEqual([status, left], [403, undefined]);
  const user = await authority.context.directory.userByPrincipalName(tenant, unenrolled.username);
  assert.equal(user?.mfa.totpSecret, undefined);
});

test('row 113: another browser is shown another secret, and cannot set up after the first did', async () => {
  const authority = await testAuthority(pagesSeed);
  const [one, other] = [await atEnrolment(authority), await atEnrolment(authority)];
  const [first, second] = [one.secret(), other.secret()];
  assert.notEqual(first, second);
  await one.browser.submit({ otc: codeFor(first, authority.clock.now()) });
  authority.clock.advance(90);
  assert.equal((await other.browser.submit({ otc: codeFor(second, authority.clock.now()) })).status, 403);
  const user = await authority.context.directory.userByPrincipalName(tenant, unenrolled.username);
  assert.equal(user?.mfa.totpSecret?.reveal(), first);
});

test('row 113: a temporary password is changed before a second factor is set up', async () => {
  const authority = await testAuthority(pagesSeed);
  const { browser, shown, secret } = await atEnrolment(authority, both);
  assert.equal(shown.heading, 'Choose a new password');
  const changed = await browser.submit({ 'new-password': 'A new passw0rd', 'confirm-password': 'A new passw0rd' });
  assert.equal(changed.heading, 'Set up your authenticator app');
  const { left } = await browser.submit({ otc: codeFor(secret(), authority.clock.now()) });
  assert.notEqual(answered(left).code, undefined);
});

const keyShown = (html: string): string => (/Key: <code>([A-Z2-7 ]+)</.exec(html)?.[1] ?? '').replaceAll(' ', '');

test('row 113: of two that set a second factor up at once, one does; the other gets no code by it, then or later', async () => {
  const authority = await testAuthority(pagesSeed);
  const now = authority.clock.now();
  const browsers = [browserAt(authority), browserAt(authority)];
  const attempts = await Promise.all(
    browsers.map(async (browser, index) => {
      await browser.open(authorizePath());
      const { html, url } = await browser.submit(unenrolled);
      const secret = keyShown(html);
      // Codes of two steps: one of one step is used up by whoever comes first.
      return { browser, url, secret, otc: codeFor(secret, new Date(now.getTime() - index * 30_000)) };
    }),
  );
  const answers = await Promise.all(attempts.map(({ browser, otc }) => browser.submit({ otc })));
  const outcomes = answers.map(({ status, left }) => [status, answered(left).code !== undefined]);
  assert.deepEqual(outcomes.toSorted(), [
    [302, true],
    [403, false],
  ]);
  const user = await authority.context.directory.userByPrincipalName(tenant, unenrolled.username);
  for (const [index, { browser, url, secret }] of attempts.entries()) {
    assert.equal(user?.mfa.totpSecret?.reveal() === secret, answers[index]?.status === 302);
    const { status, left } = await browser.open(url);
    assert.deepEqual([status, left], [403, undefined]);
  }
});

test('row 103: a proof that could not be written down ends the sign-in', async () => {
  const authority = await testAuthority(pagesSeed);
  const { directory } = authority.context;
  const browser = browserAt(authority);
  await browser.open(authorizePath());
  const { html, url } = await browser.submit(unenrolled);
  const { putUser } = directory;
  Object.assign(directory, { putUser: () => Promise.reject(new Error('the disk is full')) });
  const { status } = await browser.submit({ otc: codeFor(keyShown(html), authority.clock.now()) });
  Object.assign(directory, { putUser });
  assert.equal(status, 500);
  const again = await browser.open(url);
  assert.deepEqual([again.status, again.left], [403, undefined]);
});

test('row 103: of two temporary passwords changed at once in two browsers, one is kept and one browser goes on', async () => {
  const authority = await testAuthority(pagesSeed);
  const browsers = [browserAt(authority), browserAt(authority)];
  for (const browser of browsers) {
    await browser.open(authorizePath());
    await browser.submit(temporary);
  }
  const chosen = ['The first passw0rd', 'The second passw0rd'];
  const answers = await Promise.all(
    browsers.map((browser, index) =>
      browser.submit({ 'new-password': chosen[index] ?? '', 'confirm-password': chosen[index] ?? '' }),
    ),
  );
  assert.deepEqual(answers.map(({ left }) => answered(left).code !== undefined).toSorted(), [false, true]);
  for (const [index, password] of chosen.entries()) {
    const later = browserAt(authority);
    await later.open(authorizePath());
    const { left } = await later.submit({ ...temporary, password });
    assert.equal(answered(left).code !== undefined, answered(answers[index]?.left).code !== undefined);
  }
});
