import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { directoryOf } from '../../src/domain/index.ts';
import { fetchOf } from '../../src/http/message.ts';
import { type ApiBearer, createPartnerApi, sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed, readSeed } from '../../src/sandbox/seed.ts';

const partnerTenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const partner = 'https://api.partner.microsoft.com';
const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const seed = readSeed(
  'users: [{ id: 99999999-0000-0000-0000-000000000001, userPrincipalName: nobody@contoso.com, displayName: N, passwordProfile: { password: p } }]',
  's.yaml',
);
const data = await sandboxData(cheap, seed);

const bearer = (userId: string | undefined, audience = partner): ApiBearer => ({
  tenantId: partnerTenant,
  audience,
  userId,
  subject: 'somebody',
  permissions: [],
});

const john = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const mary = 'bbbbbbbb-1111-2222-3333-cccccccccccc';

/** Tokens by name: what the verifier would have found. */
const bearers: ReadonlyMap<string, ApiBearer> = new Map([
  ['admin', bearer(john)],
  ['member', bearer(mary)],
  ['no-role', bearer('99999999-0000-0000-0000-000000000001')],
  ['deleted', bearer('99999999-0000-0000-0000-00000000dead')],
  ['app-only', bearer(undefined)],
  ['partner-center', bearer(john, 'https://api.partnercenter.microsoft.com')],
  ['graph', bearer(john, '00000003-0000-0000-c000-000000000000')],
  ['by-id', bearer(john, '4990cffe-04e8-4e8b-808a-1175604b879f')],
  ['with-slash', bearer(john, `${partner}/`)],
]);

const request = fetchOf(
  createPartnerApi({
    verifyBearer: async (token) => bearers.get(token),
    directory: directoryOf(data.directory),
    referrals: {
      ofTenant: async (tenantId) => data.referrals.filter(({ organizationId }) => organizationId === tenantId),
    },
    random: systemRandom,
  }).handler,
);

const get = async (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  request(`${partner}/v1.0/engagements/referrals`, { headers, ...init });
const withToken = (token: string) => get({ authorization: `Bearer ${token}` });

const readers = [
  ['admin', ['Cloud migration', 'Modern workplace', 'Security review']],
  ['member', ['Modern workplace']],
  ['by-id', ['Cloud migration', 'Modern workplace', 'Security review']],
  ['with-slash', ['Cloud migration', 'Modern workplace', 'Security review']],
] as const;
for (const [token, names] of readers) {
  test(`${token} reads ${names.length} referrals`, async () => {
    const response = await withToken(token);
    const body = (await response.json()) as { value: readonly { name: string }[] };
    assert.equal(response.status, 200);
    assert.deepEqual(
      body.value.map(({ name }) => name),
      names,
    );
  });
}

const refusedTokens = [
  ['no-role', 403],
  ['deleted', 403],
  ['app-only', 403],
  ['partner-center', 401],
  ['graph', 401],
  ['unknown', 401],
] as const;
for (const [token, status] of refusedTokens) {
  test(`${token} is refused with ${status}, in the gateway's form`, async () => {
    const response = await withToken(token);
    const body = (await response.json()) as { statusCode: number; message: string };
    assert.equal(response.status, status);
    assert.deepEqual(Object.keys(body), ['statusCode', 'message']);
    assert.equal(body.statusCode, status);
    assert.equal(response.headers.get('www-authenticate'), status === 401 ? 'Bearer' : null);
  });
}

for (const [name, headers] of [
  ['no Authorization', {}],
  ['another scheme', { authorization: 'Basic YTpi' }],
  ['two tokens', { authorization: 'Bearer admin, Bearer member' }],
] as const) {
  test(`${name} is 401`, async () => {
    assert.equal((await get(headers)).status, 401);
  });
}

test('another method is 405', async () => {
  assert.equal((await get({ authorization: 'Bearer admin' }, { method: 'DELETE' })).status, 405);
});

test('the trace header comes back', async () => {
  const id = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
  const response = await get({ authorization: 'Bearer admin', 'client-request-id': id });
  assert.equal(response.headers.get('client-request-id'), id);
});

test('the fixed data are what the seed adds to', () => {
  assert.equal(seed.referrals.length, fixedSeed().referrals.length);
});
