import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { clientId, partner, partnerCenter, runClient, tenant } from './run-client.ts';

/** Unmodified clients get app-only tokens over HTTPS; each runs in a process that trusts the sandbox's authority. */
let sandbox: ServedSandbox;
const folder = scratchFolder();

before(async () => {
  sandbox = await serveSandbox(folder);
});

after(() => sandbox.stop());

function assertAppOnly(accessToken: unknown): void {
  const { aud, tid, appid, idtyp, iss, scp } = tokenParts(accessToken).claims;
  assert.deepEqual(
    { aud, tid, appid, idtyp, iss, scp },
    {
      aud: partnerCenter,
      tid: tenant,
      appid: clientId,
      idtyp: 'app',
      iss: `${sandbox.url}/${tenant}/`,
      scp: undefined,
    },
  );
}

test('msal-node gets an app-only token; the second call comes from its cache and sends nothing', async () => {
  const { accessToken, expiresInSeconds, ...rest } = await runClient('msal-node.program.ts', sandbox);
  assertAppOnly(accessToken);
  assert.ok(Number(expiresInSeconds) > 3500, `${expiresInSeconds}`);
  assert.deepEqual(rest, {
    tokenType: 'Bearer',
    requests: [`/${tenant}/v2.0/.well-known/openid-configuration`, `/${tenant}/oauth2/v2.0/token`],
    firstFromCache: false,
    secondFromCache: true,
    same: true,
    requestsOfSecond: 0,
  });
});

test('@azure/identity gets an app-only token, and the same again', async () => {
  const { accessToken, expiresOnTimestamp, ...rest } = await runClient('azure-identity.program.ts', sandbox);
  assertAppOnly(accessToken);
  assert.ok(Number(expiresOnTimestamp) > Date.now() + 3_000_000);
  assert.deepEqual(rest, { tokenType: 'Bearer', same: true });
});

describe('openid-client discovers the tenant and gets an app-only token', () => {
  for (const method of ['post', 'basic']) {
    test(`with client_secret_${method}`, async () => {
      const { accessToken, expiresIn, ...rest } = await runClient('openid-client.program.ts', sandbox, method);
      assertAppOnly(accessToken);
      assert.ok(Number(expiresIn) > 3500);
      assert.deepEqual(rest, {
        tokenType: 'bearer',
        issuer: `${sandbox.url}/${tenant}/v2.0`,
        fields: ['token_type', 'expires_in', 'ext_expires_in', 'access_token'],
      });
    });
  }
});

describe('msal-node signs a user in by name and password', () => {
  test('john.doe, without MFA, gets a token of the partner resource that opens the referrals', async () => {
    const signedIn = ['john.doe@contoso.com', 'PCTestPassword@123'] as const;
    const { accessToken, ...rest } = await runClient('msal-node-password.program.ts', sandbox, ...signedIn);
    assert.deepEqual(
      { username: rest.username, tenantId: rest.tenantId },
      { username: 'john.doe@contoso.com', tenantId: tenant },
    );
    assert.deepEqual((rest.scopes as string[]).includes(`${partner}/user_impersonation`), true);
    const trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
    const referrals = await trusting(`${sandbox.url}/v1.0/engagements/referrals`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    assert.equal(referrals.status, 200);
  });

  test('jane.roe, who needs MFA, is asked to interact', async () => {
    const refused = await runClient(
      'msal-node-password.program.ts',
      sandbox,
      'jane.roe@contoso.com',
      'PCTestPassword@456',
    );
    assert.deepEqual([refused.interactionRequired, refused.errorCode], [true, 'invalid_grant']);
    assert.ok(String(refused.errorMessage).startsWith('AADSTS50076'), String(refused.errorMessage));
  });
});
