import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { fetchOf } from '../../../src/http/message.ts';
import { type AadstsEntry, aadsts } from '../../../src/protocol/aadsts.ts';
import { faultEndpointNames, fitsPattern } from '../../../src/sandbox/faults/endpoints.ts';
import type { FaultOrder } from '../../../src/sandbox/faults/fault.ts';
import { faultBook } from '../../../src/sandbox/faults/fault-book.ts';
import { withFaults } from '../../../src/sandbox/faults/with-faults.ts';
import { processorSeconds } from '../../support/times.ts';
import { controlled, john, now } from './fixture.ts';

const sandbox = await controlled();
const { control, ask } = sandbox;
const get = (path: string) => sandbox.fetch(`${sandbox.url}${path}`);

const paths: Readonly<Record<string, readonly string[]>> = {
  token: ['/contoso.com/oauth2/token', '/common/oauth2/v2.0/token', '/common/OAuth2/Token'],
  authorize: ['/common/oauth2/authorize', '/common/oauth2/v2.0/authorize'],
  devicecode: ['/common/oauth2/devicecode', '/common/oauth2/v2.0/devicecode'],
  discovery: [
    '/common/v2.0/.well-known/openid-configuration',
    '/common/.well-known/openid-configuration',
    '/common/discovery/instance',
    `/common/userrealm/${john}`,
  ],
  keys: ['/common/discovery/keys', '/common/discovery/v2.0/keys', '/.well-known/jwks.json'],
  generatetoken: ['/v3/generatetoken', '/generatetoken', '/V3/GenerateToken'],
  customers: ['/v1/customers', '/V1/Customers/1/applicationconsents'],
  referrals: ['/v1.0/engagements/referrals', '/v1.0/engagements/referrals/1'],
};
for (const endpoint of faultEndpointNames) {
  test(`a fault of ${endpoint} meets its paths and no other`, async () => {
    for (const [name, own] of Object.entries(paths)) {
      for (const path of own) {
        await control.removeFaults();
        await control.addFault({ endpoint, status: 418, body: 'teapot' });
        const response = await get(path);
        assert.equal(response.status === 418, name === endpoint, path);
      }
    }
  });
}

const effects: readonly (readonly [
  name: string,
  fault: Omit<FaultOrder, 'endpoint' | 'path'>,
  path: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
])[] = [
  ['a status alone', { status: 503 }, '/common/oauth2/token', 503, { 'content-type': 'text/plain; charset=utf-8' }, ''],
  [
    'a status with text and headers',
    { status: 502, body: '<h1>Bad gateway</h1>', headers: { 'Content-Type': 'text/html', 'X-Proxy': 'yes' } },
    '/common/oauth2/token',
    502,
    { 'content-type': 'text/html', 'x-proxy': 'yes' },
    '<h1>Bad gateway</h1>',
  ],
  [
    'a status with JSON',
    { status: 500, body: { code: '800003', description: 'd', source: 's' } },
    '/v3/generatetoken',
    500,
    { 'content-type': 'application/json; charset=utf-8' },
    '{"code":"800003","description":"d","source":"s"}',
  ],
  ['success with nonsense', { status: 200, body: 'no token' }, '/common/oauth2/token', 200, {}, 'no token'],
  [
    'throttling of the token service',
    { throttle: { retryAfter: 7 } },
    '/v3/generatetoken',
    429,
    { 'retry-after': '7' },
    '{"code":"800002","description":"Too many requests. Wait as long as Retry-After says.","source":"partner-auth"}',
  ],
  [
    'throttling of Partner Center’s customers',
    { throttle: {} },
    '/v1/customers',
    429,
    { 'retry-after': '1' },
    '{"code":"800002","description":"Too many requests. Wait as long as Retry-After says.","source":"partner-auth"}',
  ],
  [
    'throttling of the Referrals API',
    { throttle: {} },
    '/v1.0/engagements/referrals',
    429,
    { 'retry-after': '1' },
    '{"statusCode":429,"message":"Too many requests. Wait as long as Retry-After says."}',
  ],
];
for (const [name, fault, path, status, headers, body] of effects) {
  test(name, async () => {
    await control.removeFaults();
    await control.addFault({ path, ...fault });
    const response = await get(path);
    assert.deepEqual([response.status, await response.text()], [status, body]);
    for (const [header, value] of Object.entries(headers)) assert.equal(response.headers.get(header), value);
  });
}

const codes = [
  ['AADSTS50196', '/common/oauth2/v2.0/token', 400, 'temporarily_unavailable'],
  [7000215, '/common/oauth2/v2.0/token', 401, 'invalid_client'],
  ['50076', '/common/oauth2/token', 400, 'interaction_required'],
] as const;
for (const [error, path, status, name] of codes) {
  test(`${error} is answered as Entra answers it`, async () => {
    const number = Number(String(error).replace('AADSTS', ''));
    await control.addFault({ path, error });
    const id = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
    const response = await sandbox.fetch(sandbox.url + path, { headers: { 'client-request-id': id } });
    const body = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(
      [response.status, body.error, body.error_codes, body.correlation_id],
      [status, name, [number], id],
    );
    assert.match(String(body.error_description), new RegExp(`^AADSTS${number}: `));
    assert.equal(body.timestamp, '2026-11-21 09:00:00Z');
  });
}

test('throttled at the authority: 429 in Entra’s words', async () => {
  await control.addFault({ endpoint: 'token', throttle: { retryAfter: 3 } });
  const response = await get('/common/oauth2/v2.0/token');
  const body = (await response.json()) as { error_codes: number[] };
  assert.deepEqual([response.status, response.headers.get('retry-after'), body.error_codes], [429, '3', [90055]]);
});

test('dropped: fetch rejects as it does when a connection ends', async () => {
  await control.addFault({ endpoint: 'keys', drop: true });
  await assert.rejects(
    get('/common/discovery/keys'),
    (thrown) => thrown instanceof TypeError && thrown.message === 'fetch failed',
  );
  assert.equal((await get('/common/discovery/keys')).status, 200);
});

test('of 100 requests at once exactly as many meet a fault as it says', async () => {
  await control.addFault({ endpoint: 'discovery', status: 503, count: 7 });
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => get('/common/v2.0/.well-known/openid-configuration')),
  );
  assert.equal(answers.filter(({ status }) => status === 503).length, 7);
  assert.deepEqual(await control.faults(), []);
});

test('they are used one after the other, and what is left is listed and removed', async () => {
  const first = await control.addFault({ endpoint: 'keys', status: 500, count: 2 });
  const second = await control.addFault({ endpoint: 'keys', status: 502 });
  assert.equal((await get('/common/discovery/keys')).status, 500);
  assert.deepEqual(
    (await control.faults()).map(({ id, remaining }) => [id, remaining]),
    [
      [first.id, 1],
      [second.id, 1],
    ],
  );
  await control.removeFaults(first.id);
  assert.equal((await get('/common/discovery/keys')).status, 502);
  assert.equal((await get('/common/discovery/keys')).status, 200);
});

test('the control API is never faulted', async () => {
  await control.addFault({ path: '*', status: 500, count: 100 });
  assert.equal((await ask('GET', '/sandbox/faults')).status, 200);
  assert.equal((await ask('DELETE', '/sandbox/faults')).body.removed, 1);
});

test('a delay holds back the real answer, or the fault’s', async () => {
  const waited: number[] = [];
  const faults = faultBook({ random: systemRandom });
  const request = fetchOf(
    withFaults(
      { faults, random: systemRandom, clock: settableClock(now), wait: async (time) => void waited.push(time) },
      async () => ({ status: 200, headers: [], body: 'real' }),
    ),
  );
  faults.add({ path: '/a', delay: 2000 });
  faults.add({ path: '/a', delay: 3000, status: 500 });
  const answers = [];
  for (let time = 0; time < 3; time++) answers.push((await request('https://localhost/a')).status);
  assert.deepEqual(
    [answers, waited],
    [
      [200, 500, 200],
      [2000, 3000],
    ],
  );
});

test('a sandbox that closes lets those go who wait for a delay', async () => {
  const own = await controlled();
  await own.control.addFault({ endpoint: 'keys', delay: 60_000 });
  const waiting = own.fetch(`${own.url}/common/discovery/keys`);
  await own.close();
  const late = setTimeout(20_000, undefined, { ref: false });
  assert.equal((await Promise.race([waiting, late]))?.status, 200);
});

const refused: readonly (readonly [fault: object, target: string])[] = [
  [{ status: 500 }, 'endpoint'],
  [{ endpoint: 'token', path: '/a', status: 500 }, 'endpoint'],
  [{ endpoint: 'tokens', status: 500 }, 'endpoint'],
  [{ path: 'a', status: 500 }, 'path'],
  [{ endpoint: 'token' }, 'status'],
  [{ endpoint: 'token', count: 2 }, 'status'],
  [{ endpoint: 'token', status: 500, drop: true }, 'status'],
  [{ endpoint: 'token', body: 'x', drop: true }, 'status'],
  [{ endpoint: 'token', status: 99 }, 'status'],
  [{ endpoint: 'token', status: 204 }, 'status'],
  [{ endpoint: 'token', status: 500, count: 0 }, 'count'],
  [{ endpoint: 'token', delay: 60_001 }, 'delay'],
  [{ endpoint: 'token', error: 1 }, 'error'],
  [{ endpoint: 'generatetoken', error: 50196 }, 'error'],
  [{ endpoint: 'token', throttle: { retryAfter: -1 } }, 'throttle.retryAfter'],
  [{ endpoint: 'token', drop: false }, 'drop'],
  [{ endpoint: 'token', status: 500, headers: { 'Content-Length': '5' } }, 'headers.Content-Length'],
  [{ endpoint: 'token', status: 500, headers: { 'X-A': 'a\r\nB: c' } }, 'headers.X-A'],
];
for (const [fault, target] of refused) {
  test(`${JSON.stringify(fault)} is refused`, async () => {
    const { status, body } = await ask('POST', '/sandbox/faults', fault);
    assert.deepEqual([status, body.error.code], [400, 'invalidInput'], body.error.message);
    assert.equal(body.error.target.replace(/\["(.*)"\]/, '.$1'), target, body.error.message);
    assert.deepEqual(await control.faults(), []);
  });
}

test('a thousand faults are enough', () => {
  const faults = faultBook({ random: systemRandom });
  for (let index = 0; index < 1000; index++) assert.ok(faults.add({ path: '/x', status: 500 }));
  assert.equal(faults.add({ path: '/x', status: 500 }), undefined);
});

describe('patterns', () => {
  const cases = [
    ['/a', '/a', true],
    ['/a', '/A', true],
    ['/a', '/ab', false],
    ['*', '/anything/at/all', true],
    ['/*/token', '/contoso.com/oauth2/token', true],
    ['/*/token', '/token', false],
    ['/a*a', '/a', false],
    ['/a*b*c', '/aXbYc', true],
    ['/a*b*c', '/acb', false],
    ['*b*b*', '/b', false],
  ] as const;
  for (const [pattern, path, expected] of cases) {
    test(`${pattern} and ${path}`, () => assert.equal(fitsPattern(pattern, path), expected));
  }

  test('many stars cost no time', () => {
    const seconds = processorSeconds(() =>
      assert.equal(fitsPattern(`${'*a'.repeat(250)}b`, `/${'a'.repeat(16_000)}`), false),
    );
    assert.ok(seconds < 1, `${seconds} s`);
  });
});

describe('every code of the table can be met, in Entra’s body, at both versions', () => {
  for (const [version, path] of [
    ['v1', '/common/oauth2/token'],
    ['v2', '/common/oauth2/v2.0/token'],
  ] as const) {
    test(version, async () => {
      for (const entry of Object.values(aadsts) as readonly AadstsEntry[]) {
        await control.removeFaults();
        await control.addFault({ endpoint: 'token', error: entry.code });
        const response = await get(path);
        const { error_description: description, ...body } = (await response.json()) as Record<string, unknown>;
        assert.deepEqual(
          { status: response.status, type: response.headers.get('content-type'), ...body },
          {
            status: entry.status,
            type: 'application/json; charset=utf-8',
            error: (version === 'v1' ? entry.v1Error : undefined) ?? entry.error,
            error_codes: [entry.code],
            timestamp: body.timestamp,
            trace_id: response.headers.get('x-ms-request-id'),
            correlation_id: body.correlation_id,
            ...(entry.hasPage ? { error_uri: `${sandbox.url}/error?code=${entry.code}` } : {}),
            ...(entry.suberror === undefined ? {} : { suberror: entry.suberror }),
          },
          String(entry.code),
        );
        const beginning = `AADSTS${entry.code}: `;
        assert.equal(String(description).slice(0, beginning.length), beginning);
      }
      await control.removeFaults();
    });
  }
});
