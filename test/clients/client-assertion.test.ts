import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { runChild } from '../support/child.ts';
import { signedJwt, testCertificateIn } from '../support/client-assertion.ts';
import { newKey } from '../support/issuer.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { clientId, clientSecret, partnerCenter, runClient, tenant } from './run-client.ts';

/** Unmodified clients without a secret, over HTTPS: the certificate of the first start, and other people's tokens. */
const folder = scratchFolder();
const clientPem = join(folder, 'client.pem');
const federated = '20000000-0000-0000-0000-00000000000d';
const subject = 'system:serviceaccount:orders:api';
const key = newKey('RS256');
let sandbox: ServedSandbox;

/** An identity provider of somebody's cluster, as far as Entra asks it. */
const provider = createServer(({ url }, response) => {
  const jwks = { keys: [{ ...createPublicKey(key).export({ format: 'jwk' }), kid: 'cluster', use: 'sig' }] };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(url === '/keys' ? jwks : { issuer: issuer(), jwks_uri: `${issuer()}/keys` }));
});
const issuer = () => `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;

before(async () => {
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  const seed = join(folder, 'seed.json');
  const credential = (name: string, of: string) => ({ name, issuer: of, subject });
  const application = {
    appId: federated,
    displayName: 'In a cluster',
    appOwnerOrganizationId: tenant,
    federatedIdentityCredentials: [credential('cluster', issuer()), credential('down', 'http://127.0.0.1:1')],
  };
  writeFileSync(seed, JSON.stringify({ applications: [application] }));
  sandbox = await serveSandbox(folder, ['--seed', seed]);
});

after(async () => {
  provider.close();
  await sandbox.stop();
});

function assertAppOnly(accessToken: unknown, application = clientId): void {
  const { aud, tid, appid, appidacr, idtyp } = tokenParts(accessToken).claims;
  assert.deepEqual(
    { aud, tid, appid, appidacr, idtyp },
    { aud: partnerCenter, tid: tenant, appid: application, appidacr: '2', idtyp: 'app' },
  );
}

describe('msal-node authenticates', () => {
  for (const way of ['thumbprintSha256', 'thumbprint', 'clientAssertion']) {
    test(`by ${way}, twice`, async () => {
      const { accessToken, another } = await runClient('msal-node-certificate.program.ts', sandbox, way, clientPem);
      assertAppOnly(accessToken);
      assert.equal(another, true);
    });
  }
});

test('@azure/identity authenticates with the PEM file, and sends the chain', async () => {
  const { accessToken } = await runClient('azure-identity-assertion.program.ts', sandbox, 'certificate', clientPem);
  assertAppOnly(accessToken);
});

describe('openid-client authenticates by private_key_jwt', () => {
  for (const algorithm of ['RS256', 'PS256']) {
    test(`with ${algorithm}`, async () => {
      const program = 'openid-client-certificate.program.ts';
      assertAppOnly((await runClient(program, sandbox, algorithm, clientPem)).accessToken);
    });
  }
});

const clusterToken = (claims: object = {}) => {
  const now = Math.floor(Date.now() / 1000);
  const audience = ['api://AzureADTokenExchange'];
  const told = { iss: issuer(), sub: subject, aud: audience, exp: now + 3600, iat: now, nbf: now, ...claims };
  return signedJwt({ kid: 'cluster' }, told, { key });
};

describe('@azure/identity hands over an identity provider’s token', () => {
  const handOver = (token: string) =>
    runClient('azure-identity-assertion.program.ts', sandbox, 'assertion', token, federated);

  test('of a federated credential: a token of the application', async () => {
    assertAppOnly((await handOver(clusterToken())).accessToken, federated);
  });

  test('with another subject: AADSTS700213', async () => {
    const { message } = await handOver(clusterToken({ sub: 'system:serviceaccount:orders:web' }));
    assert.ok(String(message).includes('AADSTS700213: No matching federated identity record found'), String(message));
  });

  test('whose issuer cannot be reached: AADSTS50166', async () => {
    const { message } = await handOver(clusterToken({ iss: 'http://127.0.0.1:1' }));
    assert.ok(String(message).includes('AADSTS50166: Request to External OIDC endpoint failed.'), String(message));
  });

  test('of an application’s own at this authority', async () => {
    const seed = join(folder, 'own.json');
    const { sub, iss, token } = await exchangeToken();
    const credential = { name: 'managed identity', issuer: iss, subject: sub };
    const application = { appId: federated, displayName: 'Another', appOwnerOrganizationId: tenant };
    const applications = [{ ...application, federatedIdentityCredentials: [credential] }];
    writeFileSync(seed, JSON.stringify({ applications }));
    await sandbox.stop();
    sandbox = await serveSandbox(folder, ['--seed', seed, '--port', String(sandbox.port)]);
    assertAppOnly((await handOver(token)).accessToken, federated);
  });
});

/** What a managed identity would be given. */
async function exchangeToken() {
  const response = await trustingFetch(readFileSync(sandbox.caFile, 'utf8'))(
    `${sandbox.url}/${tenant}/oauth2/v2.0/token`,
    {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'api://AzureADTokenExchange/.default',
      }),
    },
  );
  const { access_token: token } = (await response.json()) as { access_token: string };
  const { sub, iss } = tokenParts(token).claims;
  return { sub, iss, token };
}

/** Debian's package is for Debian's own Python. */
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import msal']).status === 0,
);

test('Python MSAL authenticates with the certificate', {
  skip: python === undefined && 'msal is not here',
}, async () => {
  const { sha1 } = testCertificateIn(readFileSync(clientPem, 'utf8'));
  const thumbprint = Buffer.from(sha1, 'base64url').toString('hex');
  const args = [
    '-c',
    pythonMsal,
    `${sandbox.url}/${tenant}`,
    clientId,
    clientPem,
    thumbprint,
    `${partnerCenter}/.default`,
  ];
  const variables = { REQUESTS_CA_BUNDLE: sandbox.caFile };
  const { exitCode, stdout, stderr } = await runChild(python ?? '', args, { variables });
  assert.equal(exitCode, 0, stderr);
  const { access_token: accessToken, error_description: description } = JSON.parse(stdout);
  assert.equal(description, undefined);
  assertAppOnly(accessToken);
});

const pythonMsal = `
import json, sys
import msal
authority, client_id, pem, thumbprint, scope = sys.argv[1:]
application = msal.ConfidentialClientApplication(
    client_id, authority=authority, validate_authority=False,
    client_credential={'private_key': open(pem).read(), 'thumbprint': thumbprint})
print(json.dumps(application.acquire_token_for_client([scope])))
`;
