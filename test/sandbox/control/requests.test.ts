import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { base64url } from '../../../src/base/bytes.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { ReceivedRequest } from '../../../src/domain/index.ts';
import { redaction } from '../../../src/sandbox/requests/redaction.ts';
import { requestLog } from '../../../src/sandbox/requests/request-log.ts';
import { appToken, controlled, fixedApplication, fixedSecret, john, signIn } from './fixture.ts';

const sandbox = await controlled();
const { control, ask } = sandbox;
const requests = async (query = ''): Promise<readonly ReceivedRequest[]> =>
  (await ask('GET', `/sandbox/requests${query}`)).body.requests;

test('a token request: everything that helps, nothing that is secret', async () => {
  await control.clearRequests();
  const id = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
  await sandbox.post(
    '/common/oauth2/token?api-version=1.0',
    {
      grant_type: 'password',
      client_id: fixedApplication,
      client_secret: fixedSecret,
      resource: 'https://api.partner.microsoft.com',
      scope: 'openid',
      username: john,
      password: 'wrong',
    },
    { 'client-request-id': id, cookie: 'session=abc', 'user-agent': 'test' },
  );
  const [request] = await requests();
  assert.ok(request);
  const { durationMilliseconds, checks, ...rest } = request;
  assert.equal(typeof durationMilliseconds, 'number');
  assert.equal(checks?.find(({ result }) => result === 'stopped')?.name, 'proof');
  const digests = Object.fromEntries(
    [request.form.client_secret, request.form.password, request.cookie].map((text, index) => [index, text]),
  );
  for (const text of Object.values(digests)) assert.match(String(text), /^\[redacted [0-9a-f]{8}\]$/);
  assert.deepEqual(rest, {
    id: '1',
    endpoint: 'token',
    time: '2026-11-21T09:00:00.000Z',
    method: 'POST',
    path: '/common/oauth2/token',
    query: { 'api-version': '1.0' },
    form: {
      grant_type: 'password',
      client_id: fixedApplication,
      client_secret: digests[0],
      resource: 'https://api.partner.microsoft.com',
      scope: 'openid',
      username: john,
      password: digests[1],
    },
    cookie: digests[2],
    contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
    userAgent: 'test',
    status: 400,
    outcome: 'answered',
    correlationId: id,
    errorCodes: ['AADSTS50126'],
    clientId: fixedApplication,
    tenant: 'common',
  });
});

test('equal secrets have equal digests, and different ones others', async () => {
  await control.clearRequests();
  for (const password of ['one', 'one', 'two']) await signIn(sandbox, john, password);
  const [first, second, third] = (await requests()).map(({ form }) => form.password);
  assert.deepEqual([first === second, first === third], [true, false]);
});

test('an exchange: the client and tenant of the bearer, the code of a refusal, no token', async () => {
  const { access_token: bearer } = (await (await appToken(sandbox)).json()) as { access_token: string };
  await control.clearRequests();
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json', 'ms-correlationid': 'mine' };
  await sandbox.post('/v3/generatetoken', { grant_type: 'nonsense' }, headers);
  const [request] = await requests();
  assert.deepEqual(
    [request?.clientId, request?.tenant, request?.status, request?.errorCodes, request?.correlationId],
    [fixedApplication, 'aaaabbbb-0000-cccc-1111-dddd2222eeee', 400, ['3000'], 'mine'],
  );
  assert.match(request?.authorization ?? '', /^Bearer \[redacted [0-9a-f]{8}\]$/);
});

test('filters: by path, correlation id and time; the control API’s own are not among them', async () => {
  const own = await controlled();
  await own.fetch(`${own.url}/common/discovery/keys`);
  own.clock.advance(60);
  const id = 'EEEEFFFF-4444-aaaa-5555-bbbb6666cccc';
  await own.fetch(`${own.url}/contoso.com/discovery/keys?client-request-id=${id}`);
  const paths = async (query: string) =>
    (await own.ask('GET', `/sandbox/requests${query}`)).body.requests.map(({ path }: ReceivedRequest) => path);
  const [first, second] = ['/common/discovery/keys', '/contoso.com/discovery/keys'];
  assert.deepEqual(await paths(''), [first, second]);
  assert.deepEqual(await paths('?path=/contoso*'), [second]);
  assert.deepEqual(await paths(`?correlationId=${id.toLowerCase()}`), [second]);
  assert.deepEqual(await paths('?since=2026-11-21T09:00:30Z'), [second]);
  assert.deepEqual(await paths('?since=2026-11-21T09:00:00Z&path=*/keys'), [first, second]);
  assert.deepEqual((await own.ask('DELETE', '/sandbox/requests')).body, { removed: 2 });
  assert.deepEqual(await paths(''), []);
});

test('a fault is told as it was met: dropped, or with its status', async () => {
  await control.clearRequests();
  await control.addFault({ endpoint: 'keys', drop: true });
  await control.addFault({ endpoint: 'keys', error: 50196 });
  await assert.rejects(sandbox.fetch(`${sandbox.url}/common/discovery/keys`));
  await sandbox.fetch(`${sandbox.url}/common/discovery/keys`);
  assert.deepEqual(
    (await requests()).map(({ outcome, status, errorCodes }) => [outcome, status, errorCodes]),
    [
      ['cut', undefined, []],
      ['answered', 400, ['AADSTS50196']],
    ],
  );
});

describe('row 17: whatever is sent, no secret of it is listed', () => {
  const canary = 'CaNaRy-9d1c2b/7+e=';
  const jwt = `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ appid: canary })).toString('base64url')}.c2ln`;
  /** As passwords of the fixed data look, and as codes, refresh tokens and interactions do. */
  const password = 'CaNaRyPassword@123';
  const code = base64url(systemRandom.bytes(32));
  const names = [
    'client_secret',
    'client_secert',
    'client_id',
    'username',
    'login_hint',
    'password',
    'code',
    'device_code',
    'user_code',
    'refresh_token',
    'client_assertion',
    'assertion',
    'code_verifier',
    'id_token_hint',
    'state',
    'nonce',
    'anything',
  ];
  const all = Object.fromEntries(names.map((name) => [name, canary]));
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const cases: readonly (readonly [name: string, path: string, init: RequestInit])[] = [
    ['in a form', '/common/oauth2/token', { method: 'POST', body: new URLSearchParams(all) }],
    ['in a query', `/common/oauth2/v2.0/authorize?${form(all)}`, {}],
    [
      'in harmless fields, as a token',
      `/common/oauth2/v2.0/authorize?scope=${jwt}&redirect_uri=https://a/?t=${jwt}`,
      {},
    ],
    ['in the path, as a token', `/${jwt}/oauth2/token`, {}],
    [
      'a password as a user name',
      '/common/oauth2/token',
      { method: 'POST', body: new URLSearchParams({ username: password }) },
    ],
    ['a password as a hint', `/common/oauth2/v2.0/authorize?login_hint=${password}`, {}],
    [
      'a code in harmless fields',
      `/common/oauth2/v2.0/authorize?scope=a+${code}&redirect_uri=https://a/?t=${code}`,
      {},
    ],
    ['an interaction', `/interaction/${code}`, {}],
    [
      'in Authorization, Basic',
      '/common/oauth2/token',
      { headers: { authorization: `Basic ${Buffer.from(`${canary}:${canary}`).toString('base64')}` } },
    ],
    ['in Authorization without a scheme', '/common/oauth2/token', { headers: { authorization: canary } }],
    ['in Authorization, Bearer', '/v3/generatetoken', { method: 'POST', headers: { authorization: `Bearer ${jwt}` } }],
    ['in a cookie', '/', { headers: { cookie: `a=${canary}` } }],
    [
      'in a body that is no form',
      '/common/oauth2/token',
      { method: 'POST', body: canary, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['in JSON', '/common/oauth2/token', { method: 'POST', body: JSON.stringify(all) }],
    ['in other headers, as a token', '/', { headers: { 'user-agent': jwt, 'client-request-id': jwt } }],
  ];
  for (const [name, path, init] of cases) {
    test(name, async () => {
      await control.clearRequests();
      await sandbox.fetch(sandbox.url + path, init);
      const text = JSON.stringify(await requests());
      assert.notEqual(text, '[]');
      const forms = [
        canary,
        encodeURIComponent(canary),
        Buffer.from(canary).toString('base64').slice(0, 20),
        jwt,
        'eyJ',
        password,
        code,
      ];
      for (const secret of forms) assert.equal(text.includes(secret), false, text);
    });
  }
});

test('the digest is keyed: another process has another', () => {
  const [one, other] = [redaction(systemRandom), redaction(systemRandom)];
  assert.equal(one.secret('password'), one.secret('password'));
  assert.notEqual(one.secret('password'), other.secret('password'));
});

test('the last 1,000 are kept, however many come', () => {
  const log = requestLog();
  const request = { time: '2026-11-21T09:00:00Z', method: 'GET', query: {}, form: {}, errorCodes: [] } as const;
  const ends = Array.from({ length: 2500 }, (_, index) =>
    log.add({ ...request, path: `/${index}`, outcome: 'underWay' }),
  );
  // An answer that comes after its request was forgotten brings it not back.
  for (const end of ends) end({ outcome: 'answered', status: 200 });
  const kept = log.list();
  assert.deepEqual([kept.length, kept[0]?.path, kept.at(-1)?.path], [1000, '/1500', '/2499']);
  assert.deepEqual([...new Set(kept.map(({ status }) => status))], [200]);
});

test('one request is listed in bounded space', async () => {
  await control.clearRequests();
  const many = new URLSearchParams(
    Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`scope${index}`, 'x'.repeat(100)])),
  );
  await sandbox.fetch(`${sandbox.url}/common/oauth2/token?scope=${'a b '.repeat(2000)}`, {
    method: 'POST',
    body: many,
  });
  const text = JSON.stringify(await requests());
  assert.ok(text.length < 16_384, String(text.length));
});
