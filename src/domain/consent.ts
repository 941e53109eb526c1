import type { Application } from './application.ts';
import type { DelegatedPermission } from './permission.ts';
import type { DirectoryRole } from './role.ts';
import type { User } from './user.ts';

/** `missing`: the user may give it. `administrator`: only somebody else may. */
export type ConsentNeed = 'given' | 'missing' | 'administrator';

const consentingRoles: ReadonlySet<DirectoryRole> = new Set([
  'globalAdministrator',
  'privilegedRoleAdministrator',
  'cloudApplicationAdministrator',
  'applicationAdministrator',
]);

/** Whether a user may consent for everybody in a tenant: its own administrators, never a partner's. */
export const mayConsentForTenant = (user: User, tenantId: string): boolean =>
  user.tenantId === tenantId && user.directoryRoles.some((role) => consentingRoles.has(role));

/** What one user may give for themselves: nothing that needs an administrator, and nothing in another tenant. */
export function consentNeed(
  missing: readonly DelegatedPermission[],
  user: User,
  { tenantId, forTenant = false }: { tenantId: string; forTenant?: boolean },
): ConsentNeed {
  if (mayConsentForTenant(user, tenantId)) return 'missing';
  const isOwn = user.tenantId === tenantId && !forTenant;
  return isOwn && missing.every(({ type }) => type === 'User') ? 'missing' : 'administrator';
}

/** The delegated permissions of a resource that an app registration lists. */
export function listedPermissions(client: Application, resource: Application): readonly DelegatedPermission[] {
  const ids = new Set(
    client.requiredResourceAccess
      .filter(({ resourceAppId }) => resourceAppId === resource.appId)
      .flatMap(({ resourceAccess }) => resourceAccess.filter(({ type }) => type === 'Scope').map(({ id }) => id)),
  );
  return resource.oauth2PermissionScopes.filter(({ id }) => ids.has(id));
}
