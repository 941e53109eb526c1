import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { environments, issuersAt } from '../../src/protocol/environments.ts';
import { proxyHosts } from '../../src/sandbox/index.ts';
import { tokenParts } from '../support/answer.ts';
import { partnerAuth } from '../support/built-command.ts';
import { curl, noCurl } from '../support/curl.ts';
import { bearerOf, exchanged, fixedApplication } from '../support/sandbox-calls.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** Programs with hard-wired hosts: the documents' own addresses, through HTTPS_PROXY, by a program that trusts `ca.pem`. */
const { tenant, clientId, clientSecret } = fixedApplication;
const partnerCenter = 'https://api.partnercenter.microsoft.com';
const folder = scratchFolder();
let sandbox: ServedSandbox;
let variables: Record<string, string>;

before(async () => {
  sandbox = await serveSandbox(folder, ['--proxy', '0']);
  variables = { HTTPS_PROXY: sandbox.proxyUrl ?? '', CURL_CA_BUNDLE: sandbox.caFile };
});

after(() => sandbox.stop());

const ask = (url: string, ...args: readonly string[]) => curl([url, ...args], variables);

/** Client credentials by v1, as a partner's script sends them. */
async function appToken(origin: string, resource: string): Promise<string> {
  const form = [
    `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}&resource=${resource}`,
  ];
  const { fields, body } = await ask(`${origin}/${tenant}/oauth2/token`, '-d', form.join(''));
  assert.equal(fields.token_type, 'Bearer', body);
  return String(fields.access_token);
}

describe('the documents’ own addresses, by curl', { skip: noCurl }, () => {
  test('Referrals API authentication: the sample request, word for word, and the Referrals API', async () => {
    const sample = readFileSync(join(import.meta.dirname, 'referrals-sample-request.txt'), 'utf8');
    const [head = '', body = ''] = sample.split('\n\n');
    const [requestLine = '', ...headers] = head.split('\n');
    const [, address = ''] = requestLine.split(' ');
    assert.equal(address, 'https://login.microsoftonline.com/common/oauth2/token');
    const file = join(folder, 'sample.txt');
    writeFileSync(file, body);
    const signedIn = await ask(address, '--data-binary', `@${file}`, ...headers.flatMap((line) => ['-H', line]));
    assert.deepEqual([signedIn.status, signedIn.fields.resource], [200, 'https://api.partner.microsoft.com']);
    const token = String(signedIn.fields.access_token);
    assert.equal(tokenParts(token).claims.iss, `https://sts.windows.net/${tenant}/`);
    const referrals = await ask(
      'https://api.partner.microsoft.com/v1.0/engagements/referrals',
      '-H',
      `Authorization: Bearer ${token}`,
    );
    assert.deepEqual([referrals.status, (referrals.fields.value as unknown[]).length], [200, 3]);
  });

  const exchanges = [
    // Generate access token (Deprecating): "Currently takes graph.windows.net audience token for app-only scenarios".
    ['legacy', `${partnerCenter}/generatetoken`, 'https://graph.windows.net', 'string'],
    ['v3', `${partnerCenter}/v3/generatetoken`, partnerCenter, 'number'],
  ] as const;
  for (const [name, address, resource, typeOfExpiry] of exchanges) {
    test(`Generate access token, ${name}: ${address}`, async () => {
      const bearer = await appToken('https://login.microsoftonline.com', resource);
      const { status, fields, body } = await ask(
        address,
        ...['-H', `Authorization: Bearer ${bearer}`, '-H', 'Accept: application/json', '-d', 'grant_type=jwt_token'],
      );
      assert.deepEqual([status, fields.token_type, typeof fields.expires_in], [200, 'Bearer', typeOfExpiry], body);
      assert.equal(tokenParts(fields.access_token).claims.tid, tenant);
    });
  }

  test('every other host is refused', async () => {
    for (const address of [
      'https://example.com/',
      'https://graph.microsoft.us/',
      `https://localhost:${sandbox.port}/`,
    ]) {
      await assert.rejects(ask(address), { message: /CONNECT tunnel failed, response 403/ });
    }
    const plain = await curl(['http://login.microsoftonline.com/', '-x', sandbox.proxyUrl ?? ''], variables);
    assert.equal(plain.status, 403);
  });
});

describe('under each of its names', { skip: noCurl }, () => {
  test('every host answers in its own way, with a certificate that is trusted', async () => {
    const answers = await Promise.all(proxyHosts.map((host) => ask(`https://${host}/nowhere`)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([404]));
    const shapes = answers.map(({ fields }) => Object.keys(fields)[0]);
    assert.deepEqual(new Set(shapes), new Set(['error', 'code', 'statusCode', 'odata.error']));
  });

  const logins = ['login.microsoftonline.com', 'login.windows.net', 'sts.windows.net', 'login.chinacloudapi.cn'];
  for (const host of [...logins, 'login.microsoftonline.us', 'login.microsoftonline.de']) {
    test(`${host}: discovery, keys and tokens of that host and its issuers`, async () => {
      const origin = `https://${host}`;
      const issuers = issuersAt(origin, tenant);
      for (const [path, issuer] of [
        ['', issuers.v1],
        ['/v2.0', issuers.v2],
      ]) {
        const { fields } = await ask(`${origin}/contoso.com${path}/.well-known/openid-configuration`);
        const token = `${origin}/${tenant}/oauth2${path}/token`;
        assert.deepEqual([fields.issuer, fields.token_endpoint], [issuer, token]);
        const { fields: keys } = await ask(String(fields.jwks_uri));
        assert.equal((keys.keys as { issuer: string }[])[0]?.issuer, issuersAt(origin, '{tenantid}').v2);
      }
      assert.equal(tokenParts(await appToken(origin, partnerCenter)).claims.iss, issuers.v1);
    });
  }

  test('China’s v2 issuer can be discovered where it says it is', async () => {
    const { v2 } = issuersAt('https://login.chinacloudapi.cn', tenant);
    const { fields } = await ask(`${v2}/.well-known/openid-configuration`);
    assert.equal(fields.issuer, v2);
  });

  test('a refusal leads to a page at that host', async () => {
    const { fields } = await ask(
      'https://login.microsoftonline.com/nowhere.example/oauth2/token',
      '-d',
      'grant_type=x',
    );
    assert.equal(fields.error_uri, 'https://login.microsoftonline.com/error?code=900144');
    const { status, body } = await ask(String(fields.error_uri));
    assert.equal(status, 200);
    assert.ok(body.includes('AADSTS900144'), body);
  });

  test('Azure Resource Manager and Graph take tokens of that host, for themselves alone', async () => {
    const arm = await appToken('https://login.windows.net', 'https://management.core.windows.net/');
    const graph = await appToken('https://login.microsoftonline.com', 'https://graph.microsoft.com');
    const subscriptions = 'https://management.azure.com/subscriptions?api-version=2019-11-01';
    const organization = 'https://graph.microsoft.com/v1.0/organization';
    const statuses = [
      [subscriptions, arm, 200],
      [subscriptions, graph, 401],
      [organization, graph, 200],
      [organization, arm, 401],
      [organization, `${graph}x`, 401],
    ] as const;
    for (const [address, token, status] of statuses) {
      assert.equal((await ask(address, '-H', `Authorization: Bearer ${token}`)).status, status);
    }
  });

  test('a user’s Graph token tells who has signed in', async () => {
    const user = 'grant_type=password&username=john.doe@contoso.com&password=PCTestPassword@123&scope=openid';
    const client = `client_id=${clientId}&client_secret=${clientSecret}&resource=https://graph.microsoft.com`;
    const { fields } = await ask('https://login.microsoftonline.com/common/oauth2/token', '-d', `${user}&${client}`);
    const authorization = `Authorization: Bearer ${fields.access_token}`;
    const me = await ask('https://graph.microsoft.com/v1.0/me', '-H', authorization);
    assert.equal(me.fields.userPrincipalName, 'john.doe@contoso.com');
    const info = await ask('https://graph.microsoft.com/oidc/userinfo', '-H', authorization);
    assert.equal(info.fields.sub, tokenParts(fields.id_token).claims.sub);
  });
});

describe('one sandbox under many names', { skip: noCurl }, () => {
  test('a token from a played host is exchanged at the sandbox’s own address, and the other way round', async () => {
    const fromPlayed = await appToken('https://login.microsoftonline.com', partnerCenter);
    assert.equal((await exchanged(sandbox, fromPlayed, 'from-played')).status, 200);
    const headers = ['-H', `Authorization: Bearer ${await bearerOf(sandbox)}`, '-H', 'Accept: application/json'];
    const answer = await ask(`${partnerCenter}/v3/generatetoken`, ...headers, '-d', 'grant_type=jwt_token');
    assert.equal(answer.status, 200);
  });

  test('the sandbox’s own address does not play other hosts', async () => {
    const url = `${sandbox.url}/common/v2.0/.well-known/openid-configuration`;
    const answer = await curl([url, '-H', 'Host: login.microsoftonline.com', '--noproxy', '*'], variables);
    assert.equal(answer.status, 421);
  });
});

describe('partner-auth itself, in each cloud', () => {
  const inCloud = (verb: 'token' | 'exchange', name: string) => {
    const args = [verb, '--environment', name, '--tenant', tenant, '--application-id', clientId];
    const resource = verb === 'token' ? ['--resource', 'partner-center'] : [];
    return partnerAuth([...args, ...resource, '--client-secret-file', '-', '--output', 'json'], {
      stdin: clientSecret,
      variables: { HTTPS_PROXY: sandbox.proxyUrl, NODE_EXTRA_CA_CERTS: sandbox.caFile },
    });
  };
  for (const { name, authority, partnerCenter: resource } of Object.values(environments)) {
    // The token service takes the audiences of Partner Center in production, and PPE is none of them.
    const verb = name === 'AzurePPE' ? 'token' : 'exchange';
    test(`${name}: a token of ${authority} for ${resource}${verb === 'token' ? '' : ', exchanged there'}`, async () => {
      const { exitCode, stdout, stderr } = await inCloud(verb, name);
      assert.equal(exitCode, 0, stderr);
      assert.equal(tokenParts(JSON.parse(stdout).accessToken).claims.tid, tenant);
    });
  }

  test('New-PartnerAccessToken’s password grant: the id_token names the issuer the client expects', async () => {
    const args = ['token', '--application-id', clientId, '--username', 'john.doe@contoso.com', '--resource', 'partner'];
    const { exitCode, stdout, stderr } = await partnerAuth([...args, '--password-file', '-', '--output', 'json'], {
      stdin: 'PCTestPassword@123',
      variables: {
        HTTPS_PROXY: sandbox.proxyUrl,
        NODE_EXTRA_CA_CERTS: sandbox.caFile,
        PARTNER_AUTH_CLIENT_SECRET: clientSecret,
      },
    });
    assert.equal(exitCode, 0, stderr);
    assert.equal(tokenParts(JSON.parse(stdout).idToken).claims.iss, `https://sts.windows.net/${tenant}/`);
  });
});
