import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tokenParts } from '../support/answer.ts';
import { runChild } from '../support/child.ts';
import { pythonWith } from '../support/python.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import {
  clientId,
  customer,
  middleTier,
  middleTierSeed,
  partner,
  partnerCenter,
  publicClientId,
  runClient,
  tenant,
} from './run-client.ts';

/** Unmodified clients sign users in over HTTPS; the control API approves in place of a person at a browser. */
const userName = 'jane.roe@contoso.com';
const folder = scratchFolder();
let sandbox: ServedSandbox;

before(async () => {
  const seed = join(folder, 'seed.json');
  writeFileSync(seed, JSON.stringify(middleTierSeed));
  sandbox = await serveSandbox(folder, ['--seed', seed]);
  const approved = await runClient('approve.program.ts', sandbox, userName);
  assert.deepEqual(approved, { status: 200 });
});

after(() => sandbox.stop());

function assertUserToken(accessToken: unknown, application: string, audience = partnerCenter): void {
  const { aud, tid, appid, upn, scp, amr } = tokenParts(accessToken).claims;
  assert.deepEqual(
    { aud, tid, appid, upn, scp, amr },
    {
      aud: audience,
      tid: tenant,
      appid: application,
      upn: userName,
      scp: 'user_impersonation',
      amr: ['pwd', 'mfa'],
    },
  );
}

describe('msal-node', () => {
  const results = async (flow: string) => {
    const { results } = await runClient('msal-node-user.program.ts', sandbox, flow, userName);
    return results as { accessToken: string; username: string; scopes: string[]; fromCache: boolean }[];
  };

  test('redeems a code with PKCE', async () => {
    const [result] = await results('code');
    assertUserToken(result?.accessToken, clientId);
    assert.deepEqual([result?.username, result?.fromCache], [userName, false]);
  });

  test('signs a device in', async () => {
    assertUserToken((await results('device'))[0]?.accessToken, publicClientId);
  });

  test('refreshes silently: for another resource, by force, and in a customer’s tenant', async () => {
    const [first, other, again, inCustomerTenant] = await results('refresh');
    assertUserToken(first?.accessToken, clientId);
    assertUserToken(other?.accessToken, clientId, partner);
    assertUserToken(again?.accessToken, clientId);
    assert.notEqual(again?.accessToken, first?.accessToken);
    const { tid, upn } = tokenParts(inCustomerTenant?.accessToken).claims;
    assert.deepEqual({ tid, upn }, { tid: customer, upn: userName });
  });

  test('acts on behalf of a user', async () => {
    assertUserToken((await results('onBehalfOf'))[1]?.accessToken, middleTier.id);
  });
});

describe('@azure/identity', () => {
  const token = async (flow: string, ...args: string[]) =>
    (await runClient('azure-identity-user.program.ts', sandbox, flow, ...args)).accessToken;

  test('DeviceCodeCredential', async () => {
    assertUserToken(await token('device', userName), publicClientId);
  });

  test('OnBehalfOfCredential', async () => {
    assertUserToken(await token('onBehalfOf', userName), middleTier.id);
  });

  test('UsernamePasswordCredential', async () => {
    const accessToken = await token('password', 'john.doe@contoso.com', 'PCTestPassword@123');
    assert.deepEqual(tokenParts(accessToken).claims.upn, 'john.doe@contoso.com');
  });
});

describe('openid-client', () => {
  for (const [flow, application] of [
    ['code', clientId],
    ['device', publicClientId],
  ] as const) {
    test(`${flow}, then refresh`, async () => {
      const { accessToken, refreshedAccessToken, ...rest } = await runClient(
        'openid-client-user.program.ts',
        sandbox,
        flow,
        userName,
      );
      assertUserToken(accessToken, application);
      assertUserToken(refreshedAccessToken, application);
      assert.deepEqual(rest, { name: userName, refreshTokens: ['string', 'string'], another: true });
    });
  }
});

const python = pythonWith('msal');

describe('Python MSAL', { skip: python === undefined && 'msal is not here' }, () => {
  const run = async (...args: string[]) => {
    const program = join(import.meta.dirname, 'python-msal-user.program.py');
    const { exitCode, stdout, stderr } = await runChild(python ?? '', [program, sandbox.url, ...args], {
      variables: { REQUESTS_CA_BUNDLE: sandbox.caFile },
    });
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout);
  };

  for (const [flow, application, audience] of [
    ['code', clientId, partnerCenter],
    ['device', publicClientId, partnerCenter],
    ['refresh', clientId, partner],
    ['onBehalfOf', middleTier.id, partnerCenter],
  ] as const) {
    test(flow, async () => {
      assertUserToken((await run(flow, userName)).access_token, application, audience);
    });
  }

  test('secret', async () => {
    assert.equal(tokenParts((await run('secret')).access_token).claims.idtyp, 'app');
  });
});
