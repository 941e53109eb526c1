import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { randomText } from '../../src/base/random-text.ts';
import {
  newUser,
  passwordMatches,
  Refusal,
  registerApplication,
  resetPassword,
  type Tenant,
  withNewSecret,
  withoutSecondFactor,
  withSettings,
} from '../../src/domain/index.ts';
import { newTemporaryPassword } from '../../src/domain/temporary-password.ts';

const tenant: Tenant = {
  id: '10000000-0000-0000-0000-000000000001',
  displayName: 'Contoso',
  verifiedDomains: ['contoso.com', 'contoso.onmicrosoft.com'],
  hasPartnerAccount: true,
};
const context = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const order = { userPrincipalName: 'Alex.W@contoso.onmicrosoft.com', displayName: 'Alex' };
const now = new Date('2026-11-21T09:00:00Z');

describe('row 126: what is told once is from the generator alone', () => {
  test('temporary passwords and client secrets do not repeat, and have no shared beginning but the format’s', async () => {
    const application = registerApplication(context, tenant, { displayName: 'A' });
    const passwords = new Set<string>();
    const secrets = new Set<string>();
    for (let index = 0; index < 2000; index++) {
      passwords.add(newTemporaryPassword(systemRandom).reveal());
      secrets.add(withNewSecret(context, application, { now }).secretText.reveal());
    }
    assert.deepEqual([passwords.size, secrets.size], [2000, 2000]);
    assert.equal(new Set([...passwords].map((text) => text.slice(0, 4))).size > 1990, true);
  });

  test('a generator of one byte gives one character: nothing else is mixed in', () => {
    const stuck = { bytes: (size: number) => new Uint8Array(size).fill(3), guid: () => '' };
    assert.equal(newTemporaryPassword(stuck).reveal(), 'd'.repeat(16));
  });

  test('bytes that would favour some characters are passed over', () => {
    const bytes = [255, 254, 0, 9];
    const random = { bytes: (size: number) => Uint8Array.from({ length: size }, () => bytes.shift() ?? 1) };
    // 250 and more are too many for an alphabet of ten.
    assert.equal(randomText(random, '0123456789', 3), '091');
  });
});

test('a new user has the temporary password, to be changed, and the roles once each', async () => {
  const { user, temporaryPassword } = await newUser(context, tenant, {
    ...order,
    partnerRoles: ['adminAgent', 'adminAgent'],
  });
  assert.equal(await passwordMatches(user.password, temporaryPassword), true);
  assert.deepEqual(
    [user.tenantId, user.userPrincipalName, user.forceChangePasswordNextSignIn, user.partnerRoles, user.mfa],
    [tenant.id, 'Alex.W@contoso.onmicrosoft.com', true, ['adminAgent'], { required: false }],
  );
  assert.equal(JSON.stringify({ temporaryPassword }), '{"temporaryPassword":"[redacted]"}');
});

test('a reset gives another password and ends what was signed in', async () => {
  const { user, temporaryPassword } = await newUser(context, tenant, order);
  const reset = await resetPassword(context, { ...user, forceChangePasswordNextSignIn: false }, now);
  assert.deepEqual(
    [
      await passwordMatches(reset.user.password, temporaryPassword),
      await passwordMatches(reset.user.password, reset.temporaryPassword),
      reset.user.forceChangePasswordNextSignIn,
      reset.user.signInSessionsValidFrom,
    ],
    [false, true, true, now],
  );
});

test('settings that are left out stay; a second factor survives being switched off', async () => {
  const { user } = await newUser(context, tenant, { ...order, mfaRequired: true });
  assert.deepEqual(withSettings(user, {}), user);
  const enrolled = { ...user, mfa: { required: true, totpSecret: undefined } } as never as typeof user;
  const off = withSettings(enrolled, { mfaRequired: false });
  assert.deepEqual([off.mfa.required, 'totpSecret' in off.mfa], [false, true]);
  assert.deepEqual(withoutSecondFactor(enrolled).mfa, { required: true });
});

const refused = [
  ['alex@fabrikam.com', 'must end with a domain of Contoso: contoso.com, contoso.onmicrosoft.com.'],
  ['alex@evil.contoso.com', 'must end with a domain of Contoso: contoso.com, contoso.onmicrosoft.com.'],
  ['alex', 'must be a user name such as john.doe@contoso.com.'],
  ['<b>@contoso.com', 'must be a user name such as john.doe@contoso.com.'],
  [`${'x'.repeat(65)}@contoso.com`, 'must be a user name such as john.doe@contoso.com.'],
] as const;
for (const [userPrincipalName, message] of refused) {
  test(`${userPrincipalName.slice(0, 30)} is no name for a user`, async () => {
    await assert.rejects(newUser(context, tenant, { ...order, userPrincipalName }), (thrown) => {
      assert.ok(thrown instanceof Refusal);
      assert.deepEqual([thrown.code, thrown.field, thrown.message], ['invalid', 'userPrincipalName', message]);
      return true;
    });
  });
}
