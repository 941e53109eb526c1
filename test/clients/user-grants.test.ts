import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { base64url, sha256 } from '../../src/base/bytes.ts';
import { addSeconds, systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { type AskedFor, type Entries, entriesIn, entryKey, type SignIn } from '../../src/domain/index.ts';
import { trustingFetch } from '../../src/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { tokenParts } from '../support/answer.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { clientId, clientSecret, partner, runClient, tenant } from './run-client.ts';

/**
 * Unmodified clients with users. What a browser would have left (a code, an approved device) is put into the sandbox's
 * own database beside it.
 */
const publicClient = '11112222-bbbb-3333-cccc-4444dddd5555';
const middleTier = '50000000-0000-0000-0000-000000000003';
const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const johnId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const seed = `
applications:
  - appId: ${middleTier}
    displayName: Middle tier
    appOwnerOrganizationId: ${tenant}
    identifierUris: ['api://middle']
    passwordCredentials: [{ secretText: middle }]
    api: { oauth2PermissionScopes: [{ id: 50000000-0000-0000-0000-00000000000a, value: access_as_user }] }
oauth2PermissionGrants:
  - { tenantId: ${tenant}, clientAppId: ${middleTier}, resourceAppId: 00000003-0000-0000-c000-000000000000, scope: User.Read }
  - { tenantId: ${tenant}, clientAppId: ${clientId}, resourceAppId: ${middleTier}, scope: access_as_user }
`;

let sandbox: ServedSandbox;
let store: Store;
let entries: Entries;
const folder = scratchFolder();

before(async () => {
  const seedFile = join(folder, 'seed.yaml');
  writeFileSync(seedFile, seed);
  sandbox = await serveSandbox(folder, ['--seed', seedFile]);
  store = await sqliteStore(join(folder, 'sandbox.sqlite'));
  entries = entriesIn(store.entries, systemClock);
});

after(async () => {
  await store.close();
  await sandbox.stop();
});

const signIn = (): SignIn => ({
  userId: johnId,
  userTenantId: tenant,
  methods: ['pwd', 'mfa'],
  authenticatedAt: systemClock.now(),
});

async function addCode(redirectUri: string, asked: AskedFor, nonce?: string): Promise<string> {
  const code = base64url(systemRandom.bytes(32));
  const endsAt = addSeconds(systemClock.now(), 600);
  const value = {
    signIn: signIn(),
    appId: clientId,
    tenantId: tenant,
    tenantPath: tenant,
    redirectUri,
    platform: 'publicClient',
    codeChallenge: { value: base64url(sha256(verifier)), method: 'S256' },
    asked,
    endsAt,
    ...(nonce === undefined ? {} : { nonce }),
  } as const;
  assert.ok(await entries.add('authorizationCode', entryKey(code), { value, expiresAt: endsAt }));
  return code;
}

/** Whoever sits at the page: approves the next device that asks. */
async function approveNextDevice(): Promise<void> {
  for (;;) {
    const pending = (await entries.list('deviceGrant')).find(({ value }) => value.state === 'pending');
    if (pending) {
      const approved = { state: 'approved', signIn: signIn() } as const;
      await entries.change('deviceGrant', pending.key, (grant) => ({ ...grant, ...approved }));
      return;
    }
    await setTimeout(50);
  }
}

const claimsOf = (token: unknown) => tokenParts(token).claims;
const scope = `${partner}/user_impersonation openid profile offline_access`;

test('msal-node redeems a code, refreshes it, and gets a customer’s token with it', async () => {
  const redirect = 'http://localhost:8400';
  const code = await addCode(redirect, { scope });
  const { tokens, ...rest } = await runClient('msal-node-code.program.ts', sandbox, code, verifier, redirect, fabrikam);
  const { scopes, ...account } = rest;
  assert.deepEqual(account, {
    username: 'john.doe@contoso.com',
    homeAccountId: `${johnId}.${tenant}`,
    fromCache: [false, false, false],
  });
  assert.ok((scopes as string[]).includes(`${partner}/user_impersonation`));
  const tenants = (tokens as string[]).map((token) => claimsOf(token).tid);
  assert.deepEqual(tenants, [tenant, tenant, fabrikam]);
});

test('msal-node waits for a device to be approved', async () => {
  const [result] = await Promise.all([
    runClient('msal-node-device.program.ts', sandbox, publicClient),
    approveNextDevice(),
  ]);
  assert.deepEqual([result.username, claimsOf(result.accessToken).amr], ['john.doe@contoso.com', ['pwd', 'mfa']]);
  assert.ok(String(result.message).includes(`${sandbox.url}/devicelogin`));
});

test('openid-client redeems and refreshes without a scope, and waits for a device', async () => {
  const redirect = 'http://localhost:8400/';
  const code = await addCode(redirect, { scope }, 'n-0S6');
  const [{ tokens, subjects, ...rest }] = await Promise.all([
    runClient('openid-client-user.program.ts', sandbox, `${redirect}?code=${code}`, verifier, 'n-0S6', publicClient),
    approveNextDevice(),
  ]);
  assert.deepEqual(rest, { nonce: 'n-0S6', rotated: true });
  assert.deepEqual(
    (tokens as string[]).map((token) => claimsOf(token).aud),
    [partner, partner, partner],
  );
  assert.equal(new Set(subjects as string[]).size, 1);
});

test('msal-node and @azure/identity act on behalf of a user', async () => {
  const answer = await fetchToken(await addCode('http://localhost:8400', { scope: 'api://middle/access_as_user' }));
  const { tokens } = await runClient('on-behalf-of.program.ts', sandbox, middleTier, 'middle', answer);
  for (const token of tokens as string[]) {
    const { aud, appid, amr, oid } = claimsOf(token);
    assert.deepEqual(
      { aud, appid, amr, oid },
      { aud: 'https://graph.microsoft.com', appid: middleTier, amr: ['pwd', 'mfa'], oid: johnId },
    );
  }
});

async function fetchToken(code: string): Promise<string> {
  const trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
  const response = await trusting(`${sandbox.url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: 'http://localhost:8400',
      code_verifier: verifier,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
