import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RequestChanges } from '../support/form-browser.ts';
import { admin, consoleSandbox, signedInAs, userAdministrator } from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());

const forgeries: readonly (readonly [how: string, RequestChanges, Readonly<Record<string, string | undefined>>?])[] = [
  ['without its marker', {}, { marker: undefined }],
  ['with a marker of its own making', {}, { marker: `${'A'.repeat(22)}.${'A'.repeat(43)}` }],
  ['without Origin', { headers: { origin: undefined } }],
  ['with Origin: null', { headers: { origin: 'null' } }],
  ['from another site', { headers: { origin: 'https://evil.test' } }],
  ['from another port', { headers: { origin: 'https://localhost:3000' } }],
];

for (const [how, changes, fields] of forgeries) {
  test(`row 100: a form ${how} is refused with 403, and nothing changes`, async () => {
    const browser = await signedInAs(sandbox, admin);
    const { status, heading } = await browser.press('Sign out', fields, changes);
    assert.deepEqual([status, heading], [403, 'This form does not count']);
    assert.equal((await browser.open('/console')).heading, 'Contoso');
  });
}

test('row 100: a marker for another address counts for nothing', async () => {
  const browser = await signedInAs(sandbox, admin, '/console/users/new');
  const [signOut] = [...browser.shown().html.matchAll(/name="marker" value="([^"]*)"/g)];
  const fields = { firstName: 'A', lastName: 'B', userName: 'a.b', marker: signOut?.[1] };
  assert.equal((await browser.press('Save', fields)).status, 403);
  assert.equal((await browser.open('/console/users?q=a.b@')).html.includes('a.b@contoso.com'), false);
});

test('row 100: a marker of another session counts for nothing', async () => {
  const others = await signedInAs(sandbox, userAdministrator);
  const theirs = /name="marker" value="([^"]*)"/.exec(others.shown().html)?.[1] ?? '';
  const browser = await signedInAs(sandbox, admin);
  assert.equal((await browser.press('Sign out', { marker: theirs })).status, 403);
  assert.equal((await browser.open('/console')).heading, 'Contoso');
});

test('row 100: a form is not sent by GET', async () => {
  const browser = await signedInAs(sandbox, admin);
  const marker = /name="marker" value="([^"]*)"/.exec(browser.shown().html)?.[1] ?? '';
  assert.equal((await browser.open(`/console/sign-out?marker=${marker}`)).status, 405);
  assert.equal((await browser.open('/console')).heading, 'Contoso');
});

test('a form without a session is told so, and nothing else', async () => {
  const browser = await signedInAs(sandbox, admin);
  browser.cookies.clear();
  const { status, heading } = await browser.press('Sign out');
  assert.deepEqual([status, heading], [401, 'Your sign-in here has ended']);
});

test('rows 98 and 99: every page forbids script, frames and what is elsewhere', async () => {
  const browser = await signedInAs(sandbox, admin);
  const { headers, html } = await browser.open('/console/search?q=%3Cscript%3Ealert(1)%3C/script%3E');
  const policy = headers.get('content-security-policy') ?? '';
  const directives = policy.split('; ').map((directive) => directive.split(' ')[0]);
  assert.deepEqual(directives, ['default-src', 'style-src', 'base-uri', 'form-action', 'frame-ancestors']);
  for (const directive of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"]) {
    assert.ok(policy.split('; ').includes(directive), directive);
  }
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(html.includes('<script'), false);
});
