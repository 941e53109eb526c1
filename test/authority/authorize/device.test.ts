import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSeconds } from '../../../src/base/clock.ts';
import { waitingDevice } from '../../browser/served.ts';
import { testAuthority } from '../fixture.ts';
import { browserAt, codeFor, jane, john, tenant } from './fixture.ts';
import { adminOnly, pagesSeed, unconsented } from './seed.ts';

type Authority = Awaited<ReturnType<typeof testAuthority>>;

const opened = async (authority: Authority, path = '/devicelogin') => {
  const browser = browserAt(authority);
  await browser.open(path);
  return browser;
};

for (const path of ['/devicelogin', '/common/oauth2/deviceauth', `/${tenant}/oauth2/deviceauth`]) {
  test(`${path}: somebody enters the code as they read it, signs in, and lets the device in`, async () => {
    const authority = await testAuthority();
    const { userCode, state } = await waitingDevice(authority);
    const browser = await opened(authority, path);
    const typed = `${userCode.slice(0, 4).toLowerCase()}-${userCode.slice(4)} `;
    assert.equal((await browser.submit({ otc: typed })).heading, 'Sign in');
    assert.equal(
      (await browser.submit({ username: jane.username, password: jane.password })).heading,
      'Enter your code',
    );
    const asked = await browser.submit({ otc: codeFor(jane.secret, authority.clock.now()) });
    assert.equal(asked.heading, 'Are you signing in to Partner Center Public App?');
    assert.equal((await state())?.state, 'pending');
    assert.equal((await browser.submit({ decision: 'accept' })).heading, 'You are signed in on your device');
    const grant = await state();
    assert.equal(grant?.state, 'approved');
    assert.deepEqual(
      [grant?.signIn?.userId, grant?.signIn?.methods],
      ['cccccccc-2222-3333-4444-dddddddddddd', ['pwd', 'mfa']],
    );
  });
}

test('row 122: the page names the application and its publisher, and warns', async () => {
  const authority = await testAuthority();
  const { userCode } = await waitingDevice(authority);
  const browser = await opened(authority);
  await browser.submit({ otc: userCode });
  const { html } = await browser.submit(john);
  for (const text of [
    'Partner Center Public App',
    'published by Contoso',
    'only if you started this yourself',
    john.username,
  ]) {
    assert.ok(html.includes(text), text);
  }
});

test('row 122: a link that carries the code fills it in and confirms nothing, with a session too', async () => {
  const authority = await testAuthority();
  const first = await waitingDevice(authority);
  const browser = await opened(authority, `/devicelogin?otc=${first.userCode}`);
  assert.ok(browser.shown().html.includes(`value="${first.userCode}"`));
  await browser.submit({ otc: first.userCode });
  await browser.submit(john);
  await browser.submit({ decision: 'accept' });
  const second = await waitingDevice(authority);
  await browser.open(`/devicelogin?otc=${second.userCode}`);
  assert.equal((await second.state())?.state, 'pending');
  const asked = await browser.submit({ otc: second.userCode });
  assert.equal(asked.heading, 'Are you signing in to Partner Center Public App?');
  assert.equal((await second.state())?.state, 'pending');
});

test('somebody who did not ask for it cancels, and the device is told', async () => {
  const authority = await testAuthority();
  const { userCode, state } = await waitingDevice(authority);
  const browser = await opened(authority);
  await browser.submit({ otc: userCode });
  await browser.submit(john);
  assert.equal((await browser.submit({ decision: 'cancel' })).heading, 'Sign-in cancelled');
  assert.deepEqual([(await state())?.state, (await state())?.signIn], ['declined', undefined]);
});

test('consent is asked for after the confirmation; refusing it declines', async () => {
  for (const [decision, expected] of [
    ['accept', 'approved'],
    ['cancel', 'declined'],
  ] as const) {
    const authority = await testAuthority(pagesSeed);
    const { userCode, state } = await waitingDevice(authority, { appId: unconsented });
    const browser = await opened(authority);
    await browser.submit({ otc: userCode });
    await browser.submit(john);
    assert.equal((await browser.submit({ decision: 'accept' })).heading, 'Permissions requested');
    await browser.submit({ decision });
    assert.equal((await state())?.state, expected);
  }
});

test('what only an administrator may give declines, with the reason on the page', async () => {
  const authority = await testAuthority(pagesSeed);
  const asked = { scope: 'Directory.Read.All' };
  const { userCode, state } = await waitingDevice(authority, { appId: adminOnly, asked });
  const browser = await opened(authority);
  await browser.submit({ otc: userCode });
  await browser.submit(john);
  assert.equal((await browser.submit({ decision: 'accept' })).heading, 'Administrator approval needed');
  assert.ok((await browser.submit({})).html.includes('AADSTS90094'));
  assert.equal((await state())?.state, 'declined');
});

const refused = [
  ['unknown', undefined, 'AADSTS70018', 'That code is not right'],
  ['expired', { endsAt: new Date('2026-11-21T08:59:27.400Z') }, 'AADSTS70019', 'has expired'],
  ['approved before', { state: 'approved' }, 'AADSTS90120', 'has been used'],
  ['declined before', { state: 'declined' }, 'AADSTS90120', 'has been used'],
  ['redeemed before', { state: 'redeemed' }, 'AADSTS90120', 'has been used'],
] as const;

for (const [name, changes, code, text] of refused) {
  test(`row 122: a code that is ${name} is refused in plain words, with ${code}`, async () => {
    const authority = await testAuthority();
    const { userCode } = changes ? await waitingDevice(authority, changes) : { userCode: 'BCDFGHJKL' };
    const browser = await opened(authority);
    const { status, html } = await browser.submit({ otc: userCode });
    assert.equal(status, 400);
    assert.ok(html.includes(code) && html.includes(text) && html.includes('role="alert"'));
  });
}

test('a code that expires while somebody signs in is not approved any more', async () => {
  const authority = await testAuthority();
  const { userCode, state } = await waitingDevice(authority, { endsAt: addSeconds(authority.clock.now(), 60) });
  const browser = await opened(authority);
  await browser.submit({ otc: userCode });
  await browser.submit(john);
  authority.clock.advance(60);
  assert.ok((await browser.submit({ decision: 'accept' })).html.includes('AADSTS70019'));
  assert.equal((await state())?.state, 'pending');
});

test('of two who confirm one code, one does', async () => {
  const authority = await testAuthority();
  const { userCode, state } = await waitingDevice(authority);
  const browsers = [await opened(authority), await opened(authority)];
  for (const browser of browsers) {
    await browser.submit({ otc: userCode });
    await browser.submit(john);
  }
  const [yes, no] = [
    await browsers[0]?.submit({ decision: 'accept' }),
    await browsers[1]?.submit({ decision: 'cancel' }),
  ];
  assert.deepEqual([yes?.heading, no?.heading], ['You are signed in on your device', 'We could not sign you in']);
  assert.equal((await state())?.state, 'approved');
});

test('row 122: of 1,000 guesses in a window ten are looked up, of one browser or of many', async () => {
  for (const many of [false, true]) {
    const authority = await testAuthority();
    const { userCode, state } = await waitingDevice(authority);
    let browser = await opened(authority);
    let lookedUp = 0;
    for (let guess = 0; guess < 1000; guess += 1) {
      if (many && guess % 100 === 99) browser = await opened(authority);
      const { html } = await browser.submit({ otc: 'BCDFGHJKL' });
      if (html.includes('AADSTS70018')) lookedUp += 1;
    }
    assert.equal(lookedUp, 10);
    assert.ok((await browser.submit({ otc: userCode })).html.includes('Too many wrong codes'));
    authority.clock.advance(900);
    assert.equal(
      (await waitingDevice(authority).then(({ userCode: next }) => browser.submit({ otc: next }))).heading,
      'Sign in',
    );
    assert.equal((await state())?.state, 'pending');
  }
});

test('row 122: right codes between do not make room for more guesses', async () => {
  const authority = await testAuthority();
  let lookedUp = 0;
  for (let round = 0; round < 12; round += 1) {
    const browser = await opened(authority);
    const { userCode } = await waitingDevice(authority);
    await browser.submit({ otc: userCode });
    await browser.open('/devicelogin');
    for (let guess = 0; guess < 5; guess += 1) {
      if ((await browser.submit({ otc: 'BCDFGHJKL' })).html.includes('AADSTS70018')) lookedUp += 1;
    }
  }
  assert.equal(lookedUp, 10);
});
