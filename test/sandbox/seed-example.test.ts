import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { JsonObject } from '../../src/base/json.ts';
import { parseCompactJws } from '../../src/jwt/index.ts';
import { testAuthority } from '../authority/fixture.ts';

const authority = await testAuthority(readFileSync(new URL('../../examples/seed.yaml', import.meta.url), 'utf8'));
const application = '66666666-0000-4000-8000-00000000000a';

async function claimsOf(path: string, parameters: Readonly<Record<string, string>>): Promise<JsonObject> {
  const response = await authority.post(path, new URLSearchParams(parameters).toString());
  const answer = (await response.json()) as JsonObject;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return parseCompactJws(String(answer.access_token))?.claims ?? {};
}

for (const secret of ['NorthwindSecretOld', 'NorthwindSecretNew']) {
  test(`the example's application gets its role with ${secret}`, async () => {
    const claims = await claimsOf('/northwind.example/oauth2/v2.0/token', {
      grant_type: 'client_credentials',
      client_id: application,
      client_secret: secret,
      scope: 'api://northwind/.default',
    });
    assert.deepEqual([claims.roles, claims.ver], [['Orders.Read'], '2.0']);
  });
}

test("the example's user signs in as the Referrals document does", async () => {
  const claims = await claimsOf('/common/oauth2/token', {
    resource: 'https://api.partner.microsoft.com',
    grant_type: 'password',
    scope: 'openid',
    client_id: application,
    client_secret: 'NorthwindSecretNew',
    username: 'ada@northwind.example',
    password: 'SeedPassword@1',
  });
  assert.deepEqual([claims.upn, claims.scp], ['ada@northwind.example', 'user_impersonation']);
});

test('the fixed data are still there', async () => {
  assert.equal((await authority.context.directory.tenantByDomain('contoso.com'))?.displayName, 'Contoso');
});
