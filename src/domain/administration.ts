import type { DirectoryRole } from './role.ts';
import type { Tenant } from './tenant.ts';
import type { User } from './user.ts';

/** What of a partner's set-up is administered; `any`: at least one of them. `sandbox`: what all its tenants share. */
export type AdministeredPart = 'any' | 'users' | 'applications' | 'sandbox';

const administrators: Readonly<Record<AdministeredPart, ReadonlySet<DirectoryRole>>> = {
  any: new Set([
    'globalAdministrator',
    'userAdministrator',
    'applicationAdministrator',
    'cloudApplicationAdministrator',
    'privilegedRoleAdministrator',
  ]),
  users: new Set(['globalAdministrator', 'userAdministrator']),
  applications: new Set(['globalAdministrator', 'applicationAdministrator', 'cloudApplicationAdministrator']),
  sandbox: new Set(['globalAdministrator']),
};

/** Whether a user administers a part of a tenant: a partner's own administrators alone. */
export const mayAdminister = (user: User, tenant: Tenant, part: AdministeredPart): boolean =>
  tenant.hasPartnerAccount &&
  user.tenantId === tenant.id &&
  user.directoryRoles.some((role) => administrators[part].has(role));

/**
 * Whether an administrator may change another user's sign-in. Users with roles in the directory are a global
 * administrator's to change: whoever sets their password may be them.
 */
export const mayChangeSignIn = (administrator: User, user: User): boolean =>
  administrator.directoryRoles.includes('globalAdministrator') || user.directoryRoles.length === 0;
