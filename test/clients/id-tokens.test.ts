import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import {
  type AuthResult,
  memoryStore,
  newPartnerAccessToken,
  PartnerClient,
  type TokenStore,
} from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { newKey } from '../support/issuer.ts';
import { atAuthority, fails } from './authorities/asking.ts';
import { type Falsified, falsifyIdTokens, type Genuine, leftOfHash, signedBy } from './authorities/falsified.ts';
import { formBrowser } from './authorities/form-browser.ts';
import { type MockServer, startMockServer } from './authorities/oauth2-mock-server.ts';
import { clientSecret, confidentialClient, places, publicClient, tenant, userScope } from './authorities/places.ts';

/** The OpenID client plan: sign-ins at an authority whose id_token is wrong in one thing. */

const customer = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const seconds = () => Math.floor(Date.now() / 1000);
const othersKey = newKey('RS256');
const application = { applicationId: confidentialClient, credential: { password: clientSecret } };

type SignIn = (server: MockServer, store: TokenStore) => Promise<AuthResult>;

const inBrowser: SignIn = (server, store) => inBrowserAt(tenant, server, store);

const inBrowserAt = (asked: string, server: MockServer, store: TokenStore) =>
  newPartnerAccessToken({
    ...application,
    scopes: userScope,
    ...atAuthority(server),
    tenant: asked,
    useAuthorizationCode: true,
    store,
    openBrowser: async ({ url }) => void (await formBrowser().open(url)),
  });

/** The server has no device codes: it is given an address for them, and takes one as if it were another code. */
const onDevice: SignIn = (server, store) => {
  const { authority, service } = server;
  const device = { device_code: 'code', user_code: 'ABCD', verification_uri: `${authority}/`, expires_in: 60 };
  service.addRoute(
    'POST',
    `/${tenant}${places.deviceCode}`,
    (_, response) => void response.end(JSON.stringify(device)),
  );
  service.on('beforeWellKnownOpenIdConfiguration', ({ body }) =>
    Object.assign(body, { device_authorization_endpoint: `${authority}/${tenant}${places.deviceCode}` }),
  );
  return newPartnerAccessToken({
    applicationId: publicClient,
    scopes: userScope,
    ...atAuthority(server),
    useDeviceAuthentication: true,
    store,
    onDeviceCode: () => {},
    fetch: (url, init) =>
      fetch(url, {
        ...init,
        body: String(init?.body ?? '').replace(/grant_type=[^&]*device_code/, 'grant_type=authorization_code') || null,
      }),
  });
};

async function refused(server: MockServer, signIn: SignIn = inBrowser): Promise<string> {
  const store = memoryStore();
  const { message, reason = '' } = await fails('answer_unreadable', signIn(server, store));
  assert.equal(message, 'The authority’s answer is not one a client may accept.');
  assert.deepEqual(await store.keys(''), []);
  return reason;
}

describe('row 27: an id_token with a wrong claim is refused, the claim is named, and nothing is stored', () => {
  const cases: readonly [name: string, named: string, changed: (genuine: Genuine) => object][] = [
    ['iss of another host', 'iss', () => ({ iss: `https://login.example/${tenant}/v2.0` })],
    ['iss with a slash more', 'iss', ({ claims }) => ({ iss: `${claims.iss}/` })],
    [
      'iss and tid of another tenant of the same authority',
      'iss',
      ({ claims }) => ({ tid: customer, iss: String(claims.iss).replace(tenant, customer) }),
    ],
    ['iss missing', 'iss', () => ({ iss: undefined })],
    ['aud of another', 'aud', () => ({ aud: publicClient })],
    ['aud of several, no azp', 'aud', () => ({ aud: [confidentialClient, publicClient] })],
    ['aud missing', 'aud', () => ({ aud: undefined })],
    ['azp of another', 'azp', () => ({ aud: [confidentialClient, publicClient], azp: publicClient })],
    ['sub missing', 'sub', () => ({ sub: undefined })],
    ['sub a number', 'sub', () => ({ sub: 1 })],
    ['iat missing', 'iat', () => ({ iat: undefined })],
    ['iat text', 'iat', () => ({ iat: 'now' })],
    ['iat ahead', 'iat', () => ({ iat: seconds() + 400 })],
    ['exp missing', 'exp', () => ({ exp: undefined })],
    ['exp past', 'exp', () => ({ exp: seconds() - 301 })],
    ['nbf ahead', 'nbf', () => ({ nbf: seconds() + 400 })],
    ['nonce of another', 'nonce', () => ({ nonce: 'another' })],
    ['nonce missing', 'nonce', () => ({ nonce: undefined })],
    ['at_hash of another token', 'at_hash', () => ({ at_hash: leftOfHash('another') })],
    ['at_hash of all of the hash', 'at_hash', ({ accessToken }) => ({ at_hash: leftOfHash(accessToken, 32) })],
    ['at_hash a number', 'at_hash', () => ({ at_hash: 1 })],
  ];
  for (const [name, named, changed] of cases) {
    test(name, async () => {
      await using server = await startMockServer();
      falsifyIdTokens(server, (genuine) => ({ claims: { ...changed(genuine) } }));
      const reason = await refused(server);
      assert.ok(reason.includes(`"${named}"`), reason);
    });
  }
});

test('row 27: of a domain, an id_token of another tenant than the metadata names is refused', async () => {
  await using server = await startMockServer(['RS256'], 'contoso.com');
  const signIn: SignIn = (...where) => inBrowserAt('contoso.com', ...where);
  falsifyIdTokens(server, () => ({ claims: { tid: tenant } }));
  assert.ok((await signIn(server, memoryStore())).idToken);
  falsifyIdTokens(server, ({ claims }) => ({
    claims: { tid: customer, iss: String(claims.iss).replace(tenant, customer) },
  }));
  assert.ok((await refused(server, signIn)).includes('"iss"'));
});

const unproven: readonly [name: string, falsified: (genuine: Genuine) => Falsified | string][] = [
  ['no JWT', () => 'no-token'],
  ['alg none', () => ({ header: { alg: 'none' }, sign: () => '' })],
  ['alg nOnE', () => ({ header: { alg: 'nOnE' }, sign: () => '' })],
  ['alg none with a signature', () => ({ header: { alg: 'none' }, sign: () => 'AAAA' })],
  ['RS256 without its signature', () => ({ sign: () => '' })],
  ['RS256 by somebody else’s key', () => ({ sign: signedBy(othersKey) })],
  ['a claim changed after signing', ({ idToken }) => ({ claims: { x: 1 }, sign: () => idToken.split('.')[2] ?? '' })],
  ['ES256 by somebody else’s key', () => ({ header: { alg: 'ES256' }, sign: signedBy(newKey('ES256'), 'ES256') })],
  ['HS256', () => ({ header: { alg: 'HS256' }, sign: (input) => leftOfHash(input, 32) })],
  ['a critical header', () => ({ header: { crit: ['x'], x: 1 } })],
  ['a key id that is not published', () => ({ header: { kid: 'another' }, sign: signedBy(othersKey) })],
];

for (const [flow, signIn] of [
  ['in the browser', inBrowser],
  ['on a device', onDevice],
] as const) {
  describe(`row 27: ${flow}, an id_token that nobody vouches for is refused, and nothing is stored`, () => {
    for (const [name, falsified] of unproven) {
      test(name, async () => {
        await using server = await startMockServer();
        falsifyIdTokens(server, falsified);
        await refused(server, signIn);
      });
    }

    test('no key id, and several keys', async () => {
      await using server = await startMockServer(['RS256', 'RS256']);
      falsifyIdTokens(server, () => ({ header: { kid: undefined } }));
      await refused(server, signIn);
    });

    test('signed by ES256, which Entra never uses', async () => {
      await using server = await startMockServer(['ES256']);
      await refused(server, signIn);
    });
  });
}

test('row 27: in the browser, no id_token at all is refused', async () => {
  await using server = await startMockServer();
  falsifyIdTokens(server, () => undefined);
  await refused(server);
});

describe('row 27: what the plan lets pass', () => {
  const cases: readonly [name: string, falsified: (genuine: Genuine) => Falsified][] = [
    ['no key id, and one key', () => ({ header: { kid: undefined } })],
    ['the right at_hash', ({ accessToken }) => ({ claims: { at_hash: leftOfHash(accessToken) } })],
    ['clocks four minutes apart', () => ({ claims: { iat: seconds() + 240, nbf: seconds() + 240 } })],
    ['several audiences, azp ours', () => ({ claims: { aud: [confidentialClient, 'x'], azp: confidentialClient } })],
  ];
  for (const [name, falsified] of cases) {
    test(name, async () => {
      await using server = await startMockServer();
      falsifyIdTokens(server, falsified);
      assert.ok((await inBrowser(server, memoryStore())).idToken);
    });
  }

  test('a key that came after the metadata was read, just before it signed', async () => {
    await using server = await startMockServer();
    for (const kid of ['key-1', 'key-2']) {
      const key = newKey('RS256');
      falsifyIdTokens(server, () => ({ header: { kid }, sign: signedBy(key) }));
      server.service.once('beforeAuthorizeRedirect', () => {
        void server.service.issuer.keys.add({ ...key.export({ format: 'jwk' }), kid, alg: 'RS256' });
      });
      const { idToken } = await inBrowser(server, memoryStore());
      assert.equal(tokenParts(idToken).header.kid, kid);
    }
  });
});

describe('row 27: a renewal whose id_token is wrong is refused, and the sign-in stays as it was', () => {
  const account = {
    oid: '11111111-2222-3333-4444-555555555555',
    tid: tenant,
    preferred_username: 'jane.roe@contoso.com',
  };
  const cases: readonly [name: string, Falsified][] = [
    ['iss of another', { claims: { ...account, iss: 'https://login.example/' } }],
    ['tid of another', { claims: { ...account, tid: customer } }],
    ['aud of another', { claims: { ...account, aud: publicClient } }],
    ['alg none', { claims: account, header: { alg: 'none' }, sign: () => '' }],
    ['another user', { claims: { ...account, oid: '99999999-2222-3333-4444-555555555555' } }],
  ];
  for (const [name, falsified] of cases) {
    test(name, async () => {
      await using server = await startMockServer();
      const clock = settableClock(new Date());
      const openBrowser = async ({ url }: { readonly url: string }) => void (await formBrowser().open(url));
      const store = memoryStore();
      const options = { ...application, ...atAuthority(server), useAuthorizationCode: true, clock, openBrowser, store };
      const client = new PartnerClient(options);
      let next: Falsified = { claims: account };
      falsifyIdTokens(server, ({ claims }) => {
        const iss = String(claims.iss).replace(tenant, String(next.claims?.tid));
        return { ...next, claims: { iss, ...next.claims } };
      });
      const first = await client.acquireToken({ scopes: userScope });
      assert.equal(first.account?.username, account.preferred_username);
      const stored = async () => Promise.all((await store.keys('')).map((key) => store.get(key)));
      const before = await stored();
      clock.advance(3400);
      next = falsified;
      await fails('answer_unreadable', client.acquireToken({ scopes: userScope, silent: true }));
      assert.deepEqual(await stored(), before);
    });
  }
});
