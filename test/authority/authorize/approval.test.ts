import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Approval, entryKey } from '../../../src/domain/index.ts';
import { testAuthority } from '../fixture.ts';
import { admin, answered, authorizePath, john, tenant } from './fixture.ts';
import { adminOnly, pagesSeed, unconsented } from './seed.ts';

const johnId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';

async function asked(decision: Approval['decision'], changes = {}, at = 'common') {
  const authority = await testAuthority(pagesSeed);
  const value: Approval = { userId: johnId, userTenantId: tenant, decision, methods: ['pwd', 'mfa'] };
  await authority.context.entries.add('approval', john.username, {
    value,
    expiresAt: new Date('2027-01-01T00:00:00Z'),
  });
  const response = await authority.fetch(authorizePath({ login_hint: 'John.Doe@contoso.com', ...changes }, { at }));
  return {
    authority,
    response,
    told: answered(new URL(response.headers.get('location') ?? '', 'https://localhost:8443')),
  };
}

test('a standing approval answers at once, without a page or a cookie, with what it says was proven', async () => {
  const { authority, response, told } = await asked('approve');
  assert.deepEqual([response.status, response.headers.get('set-cookie')], [302, null]);
  const kept = await authority.context.entries.find('authorizationCode', entryKey(told.code ?? ''));
  assert.deepEqual([kept?.signIn.userId, kept?.signIn.methods, kept?.tenantId], [johnId, ['pwd', 'mfa'], tenant]);
  assert.equal(kept?.signIn.sessionId, told.session_state);
});

test('it consents as the user would', async () => {
  const { authority, told } = await asked('approve', { client_id: unconsented });
  assert.notEqual(told.code, undefined);
  const place = { tenantId: tenant, clientAppId: unconsented, resourceAppId: '4990cffe-04e8-4e8b-808a-1175604b879f' };
  assert.deepEqual(await authority.context.directory.consentedScopes({ ...place, userId: johnId }), [
    'user_impersonation',
  ]);
});

const refusals = [
  [
    'it is no administrator’s consent where its user is none',
    'approve',
    { client_id: unconsented, prompt: 'admin_consent' },
    'common',
    '90094',
  ],
  ['a standing refusal is access_denied', 'decline', {}, 'common', '65004'],
  [
    'it gives nothing that needs an administrator',
    'approve',
    { client_id: adminOnly, scope: 'Directory.Read.All' },
    'common',
    '90094',
  ],
  ['it is nobody in a stranger’s tenant', 'approve', {}, 'wingtip.onmicrosoft.com', '50020'],
] as const;

for (const [name, decision, changes, at, code] of refusals) {
  test(name, async () => {
    const { told } = await asked(decision, changes, at);
    assert.deepEqual(
      [told.error, told.error_description?.split(':')[0], told.state],
      ['access_denied', `AADSTS${code}`, 'as it was'],
    );
  });
}

test('where an administrator’s consent was asked for, an administrator gives it to everybody', async () => {
  const authority = await testAuthority(pagesSeed);
  const { directory, entries } = authority.context;
  const user = await directory.userByPrincipalName(tenant, admin.username);
  assert.ok(user);
  const value: Approval = { userId: user.id, userTenantId: tenant, decision: 'approve', methods: ['pwd', 'mfa'] };
  await entries.add('approval', admin.username, { value, expiresAt: new Date('2027-01-01T00:00:00Z') });
  const changes = { client_id: unconsented, prompt: 'admin_consent', login_hint: admin.username };
  const { headers } = await authority.fetch(authorizePath(changes));
  assert.ok(answered(new URL(headers.get('location') ?? '')).code);
  const place = { tenantId: tenant, clientAppId: unconsented, resourceAppId: '4990cffe-04e8-4e8b-808a-1175604b879f' };
  assert.deepEqual(await directory.consentedScopes({ ...place, userId: johnId }), ['user_impersonation']);
});

test('it is for its own user alone', async () => {
  const { response } = await asked('approve', { login_hint: 'mary.major@contoso.com' });
  assert.equal(response.status, 303);
});
