import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { FormBrowser } from '../support/form-browser.ts';
import { admin, consoleSandbox, john, problemsOf, rowsOf, signedInAs, tokenByPassword } from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());
beforeEach(() => sandbox.control.removeFaults());

const add = async (browser: FormBrowser, effect: string, fields: Readonly<Record<string, string>>) => {
  await browser.open(`/console/faults/new?effect=${effect}`);
  return browser.press('Add', fields);
};
const asked = () => sandbox.fetch(`${sandbox.url}/common/oauth2/token`, { method: 'POST' });

describe('a fault that is added', () => {
  const effects: readonly (readonly [
    effect: string,
    fields: Readonly<Record<string, string>>,
    shown: string,
    status: number,
    text: string,
  ])[] = [
    ['error', { error: '50196' }, 'AADSTS50196', 400, '"error_codes":[50196]'],
    ['error', { error: ' AADSTS7000215 ' }, 'AADSTS7000215', 401, '"error_codes":[7000215]'],
    ['throttle', { retryAfter: '7' }, '429, Retry-After 7 s', 429, '"error_codes":[90055]'],
    ['status', { status: '502', body: '<h1>Bad gateway</h1>' }, 'Status 502 with a body', 502, '<h1>Bad gateway</h1>'],
    ['status', { status: '500', body: '{"code": 1}' }, 'Status 500 with a body', 500, '{"code":1}'],
    ['status', {}, 'Status 503', 503, ''],
    ['delay', { delay: '1' }, '1 ms late', 400, '"error"'],
  ];
  for (const [effect, fields, shown, status, text] of effects) {
    test(`${effect} ${JSON.stringify(fields)} is listed, and met by the next request alone`, async () => {
      const browser = await signedInAs(sandbox, admin);
      const page = await add(browser, effect, fields);
      assert.deepEqual([page.url.search, rowsOf(page)], ['?done=added', [['token', shown, '1']]]);
      const answer = await asked();
      assert.equal(answer.status, status);
      if (effect === 'throttle') assert.equal(answer.headers.get('retry-after'), '7');
      assert.ok((await answer.text()).includes(text), text);
      assert.equal(await tokenByPassword(sandbox, john), 200);
      assert.deepEqual(await sandbox.control.faults(), []);
    });
  }

  test('cuts the connection', async () => {
    await add(await signedInAs(sandbox, admin), 'drop', {});
    await assert.rejects(asked(), { message: 'fetch failed' });
  });

  test('of a path pattern meets what fits, as often as it says', async () => {
    const browser = await signedInAs(sandbox, admin);
    const fields = { endpoint: '', path: '/common/*', count: '2', status: '418' };
    assert.deepEqual(rowsOf(await add(browser, 'status', fields)), [['/common/*', 'Status 418', '2']]);
    assert.equal((await asked()).status, 418);
    assert.deepEqual(rowsOf(await browser.open('/console/faults')), [['/common/*', 'Status 418', '1']]);
    assert.equal((await asked()).status, 418);
    assert.ok((await browser.open('/console/faults')).html.includes('No fault is waiting.'));
  });
});

const aadsts = 'error: Error code must be a code this sandbox knows, such as AADSTS50196. docs/errors.md lists them.';
const wrong: readonly (readonly [effect: string, fields: Readonly<Record<string, string>>, problem: string])[] = [
  ['error', { error: '' }, aadsts],
  ['error', { error: '1' }, aadsts],
  [
    'error',
    { error: '50196', endpoint: 'generatetoken' },
    'error: Error code is Entra’s, and this endpoint is Partner Center’s: give status and body.',
  ],
  ['delay', { delay: '' }, 'delay: Delay must be a number.'],
  ['delay', { delay: '60001' }, 'delay: Delay must be at most 60000.'],
  ['throttle', { retryAfter: '-1' }, 'retryAfter: Retry-After must be at least 0.'],
  ['status', { status: '204' }, 'status: HTTP status must be a status whose answer has a body.'],
  ['status', { status: '99' }, 'status: HTTP status must be at least 200.'],
  ['drop', { count: '0' }, 'count: Requests must be at least 1.'],
  ['drop', { path: '/x' }, 'endpoint: Where needs exactly one of endpoint, path.'],
  ['drop', { endpoint: '' }, 'endpoint: Where needs exactly one of endpoint, path.'],
  ['drop', { endpoint: '', path: 'x' }, 'path: Path pattern must begin with / or *, and may hold * for any text.'],
];
for (const [effect, fields, problem] of wrong) {
  test(`${effect} ${JSON.stringify(fields)} is not added, and what was entered stays`, async () => {
    const browser = await signedInAs(sandbox, admin);
    const page = await add(browser, effect, fields);
    assert.deepEqual([page.status, page.heading, problemsOf(page)], [400, 'New fault', [problem]]);
    for (const [name, value] of Object.entries(fields)) {
      if (name !== 'endpoint') assert.ok(page.html.includes(`value="${value}"`), `${name} ${page.html}`);
    }
    if (fields.endpoint !== undefined) assert.ok(page.html.includes(`value="${fields.endpoint}" selected`), page.html);
    assert.deepEqual(await sandbox.control.faults(), []);
  });
}

test('an endpoint that a form made up is refused at its field', async () => {
  const page = await add(await signedInAs(sandbox, admin), 'drop', { endpoint: 'tokens' });
  const [problem = ''] = problemsOf(page);
  assert.deepEqual([page.status, problem.startsWith('endpoint: Where must be token, or ')], [400, true], problem);
});

describe('what is listed', () => {
  test('is removed one by one, or all of it', async () => {
    const browser = await signedInAs(sandbox, admin);
    for (const path of ['/one', '/two', '/three']) await sandbox.control.addFault({ path, status: 500 });
    await browser.open('/console/faults');
    const left = await browser.press('Remove');
    assert.deepEqual([left.url.search, rowsOf(left).map(([where]) => where)], ['?done=removed', ['/two', '/three']]);
    const none = await browser.press('Remove all');
    assert.deepEqual([none.url.search, await sandbox.control.faults()], ['?done=allRemoved', []]);
  });

  test('a form that names none removes none', async () => {
    const browser = await signedInAs(sandbox, admin);
    await sandbox.control.addFault({ path: '/kept', drop: true, delay: 5 });
    const page = await browser.open('/console/faults');
    assert.deepEqual(rowsOf(page), [['/kept', 'Connection cut, 5 ms late', '1']]);
    assert.equal((await browser.press('Remove', { id: '' })).status, 400);
    assert.equal((await sandbox.control.faults()).length, 1);
  });

  test('comes page by page, and paths are text', async () => {
    const browser = await signedInAs(sandbox, admin);
    for (let index = 0; index < 30; index++) await sandbox.control.addFault({ path: `/<b>${index}`, status: 500 });
    const first = await browser.open('/console/faults');
    assert.deepEqual(
      [rowsOf(first).length, first.html.includes('1 to 25 of 30'), first.html.includes('<b>')],
      [25, true, false],
    );
    assert.equal(rowsOf(await browser.open('/console/faults?page=2')).length, 5);
  });
});
