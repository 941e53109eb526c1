import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../../src/base/clock.ts';
import type { ForgedToken, TokenOrder } from '../../../src/sandbox/control/forged-token.ts';
import { type ControlContext, controlOf } from '../../../src/sandbox/control/index.ts';
import { faultBook } from '../../../src/sandbox/faults/fault-book.ts';
import { testKeys } from '../../authority/fixture.ts';
import { testWorld } from '../world/fixture.ts';
import { controlled, jane, john, now } from './fixture.ts';

const sandbox = await controlled();
const { control, ask } = sandbox;

/** What the token service says of a token. */
async function exchanged({ accessToken }: ForgedToken): Promise<readonly [status: number, code: string | undefined]> {
  const response = await sandbox.post(
    '/v3/generatetoken',
    { grant_type: 'jwt_token' },
    { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
  );
  const body = (await response.json()) as { code?: string };
  return [response.status, body.code];
}

const legacyGraph = 'https://graph.windows.net';
const verdicts: readonly (readonly [name: string, order: TokenOrder, status: number, code: string | undefined])[] = [
  ['app-only', {}, 200, undefined],
  ['app-only, version 2', { version: 2 }, 200, undefined],
  ['a user with MFA', { user: jane }, 200, undefined],
  ['a user with MFA, version 2', { user: jane, version: 2 }, 200, undefined],
  ['a user without MFA', { user: john }, 401, '900421'],
  ['a user said to have MFA', { user: john, mfa: true }, 200, undefined],
  ['a user said to have none', { user: jane, mfa: false }, 401, '900421'],
  ['another resource', { resource: legacyGraph }, 401, '900420'],
  ['expired', { flaws: ['expired'] }, 401, '400'],
  ['expired, of a short life', { flaws: ['expired'], lifetimeSeconds: 1 }, 401, '400'],
  ['not yet valid', { flaws: ['notYetValid'] }, 401, '400'],
  ['wrong audience', { flaws: ['wrongAudience'] }, 401, '900420'],
  ['another issuer', { flaws: ['otherIssuer'] }, 401, '400'],
  ['bad signature', { flaws: ['badSignature'] }, 401, '400'],
  ['unknown key', { flaws: ['unknownKey'] }, 401, '400'],
  ['unsigned', { flaws: ['unsigned'] }, 401, '400'],
  ['a tenant without a partner account', { tenant: 'fabrikam.onmicrosoft.com' }, 404, '60003'],
  ['a claim taken out', { claims: { exp: null } }, 401, '400'],
  ['a claim put over', { user: john, claims: { amr: ['pwd', 'mfa'] } }, 200, undefined],
  ['a header put over', { header: { alg: 'HS256' } }, 401, '400'],
];
for (const [name, order, status, code] of verdicts) {
  test(`${name}: ${status} ${code ?? ''}`, async () => {
    assert.deepEqual(await exchanged(await control.forgeToken(order)), [status, code]);
  });
}

test('the answer over HTTP shows what is in the token', async () => {
  const { status, body } = await ask('POST', '/sandbox/tokens', {
    user: john,
    claims: { custom: [1, null], upn: null },
  });
  const [header, claims] = body.accessToken.split('.').slice(0, 2);
  const decoded = (segment: string) => JSON.parse(Buffer.from(segment, 'base64url').toString());
  assert.deepEqual([status, decoded(header), decoded(claims)], [200, body.header, body.claims]);
  assert.deepEqual(
    [body.claims.custom, 'upn' in body.claims, body.claims.oid],
    [[1, null], false, 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'],
  );
});

test('row 126: no two tokens have one identifier', async () => {
  const tokens = await Promise.all(Array.from({ length: 200 }, () => control.forgeToken()));
  assert.equal(new Set(tokens.map(({ claims }) => claims.uti)).size, 200);
  assert.equal(Buffer.from(String(tokens[0]?.claims.uti), 'base64url').length, 16);
});

test('row 126: identifiers come from the generator of the context', async () => {
  const asked: number[] = [];
  const random = {
    guid: () => 'guid',
    bytes: (size: number) => {
      asked.push(size);
      return new Uint8Array(size).fill(0xab);
    },
  };
  const fault = faultBook({ random }).add({ path: '/x', status: 500 });
  const keys = await testKeys();
  const issuers = () => ({ v1: 'one', v2: 'two' });
  const clock = settableClock(now);
  const context = {
    random,
    clock,
    world: await testWorld(),
    rings: { authority: keys },
    issuers,
  } as unknown as ControlContext;
  const { claims } = await controlOf(context, 'https://localhost:8443').forgeToken();
  assert.deepEqual([fault?.id, claims.uti, asked], ['guid', Buffer.alloc(16, 0xab).toString('base64url'), [16]]);
});

const refused: readonly (readonly [order: object, status: number, code: string, target: string | undefined])[] = [
  [{ flaws: ['stale'] }, 400, 'invalidInput', 'flaws[0]'],
  [{ application: 'x' }, 400, 'invalidInput', 'application'],
  [{ lifetimeSeconds: 0 }, 400, 'invalidInput', 'lifetimeSeconds'],
  [{ claims: [] }, 400, 'invalidInput', 'claims'],
  [{ claims: { a: 'x'.repeat(8192) } }, 400, 'invalidInput', 'claims'],
  [{ tenant: 'nowhere.example' }, 404, 'notFound', 'tenant'],
  [{ user: 'nobody@contoso.com' }, 404, 'notFound', 'userPrincipalName'],
  [{ resource: 'https://nothing.example' }, 404, 'notFound', 'resource'],
  [{ application: '99999999-9999-9999-9999-999999999999' }, 404, 'notFound', 'application'],
];
for (const [order, status, code, target] of refused) {
  test(`${JSON.stringify(order).slice(0, 60)} is refused`, async () => {
    const answer = await ask('POST', '/sandbox/tokens', order);
    assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.target], [status, code, target]);
  });
}
