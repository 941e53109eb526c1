import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, mock, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import {
  fileStore,
  memoryStore,
  type NewPartnerAccessTokenParameters,
  newPartnerAccessToken,
  PartnerClient,
} from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { newCertificate } from '../support/client-assertion.ts';
import { scratchFolder } from '../support/served-sandbox.ts';
import { atAuthority, fails } from './authorities/asking.ts';
import { formBrowser, type Page } from './authorities/form-browser.ts';
import { startMockServer } from './authorities/oauth2-mock-server.ts';
import { forbiddenScope, startOidcProvider } from './authorities/oidc-provider.ts';
import {
  applicationScope,
  clientSecret,
  confidentialClient,
  places,
  publicClient,
  resource,
  tenant,
  userScope,
} from './authorities/places.ts';

/** Judges that are not ours: the client as it is against authorities others have written. */

const folder = scratchFolder();
const application = { applicationId: confidentialClient, credential: { password: clientSecret } };
const asUser = { scopes: userScope, useAuthorizationCode: true } as const;
const person = { login: 'jane.roe@contoso.com', password: 'any' };

// oidc-provider says at length what a production server would be given.
before(() => {
  mock.method(console, 'info', () => {});
  mock.method(console, 'warn', () => {});
});

/** Signs in and consents, as its pages ask for it. */
async function signIn({ url }: { readonly url: string }): Promise<void> {
  const browser = formBrowser();
  const consent = await browser.submit(await browser.open(url), person);
  const { status } = await browser.submit(consent);
  assert.equal(status, 200);
}

/** Enters the code where its page asks for it, confirms it, signs in, consents. */
async function enterCode({ verificationUri, userCode }: { verificationUri: string; userCode: string }): Promise<Page> {
  const browser = formBrowser();
  const confirm = await browser.submit(await browser.open(verificationUri), { user_code: userCode });
  const login = await browser.submit(confirm);
  return browser.submit(await browser.submit(login, person));
}

describe('oidc-provider', () => {
  test('client credentials by a secret', async () => {
    await using provider = await startOidcProvider();
    const parameters = { ...application, ...atAuthority(provider), scopes: applicationScope };
    const { accessToken, scopes } = await newPartnerAccessToken(parameters);
    const { iss, aud, client_id } = tokenParts(accessToken).claims;
    assert.deepEqual(
      [iss, aud, client_id, scopes],
      [`${provider.authority}/${tenant}/v2.0`, resource, confidentialClient, [applicationScope]],
    );
    assert.deepEqual(provider.received, [`POST /${tenant}${places.token}`]);
  });

  test('client credentials by an assertion signed with a certificate’s key (private_key_jwt)', async () => {
    const certificate = await newCertificate(new Date());
    const clientJwk = { ...certificate.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'PS256' };
    const { kty, n, e, use, alg } = clientJwk as Record<string, unknown>;
    await using provider = await startOidcProvider({ clientKeys: { keys: [{ kty, n, e, use, alg }] } });
    const { accessToken } = await newPartnerAccessToken({
      applicationId: confidentialClient,
      certificate: { certificate: certificate.certificatePem, privateKey: certificate.privateKeyPem },
      ...atAuthority(provider),
      scopes: applicationScope,
    });
    assert.equal(tokenParts(accessToken).claims.client_id, confidentialClient);
  });

  const codes: readonly [name: string, client: object][] = [
    ['a confidential client', application],
    ['a public client', { applicationId: publicClient }],
  ];
  for (const [name, client] of codes) {
    test(`authorization code with PKCE through its own pages: ${name}`, async () => {
      await using provider = await startOidcProvider();
      const parameters: object = { ...client, ...asUser, ...atAuthority(provider), openBrowser: signIn };
      const { accessToken, idToken, refreshToken } = await newPartnerAccessToken(
        parameters as NewPartnerAccessTokenParameters,
      );
      assert.deepEqual(
        [tokenParts(accessToken).claims.aud, tokenParts(idToken ?? '').claims.sub],
        [resource, person.login],
      );
      assert.ok(refreshToken);
      assert.equal(provider.received.at(-1), `GET /${tenant}${places.keys}`);
    });
  }

  test('device code', async () => {
    await using provider = await startOidcProvider();
    const pages: Promise<Page>[] = [];
    const { idToken, refreshToken } = await newPartnerAccessToken({
      applicationId: publicClient,
      scopes: userScope,
      useDeviceAuthentication: true,
      ...atAuthority(provider),
      onDeviceCode: (device) => void pages.push(enterCode(device)),
      // The first time it is asked before anybody has entered anything.
      sleep: async () => {
        if (provider.received.some((each) => each.endsWith(places.token))) await Promise.all(pages);
      },
    });
    assert.equal(tokenParts(idToken ?? '').claims.sub, person.login);
    assert.ok(refreshToken);
  });

  test('row 10: 50 clients with one store renew once, and its reuse detection never strikes', async () => {
    await using provider = await startOidcProvider({ accessTokenSeconds: 120 });
    const clock = settableClock(new Date());
    // Those who wait for their turn wait on a timer, as they do outside of tests.
    const options = {
      ...atAuthority(provider),
      sleep: undefined,
      ...application,
      ...asUser,
      clock,
      openBrowser: signIn,
    };
    const path = join(folder, 'key');
    writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    const key = { kind: 'file', path } as const;
    const stores = Array.from({ length: 50 }, () => fileStore({ folder, key }));
    const clients = stores.map((store) => new PartnerClient({ ...options, store }));
    const first = await clients[0]?.acquireToken({ scopes: userScope });
    for (const round of [1, 2, 3]) {
      clock.advance(120);
      const before = provider.received.length;
      const results = await Promise.all(
        clients.map((client) => client.acquireToken({ scopes: userScope, silent: true })),
      );
      assert.deepEqual(provider.received.slice(before), [`POST /${tenant}${places.token}`], `round ${round}`);
      assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
      assert.equal(new Set(results.map(({ refreshToken }) => refreshToken)).size, 1);
    }
    // The judge does strike: a token that was rotated away ends the sign-in for all of them.
    const old = { refreshToken: first?.refreshToken ?? '', scopes: userScope };
    await fails('sign_in_needed', newPartnerAccessToken({ ...application, ...old, ...atAuthority(provider) }));
    clock.advance(120);
    await fails('sign_in_needed', clients[1]?.acquireToken({ scopes: userScope, silent: true }));
    for (const store of stores) store.close();
  });

  test('someone who goes back instead of signing in: access_refused, and no token is asked for', async () => {
    await using provider = await startOidcProvider();
    const openBrowser = async ({ url }: { readonly url: string }) => {
      const browser = formBrowser();
      const { url: page } = await browser.open(url);
      await browser.open(`${page}/abort`);
    };
    const parameters = { ...application, ...asUser, ...atAuthority(provider), openBrowser };
    const { error } = await fails('access_refused', newPartnerAccessToken(parameters));
    assert.equal(error, 'access_denied');
    assert.ok(!provider.received.some((each) => each.endsWith(places.token)));
  });

  test('a refused authorize request comes back by the redirect, its issuer named: request_refused', async () => {
    await using provider = await startOidcProvider();
    const openBrowser = async ({ url }: { readonly url: string }) => void (await formBrowser().open(url));
    const parameters = { ...application, ...asUser, ...atAuthority(provider), openBrowser, scopes: forbiddenScope };
    const { error } = await fails('request_refused', newPartnerAccessToken(parameters));
    assert.equal(error, 'invalid_scope');
  });

  const refusals = [
    ['invalid_client', 'credentials_refused', { credential: { password: 'another secret' }, scopes: applicationScope }],
    [
      'invalid_client',
      'credentials_refused',
      { applicationId: publicClient.replace('1', '9'), scopes: applicationScope },
    ],
    ['invalid_scope', 'request_refused', { scopes: forbiddenScope }],
    ['invalid_grant', 'sign_in_needed', { refreshToken: 'never-issued', scopes: userScope }],
  ] as const;
  for (const [error, code, changes] of refusals) {
    test(`${error}: ${code}`, async () => {
      await using provider = await startOidcProvider();
      const parameters: object = { ...application, ...atAuthority(provider), ...changes };
      const refused = await fails(code, newPartnerAccessToken(parameters as NewPartnerAccessTokenParameters));
      assert.equal(refused.error, error);
    });
  }
});

describe('oauth2-mock-server', () => {
  test('client credentials', async () => {
    await using server = await startMockServer();
    const parameters = { ...application, ...atAuthority(server), scopes: applicationScope };
    const { accessToken } = await newPartnerAccessToken(parameters);
    const { iss, scope } = tokenParts(accessToken).claims;
    assert.deepEqual([iss, scope], [`${server.authority}/${tenant}/v2.0`, applicationScope]);
  });

  test('authorization code with PKCE, then a renewal', async () => {
    await using server = await startMockServer();
    const clock = settableClock(new Date());
    const openBrowser = async ({ url }: { readonly url: string }) => void (await formBrowser().open(url));
    const options = { ...application, ...asUser, ...atAuthority(server), clock, openBrowser, store: memoryStore() };
    const client = new PartnerClient(options);
    const first = await client.acquireToken({ scopes: userScope });
    clock.advance(3400);
    const second = await client.acquireToken({ scopes: userScope, silent: true });
    assert.deepEqual([second.fromCache, tokenParts(second.idToken ?? '').claims.sub], [false, 'johndoe']);
    assert.notEqual(second.refreshToken, first.refreshToken);
  });

  test('password', async () => {
    await using server = await startMockServer();
    const user = { username: 'john.doe@contoso.com', password: 'PCTestPassword@123', scopes: userScope };
    const { accessToken } = await newPartnerAccessToken({ ...application, ...user, ...atAuthority(server) });
    assert.equal(tokenParts(accessToken).claims.sub, user.username);
  });

  for (const [error, code] of [
    ['invalid_grant', 'credentials_refused'],
    ['invalid_client', 'credentials_refused'],
    ['temporarily_unavailable', 'service_unavailable'],
  ] as const) {
    test(`${error}: ${code}`, async () => {
      await using server = await startMockServer();
      server.service.on('beforeResponse', (response) => Object.assign(response, { statusCode: 400, body: { error } }));
      await fails(code, newPartnerAccessToken({ ...application, ...atAuthority(server), scopes: applicationScope }));
    });
  }
});
