import { microsoftServicesTenantId, type ServicePrincipal } from '../../domain/index.ts';
import { derivedId } from '../derived-id.ts';
import type { Seed } from '../seed-schema.ts';

/** An application in a tenant that nobody said more about. */
export const impliedPrincipal = (tenantId: string, appId: string): ServicePrincipal => ({
  id: derivedId('servicePrincipal', tenantId, appId),
  tenantId,
  appId,
  accountEnabled: true,
  appRoleAssignmentRequired: false,
});

export const isMicrosofts = ({ appOwnerOrganizationId }: Seed['applications'][number]): boolean =>
  appOwnerOrganizationId === microsoftServicesTenantId;

/**
 * Where an application exists: in its own tenant, where a grant or a role was given to it, where the seed says so, and
 * Microsoft's own everywhere.
 */
export function servicePrincipalsOf(seed: Seed): readonly ServicePrincipal[] {
  const implied = [
    ...seed.applications.flatMap((application) =>
      isMicrosofts(application)
        ? seed.tenants.map((tenant) => ({ tenantId: tenant.id, appId: application.appId }))
        : [{ tenantId: application.appOwnerOrganizationId, appId: application.appId }],
    ),
    ...seed.oauth2PermissionGrants.flatMap(({ tenantId, clientAppId, resourceAppId }) =>
      tenantId ? [clientAppId, resourceAppId].map((appId) => ({ tenantId, appId })) : [],
    ),
    ...seed.appRoleAssignments.flatMap(({ tenantId, principal, resourceAppId }) =>
      (principal.includes('@') ? [resourceAppId] : [principal, resourceAppId]).map((appId) => ({ tenantId, appId })),
    ),
  ].map(({ tenantId, appId }) => impliedPrincipal(tenantId, appId));
  const principals = [
    ...implied,
    ...seed.servicePrincipals.map((principal) => ({
      ...principal,
      id: principal.id ?? derivedId('servicePrincipal', principal.tenantId, principal.appId),
    })),
  ];
  return [...new Map(principals.map((one) => [`${one.tenantId} ${one.appId}`, one])).values()];
}
