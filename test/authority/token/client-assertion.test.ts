import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tokenParts } from '../../support/answer.ts';
import type { AssertionChanges } from '../../support/client-assertion.ts';
import { origin, start } from '../fixture.ts';
import {
  app,
  appOnly,
  assertion,
  assertionAuthority,
  certificates,
  graph,
  otherApp,
  sent,
  tenant,
  v1,
  v2,
} from './assertion-fixture.ts';

const entra = await assertionAuthority();
const strict = await assertionAuthority({ mode: 'strict' });
const modes = { entra, strict };
const seconds = Math.floor(start.getTime() / 1000);
const { own, others } = certificates;
const unnamed = { 'x5t#S256': undefined };

const accepted: readonly (readonly [name: string, changes: AssertionChanges])[] = [
  ['msal-node with thumbprintSha256: PS256', { algorithm: 'PS256' }],
  ['RS256 by x5t#S256', {}],
  ['RS256 by x5t', { header: { ...unnamed, x5t: own.sha1 } }],
  [
    'x5t with padding, no nbf, fractions: Python MSAL',
    {
      header: { ...unnamed, x5t: `${own.sha1}=` },
      claims: { nbf: undefined, exp: seconds + 600.25, iat: seconds + 0.75 },
    },
  ],
  ['both thumbprints of the certificate', { header: { x5t: own.sha1 } }],
  ['no typ', { header: { typ: undefined } }],
  ['neither nbf nor iat', { claims: { nbf: undefined, iat: undefined } }],
  ['a chain beside the thumbprint, which is not looked at', { header: { x5c: ['MIIB'], x5u: 'https://x.example' } }],
  ['a kid beside the thumbprint, which is not looked at', { header: { kid: '../../x' } }],
  ['the client id in capitals', { claims: { iss: app.toUpperCase(), sub: app.toUpperCase() } }],
  ['expired within the tolerance', { claims: { exp: seconds - 299 } }],
  ['valid from the end of the tolerance', { claims: { nbf: seconds + 300.4 } }],
];

for (const [mode, authority] of Object.entries(modes)) {
  describe(`${mode} mode takes`, () => {
    for (const [name, changes] of accepted) {
      test(name, async () => {
        const { status, body } = await sent(authority, appOnly(assertion(changes)));
        assert.deepEqual([status, body.error_description], [200, undefined]);
      });
    }
  });
}

describe('the token says that a certificate was used', () => {
  test('appidacr of v1 tokens', async () => {
    const { body } = await sent(entra, appOnly(assertion()));
    const { appid, appidacr } = tokenParts(body.access_token).claims;
    assert.deepEqual([appid, appidacr], [app, '2']);
  });

  test('azpacr of v2 tokens', async () => {
    const exchangeEndpoint = 'api://AzureADTokenExchange/.default';
    const { body } = await sent(entra, { ...appOnly(assertion()), scope: exchangeEndpoint });
    const { azp, azpacr } = tokenParts(body.access_token).claims;
    assert.deepEqual([azp, azpacr], [app, '2']);
  });
});

const john = { grant_type: 'password', username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };
for (const path of [v1, v2]) {
  for (const [grant, parameters] of Object.entries({ password: john, client_credentials: {} })) {
    test(`the ${grant} grant at ${path} takes an assertion`, async () => {
      const { status, body } = await sent(entra, { ...appOnly(assertion()), ...parameters }, path);
      assert.deepEqual([status, body.error_description], [200, undefined]);
    });
  }
}

const names = [tenant, 'contoso.com', 'contoso.onmicrosoft.com'];
const places = ['/oauth2/token', '/oauth2/v2.0/token', '/', '/v2.0'];
for (const path of [v1, v2]) {
  for (const aud of names.flatMap((name) => places.map((place) => `${origin}/${name}${place}`))) {
    test(`at ${path} the audience ${aud} is taken`, async () => {
      const { status } = await sent(entra, appOnly(assertion({ claims: { aud } })), path);
      assert.equal(status, 200);
    });
  }
}

test('the address asked is taken as it was asked: an alias', async () => {
  const path = '/common/oauth2/token';
  const parameters = { ...appOnly(assertion({ claims: { aud: `${origin}${path}` } })), ...john };
  assert.equal((await sent(entra, parameters, path)).status, 200);
});

test('the address asked is taken as it was asked: another letter case', async () => {
  const path = '/Contoso.COM/oauth2/v2.0/token';
  assert.equal((await sent(entra, appOnly(assertion({ claims: { aud: `${origin}${path}` } })), path)).status, 200);
});

test('through the proxy the v1 issuer is Entra’s own', async () => {
  const issuers = () => ({ v1: `https://sts.windows.net/${tenant}/`, v2: `${origin}/${tenant}/v2.0` });
  const proxied = await assertionAuthority({ issuers });
  const aud = `https://sts.windows.net/${tenant}/`;
  assert.equal((await sent(proxied, appOnly(assertion({ claims: { aud } })))).status, 200);
  assert.equal((await sent(entra, appOnly(assertion({ claims: { aud } })))).code, 700023);
});

type Refusal = readonly [name: string, code: number, parameters: () => Readonly<Record<string, string>>];
const without = (name: string) =>
  Object.fromEntries(Object.entries(appOnly(assertion())).filter(([parameter]) => parameter !== name));

const refusals: readonly Refusal[] = [
  ['no client_assertion', 7000216, () => without('client_assertion')],
  ['an empty client_assertion', 7000216, () => ({ ...appOnly('') })],
  ['no client_assertion for a user', 7000218, () => ({ ...without('client_assertion'), ...john })],
  ['no client_assertion_type', 900144, () => without('client_assertion_type')],
  [
    'another client_assertion_type',
    90023,
    () => ({
      ...appOnly(assertion()),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    }),
  ],
  ['a secret beside the assertion', 90023, () => ({ ...appOnly(assertion()), client_secret: 's' })],
  [
    'an assertion of a public client',
    700025,
    () => ({
      ...appOnly(assertion()),
      client_id: '11112222-bbbb-3333-cccc-4444dddd5555',
    }),
  ],
  [
    'an assertion of an application with a secret alone',
    700027,
    () => {
      const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';
      return { ...appOnly(assertion({ claims: { iss: clientId, sub: clientId } })), client_id: clientId };
    },
  ],
];

for (const [name, code, parameters] of refusals) {
  test(`${name}: AADSTS${code}`, async () => {
    assert.equal((await sent(entra, parameters())).code, code);
  });
}

test('a refusal is Entra’s: 401, invalid_client, and what to look at', async () => {
  const { status, error, body } = await sent(entra, appOnly(assertion({}, others)));
  const thumbprint = Buffer.from(others.sha256, 'base64url').toString('hex').toUpperCase();
  assert.deepEqual([status, error, body.error_uri], [401, 'invalid_client', `${origin}/error?code=700027`]);
  const [sentence] = String(body.error_description).split(' Trace ID');
  assert.equal(
    sentence,
    `AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}'].`,
  );
});

test('an algorithm that is not taken is named as the reason', async () => {
  for (const alg of ['HS256', 'ES256', 'none']) {
    const { body } = await sent(entra, appOnly(assertion({ header: { alg } })));
    assert.ok(String(body.error_description).includes('[Reason - The algorithm is none of RS256 and PS256.,'));
  }
});

test('an expired assertion says its times', async () => {
  const { body } = await sent(entra, appOnly(assertion({ claims: { exp: seconds - 300 } })));
  assert.ok(
    String(body.error_description).startsWith(
      'AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-11-21T08:59:27.400Z, assertion valid from 2026-11-21T08:59:27.000Z, expiry time of assertion 2026-11-21T08:54:27.000Z.',
    ),
  );
});

test('in entra mode one assertion is taken again and again, as msal-node sends it', async () => {
  const same = appOnly(assertion());
  assert.deepEqual([(await sent(entra, same)).status, (await sent(entra, same)).status], [200, 200]);
  assert.deepEqual(await entra.context.entries.list('assertionId'), []);
});

test('another application’s id beside the assertion is not that application', async () => {
  const { code } = await sent(entra, { ...appOnly(assertion()), client_id: otherApp });
  assert.equal(code, 700027);
  assert.equal((await sent(entra, { ...appOnly(assertion({}, others)), client_id: otherApp })).code, 700021);
});

test(`the scope ${graph}/.default gives a token of this application`, async () => {
  const { body } = await sent(entra, appOnly(assertion()));
  assert.equal(tokenParts(body.access_token).claims.aud, graph);
});
