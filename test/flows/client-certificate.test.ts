import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { newPartnerAccessToken, PartnerClient } from '../../src/index.ts';
import { startSandbox as startServer } from '../../src/server/index.ts';
import { startSandbox } from '../../src/testing/index.ts';
import { tokenParts } from '../support/answer.ts';
import { assertionType, certificateAssertion, testCertificateIn } from '../support/client-assertion.ts';
import { scratchFolder } from '../support/served-sandbox.ts';

/** The sample application has a certificate from the first start on, wherever its sandbox runs. */
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';
const folder = scratchFolder();

interface Asked {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly clientPem: string;
}

async function tokenOf({ url, fetch, clientPem }: Asked, now: Date) {
  const audience = `${url}/${tenant}/oauth2/v2.0/token`;
  const response = await fetch(audience, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: assertionType,
      client_assertion: certificateAssertion({
        certificate: testCertificateIn(clientPem),
        clientId,
        audience,
        now,
      }),
      scope: 'https://api.partnercenter.microsoft.com/.default',
    }),
  });
  const body = (await response.json()) as { access_token?: string; error_codes?: readonly number[] };
  const appidacr = body.access_token === undefined ? undefined : tokenParts(body.access_token).claims.appidacr;
  return { status: response.status, appidacr, code: body.error_codes?.[0] };
}

const taken = { status: 200, appidacr: '2', code: undefined };

describe('a sandbox in this process', () => {
  for (const now of [undefined, new Date('2001-02-03T04:05:06Z'), new Date('2099-01-01T00:00:00Z')]) {
    test(`takes its certificate at ${now?.toISOString() ?? 'this time'}, and not two years later`, async () => {
      await using sandbox = await startSandbox(now ? { now } : {});
      assert.deepEqual(await tokenOf(sandbox, sandbox.clock.now()), taken);
      sandbox.clock.advance(731 * 86_400);
      assert.deepEqual((await tokenOf(sandbox, sandbox.clock.now())).code, 700027);
    });
  }

  test('on a port has it too, though its clock stands elsewhere than the machine’s', async () => {
    await using sandbox = await startSandbox({ port: 0, now: new Date('2020-02-03T04:05:06Z') });
    assert.deepEqual(await tokenOf(sandbox, sandbox.clock.now()), taken);
  });
});

for (const http of [true, false]) {
  test(`a server of ${http ? 'HTTP' : 'HTTPS'} keeps it in client.pem, for its owner alone`, async () => {
    const dataFolder = join(folder, String(http));
    const file = join(dataFolder, 'client.pem');
    const held: string[] = [];
    for (const turn of [1, 2]) {
      const sandbox = await startServer({ dataFolder, http, port: 0, logLevel: 'silent' });
      try {
        assert.deepEqual(await tokenOf(sandbox, new Date()), taken, `start ${turn}`);
        const { applications } = sandbox.credentials();
        const shown = applications.find(({ appId }) => appId === clientId)?.certificateFile;
        assert.deepEqual([shown, sandbox.clientPem], [file, readFileSync(file, 'utf8')]);
        assert.ok(
          applications.every(({ appId, certificateFile }) => appId === clientId || certificateFile === undefined),
        );
        held.push(sandbox.clientPem);
      } finally {
        await sandbox.close();
      }
    }
    assert.equal(held[0], held[1]);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });
}

test('the client signs in by it: the application, a user of a confidential client’s, and a refresh token', async () => {
  await using sandbox = await startSandbox();
  const { environment, fetch, clock, clientPem } = sandbox;
  const certificate = { certificate: clientPem, privateKey: clientPem };
  const parameters = { applicationId: clientId, certificate, tenant, environment, fetch, clock };
  const client = new PartnerClient(parameters);
  const token = await client.acquireToken();
  assert.equal(tokenParts(token.accessToken).claims.appidacr, '2');
  assert.equal((await client.acquireToken()).fromCache, true);
  assert.equal((await client.acquireToken({ resource: 'graph' })).resource, 'https://graph.microsoft.com');
  const byPassword = await newPartnerAccessToken({
    applicationId: clientId,
    credential: { password: 'TestClientAppSecret23456' },
    username: 'john.doe@contoso.com',
    password: 'PCTestPassword@123',
    resource: 'partner',
    tenant,
    environment,
    fetch,
    clock,
  });
  const refreshed = await newPartnerAccessToken({
    ...parameters,
    refreshToken: byPassword.refreshToken ?? '',
    resource: 'partner',
    servicePrincipal: true,
  });
  assert.equal(refreshed.account?.username, 'john.doe@contoso.com');
});
