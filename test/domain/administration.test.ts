import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AdministeredPart,
  type DirectoryRole,
  directoryRoles,
  mayAdminister,
  mayChangeSignIn,
  mayConsentForTenant,
  type Tenant,
  type User,
} from '../../src/domain/index.ts';

const contoso: Tenant = { id: 'contoso', displayName: 'Contoso', verifiedDomains: [], hasPartnerAccount: true };
const withRoles = (...roles: readonly DirectoryRole[]) => ({ tenantId: 'contoso', directoryRoles: roles }) as User;

const parts: Readonly<Record<DirectoryRole, readonly AdministeredPart[]>> = {
  globalAdministrator: ['any', 'users', 'applications'],
  userAdministrator: ['any', 'users'],
  applicationAdministrator: ['any', 'applications'],
  cloudApplicationAdministrator: ['any', 'applications'],
  privilegedRoleAdministrator: ['any'],
};

describe('who administers what', () => {
  for (const role of Object.keys(directoryRoles) as DirectoryRole[]) {
    test(`${role}: ${parts[role].join(', ')}`, () => {
      const all: readonly AdministeredPart[] = ['any', 'users', 'applications'];
      assert.deepEqual(
        all.filter((part) => mayAdminister(withRoles(role), contoso, part)),
        parts[role],
      );
    });
  }

  const strangers: readonly (readonly [who: string, user: User, tenant: Tenant])[] = [
    ['nobody without a role', withRoles(), contoso],
    ['nobody of another tenant', withRoles('globalAdministrator'), { ...contoso, id: 'fabrikam' }],
    [
      'nobody where there is no partner account',
      withRoles('globalAdministrator'),
      { ...contoso, hasPartnerAccount: false },
    ],
  ];
  for (const [who, user, tenant] of strangers) {
    test(who, () => assert.equal(mayAdminister(user, tenant, 'any'), false));
  }

  test('who administers applications may consent for everybody in the tenant', () => {
    const roles = (Object.keys(parts) as DirectoryRole[]).filter((role) => parts[role].includes('applications'));
    assert.deepEqual(
      roles.filter((role) => !mayConsentForTenant(withRoles(role), 'contoso')),
      [],
    );
  });

  test('an administrator’s sign-in is a global administrator’s to change, everybody else’s any’s', () => {
    const [global, users, plain] = [withRoles('globalAdministrator'), withRoles('userAdministrator'), withRoles()];
    assert.deepEqual(
      [
        mayChangeSignIn(global, global),
        mayChangeSignIn(users, plain),
        mayChangeSignIn(users, users),
        mayChangeSignIn(users, global),
      ],
      [true, true, false, false],
    );
  });
});
