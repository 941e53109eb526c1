import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { curl, noCurl } from '../support/curl.ts';
import { controlled } from '../support/sandbox-calls.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** The partner's world as programs with hard-wired hosts find it, and as it is after a restart. */
const folder = scratchFolder();
const jane = 'jane.roe@contoso.com';
const adventureWorks = 'ccccdddd-2222-eeee-3333-ffff4444aaaa';
const graph = '00000003-0000-0000-c000-000000000000';
const hosts = { center: 'https://api.partnercenter.microsoft.com', partner: 'https://api.partner.microsoft.com' };

/** A token as the host's own sign-in gives it: the sandbox's token service takes both. */
async function tokenFor(sandbox: ServedSandbox, resource: string): Promise<string> {
  const { accessToken } = (await controlled(sandbox, 'POST', 'tokens', { user: jane, resource })) as {
    accessToken: string;
  };
  return accessToken;
}

async function through(sandbox: ServedSandbox, url: string, more: { method?: string; body?: object } = {}) {
  const token = await tokenFor(sandbox, new URL(url).origin);
  const { method = 'GET', body } = more;
  const sent = body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)];
  const { proxyUrl = '', caFile } = sandbox;
  const args = ['-X', method, '-H', `Authorization: Bearer ${token}`, ...sent, url];
  return curl(args, { HTTPS_PROXY: proxyUrl, CURL_CA_BUNDLE: caFile });
}

const referral = {
  name: 'Kept lead',
  type: 'Independent',
  customerProfile: { name: 'Fabrikam', address: { country: 'US' } },
  consent: { consentToContact: true },
  details: { notes: 'kept', dealValue: 1, currency: 'USD' },
};
const consent = {
  applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  applicationGrants: [{ enterpriseApplicationId: graph, scope: 'User.Read' }],
};

test('at the real hosts through the proxy; what was changed is there after a restart, sealed', {
  skip: noCurl,
}, async () => {
  const data = join(folder, 'data');
  const first = await serveSandbox(data, ['--proxy', '0']);
  const listed = await through(first, `${hosts.center}/v1/customers?size=2`);
  assert.deepEqual([listed.status, listed.fields.totalCount], [200, 2]);
  const consents = `${hosts.center}/v1/customers/${adventureWorks}/applicationconsents`;
  assert.equal((await through(first, consents, { method: 'POST', body: consent })).status, 201);
  const created = await through(first, `${hosts.partner}/v1.0/engagements/referrals`, {
    method: 'POST',
    body: referral,
  });
  assert.equal(created.status, 201, created.body);
  const place = `${hosts.partner}/v1.0/engagements/referrals/${created.fields.id}`;
  const updated = await through(first, place, { method: 'PATCH', body: { details: { notes: 'kept twice' } } });
  assert.deepEqual([updated.status, updated.body, updated.headers.get('content-length')], [204, '', null]);
  const appId = ((await controlled(first, 'POST', 'applications', { displayName: 'Kept app' })) as { appId: string })
    .appId;
  const added = (await controlled(first, 'POST', `applications/${appId}/secrets`, {})) as { secretText: string };
  const user = { userPrincipalName: 'kept@contoso.com', displayName: 'Kept' };
  const { temporaryPassword } = (await controlled(first, 'POST', 'users', user)) as { temporaryPassword: string };
  assert.deepEqual([await first.stop(), first.stderr()], [0, '']);

  for (const name of readdirSync(data).filter((each) => each.startsWith('sandbox.sqlite'))) {
    const content = readFileSync(join(data, name), 'latin1');
    for (const secret of [added.secretText, temporaryPassword, 'Kept lead', 'kept@contoso.com']) {
      assert.equal(content.includes(secret), false, `row 124: ${name} says ${secret}`);
    }
  }

  await using second = await serveSandbox(data, ['--proxy', '0']);
  const again = await through(second, consents, { method: 'POST', body: consent });
  assert.deepEqual([again.status, again.fields.description], [409, 'Permission entry already exists.']);
  const read = await through(second, place);
  assert.deepEqual([read.status, (read.fields.details as { notes: string }).notes], [200, 'kept twice']);
  const form = [
    'grant_type=client_credentials',
    `client_id=${appId}`,
    `client_secret=${added.secretText}`,
    `scope=https://graph.microsoft.com/.default`,
  ].flatMap((field) => ['--data-urlencode', field]);
  const token = await curl([...form, `${second.url}/contoso.com/oauth2/v2.0/token`], { CURL_CA_BUNDLE: second.caFile });
  assert.equal(token.status, 200, token.body);
});

test('each host takes its own tokens and refuses the other’s in its own words', { skip: noCurl }, async () => {
  await using sandbox = await serveSandbox(join(folder, 'other'), ['--proxy', '0', '--ephemeral']);
  const { proxyUrl = '', caFile } = sandbox;
  const ask = async (url: string, resource: string) => {
    const bearer = `Authorization: Bearer ${await tokenFor(sandbox, resource)}`;
    const { status, fields } = await curl(['-H', bearer, url], { HTTPS_PROXY: proxyUrl, CURL_CA_BUNDLE: caFile });
    return [status, fields.code ?? fields.statusCode];
  };
  const customers = `${hosts.center}/v1/customers`;
  const referrals = `${hosts.partner}/v1.0/engagements/referrals`;
  assert.deepEqual(await ask(customers, hosts.center), [200, undefined]);
  assert.deepEqual(await ask(customers, hosts.partner), [401, '900420']);
  assert.deepEqual(await ask(referrals, hosts.partner), [200, undefined]);
  assert.deepEqual(await ask(referrals, hosts.center), [401, 401]);
});
