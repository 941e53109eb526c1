import assert from 'node:assert/strict';
import { before, describe, mock, test } from 'node:test';
import { newPartnerAccessToken } from '../../src/index.ts';
import { atAuthority } from './authorities/asking.ts';
import { formBrowser } from './authorities/form-browser.ts';
import { startMockServer } from './authorities/oauth2-mock-server.ts';
import { startOidcProvider } from './authorities/oidc-provider.ts';
import { places, publicClient, tenant, userScope } from './authorities/places.ts';
import type { ServedAuthority } from './authorities/serving.ts';

/** An answer of another authority than the one that was asked (RFC 9207), and the right one after it. */

const tokenRequest = `POST /${tenant}${places.token}`;
const person = { login: 'jane.roe@contoso.com', password: 'any' };

before(() => {
  mock.method(console, 'info', () => {});
  mock.method(console, 'warn', () => {});
});

async function signInAt(url: string): Promise<number> {
  const browser = formBrowser();
  const consent = await browser.submit(await browser.open(url), person);
  return (await browser.submit(consent)).status;
}

const asUser = (served: ServedAuthority) =>
  ({ applicationId: publicClient, scopes: userScope, ...atAuthority(served), useAuthorizationCode: true }) as const;

describe('row 23: an answer by another issuer is refused, no token is asked for, and the right answer still counts', () => {
  test('the user was led to sign in at another authority with this request', async () => {
    await using asked = await startOidcProvider();
    await using other = await startOidcProvider();
    const { accessToken } = await newPartnerAccessToken({
      ...asUser(asked),
      openBrowser: async ({ url }) => {
        assert.equal(await signInAt(url.replace(asked.authority, other.authority)), 400);
        assert.ok(![...asked.received, ...other.received].includes(tokenRequest));
        assert.equal(await signInAt(url), 200);
      },
    });
    assert.ok(accessToken);
    assert.ok(!other.received.includes(tokenRequest));
  });

  const answers: readonly [name: string, issuer: (issuer: string) => readonly string[]][] = [
    ['without iss', () => []],
    ['with a slash more', (issuer) => [`${issuer}/`]],
    ['of another tenant', (issuer) => [issuer.replace(tenant, 'bbbbcccc-1111-dddd-2222-eeee3333ffff')]],
    ['in another letter case', (issuer) => [issuer.toUpperCase()]],
    ['empty', () => ['']],
    ['the template', (issuer) => [issuer.replace(tenant, '{tenantid}')]],
    ['twice', (issuer) => [issuer, issuer]],
    ['the right one and another', (issuer) => [issuer, 'https://x.test/']],
  ];
  for (const [name, issuer] of answers) {
    test(`an authority that announces iss: ${name}`, async () => {
      await using asked = await startOidcProvider();
      await newPartnerAccessToken({
        ...asUser(asked),
        openBrowser: async ({ url, redirectUri }) => {
          const { searchParams } = new URL(url);
          for (const said of [{ code: 'stolen' }, { error: 'access_denied' }]) {
            const answer = new URLSearchParams({ ...said, state: searchParams.get('state') ?? '' });
            for (const iss of issuer(`${asked.authority}/${tenant}/v2.0`)) answer.append('iss', iss);
            assert.equal((await formBrowser().open(`${redirectUri}/?${answer}`)).status, 400);
          }
          assert.ok(!asked.received.includes(tokenRequest));
          assert.equal(await signInAt(url), 200);
        },
      });
    });
  }

  test('an authority that does not announce iss: of another issuer', async () => {
    await using asked = await startMockServer();
    await newPartnerAccessToken({
      ...asUser(asked),
      openBrowser: async ({ url, redirectUri }) => {
        const state = new URL(url).searchParams.get('state') ?? '';
        const answer = new URLSearchParams({ code: 'stolen', state, iss: 'https://x.test/' });
        assert.equal((await formBrowser().open(`${redirectUri}/?${answer}`)).status, 400);
        assert.ok(!asked.received.includes(tokenRequest));
        assert.equal((await formBrowser().open(url)).status, 200);
      },
    });
  });
});
