import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { order, partnerApi, path } from './fixture.ts';

const api = await partnerApi();
const { send } = api;
const first = '00000001-aaaa-4bbb-8ccc-ddddeeee0001';
const second = '00000002-aaaa-4bbb-8ccc-ddddeeee0001';
const all = ['Cloud migration', 'Modern workplace', 'Security review'];
const namesOf = (body: { value: readonly { name: string }[] }) => body.value.map(({ name }) => name);

describe('who reads which', () => {
  const readers = [
    ['admin', all],
    ['member', ['Modern workplace']],
    ['by-id', all],
    ['with-slash', all],
    ['other-admin', []],
  ] as const;
  for (const [token, names] of readers) {
    test(`${token} reads ${names.length} referrals`, async () => {
      const { status, body } = await send('GET', path, { token });
      assert.deepEqual([status, body['@odata.count'], namesOf(body)], [200, names.length, names]);
    });
  }

  const single = [
    ['admin', first, 200],
    ['member', second, 200],
    ['member', first, 403],
    ['other-admin', first, 404],
    ['admin', '00000009-aaaa-4bbb-8ccc-ddddeeee0001', 404],
    ['admin', 'x', 404],
    ['no-role', first, 403],
  ] as const;
  for (const [token, id, status] of single) {
    test(`${token} reads ${id}: ${status}`, async () => {
      assert.equal((await send('GET', `${path}/${id}`, { token })).status, status);
    });
  }
});

describe('who writes', () => {
  const writers = [
    ['member', 403],
    ['no-role', 403],
    ['app-only', 403],
    ['disabled', 403],
    ['partner-center', 401],
    ['unknown', 401],
  ] as const;
  for (const [token, expected] of writers) {
    test(`row 53: ${token} creates and updates nothing: ${expected}`, async () => {
      const created = await send('POST', path, { token, body: order });
      const updated = await send('PATCH', `${path}/${second}`, { token, body: { name: 'Changed' } });
      assert.deepEqual([created.status, updated.status], [expected, expected]);
      assert.deepEqual(namesOf((await send('GET', path)).body), all);
    });
  }
});

describe('refused tokens, in the gateway’s form', () => {
  const tokens = [
    ['no-role', 403],
    ['deleted', 403],
    ['disabled', 403],
    ['app-only', 403],
    ['partner-center', 401],
    ['graph', 401],
    ['unknown', 401],
    ['', 401],
  ] as const;
  for (const [token, status] of tokens) {
    test(`${token || 'no token'}: ${status}`, async () => {
      const { status: got, body, headers } = await send('GET', path, { token });
      assert.deepEqual([got, Object.keys(body), body.statusCode], [status, ['statusCode', 'message'], status]);
      assert.equal(headers.get('www-authenticate'), status === 401 ? 'Bearer' : null);
    });
  }

  for (const authorization of ['Basic YTpi', 'Bearer admin, Bearer member', 'Bearer']) {
    test(`${authorization} is 401`, async () => {
      assert.equal((await send('GET', path, { token: '', headers: { authorization } })).status, 401);
    });
  }
});

describe('the frame', () => {
  const others = [
    ['DELETE', path, 405, 'GET, POST'],
    ['PUT', `${path}/${first}`, 405, 'GET, PATCH'],
    ['GET', '/v1.0/engagements', 404, null],
    ['GET', `${path}/${first}/more`, 404, null],
  ] as const;
  for (const [method, place, status, allow] of others) {
    test(`${method} ${place}: ${status}`, async () => {
      const answer = await send(method, place);
      assert.deepEqual([answer.status, answer.headers.get('allow')], [status, allow]);
      assert.equal(answer.body.statusCode, status);
    });
  }

  test('the trace header comes back, with errors too; without one there is another', async () => {
    const id = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
    for (const token of ['admin', 'unknown']) {
      const { headers } = await send('GET', path, { token, headers: { 'client-request-id': id } });
      assert.equal(headers.get('client-request-id'), id);
    }
    const made = (await send('GET', path)).headers;
    assert.equal(made.get('client-request-id'), made.get('request-id'));
    assert.equal(made.get('cache-control'), 'no-store');
  });
});
