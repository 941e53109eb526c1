import { type OfferedPermission, offeredBy } from './api-permission.ts';
import type { Application } from './application.ts';
import type { Directory, DirectoryLists } from './directory.ts';
import { longestPage } from './page.ts';
import { microsoftServicesTenantId } from './tenant.ts';

/** A permission in an application's list, and whether a tenant gave it for everybody. */
export interface PermissionState extends OfferedPermission {
  readonly resourceAppId: string;
  readonly resourceName: string;
  readonly granted: boolean;
}

/** What an application lists under "API permissions", as it stands in a tenant. */
export async function permissionStates(
  directory: Directory,
  application: Application,
  tenantId: string,
): Promise<readonly PermissionState[]> {
  const { appId: clientAppId } = application;
  const client = await directory.servicePrincipal(tenantId, clientAppId);
  const states: PermissionState[] = [];
  for (const { resourceAppId, resourceAccess } of application.requiredResourceAccess) {
    const resource = await directory.applicationById(resourceAppId);
    if (!resource) continue;
    const scopes = await directory.consentedScopes({ tenantId, clientAppId, resourceAppId, userId: '' });
    const roles = client ? await directory.assignedRoles(tenantId, client.id, resourceAppId) : [];
    for (const offered of offeredBy(resource).filter(({ id }) => resourceAccess.some((one) => one.id === id))) {
      const granted = (offered.type === 'Scope' ? scopes : roles).includes(offered.value);
      states.push({ ...offered, resourceAppId, resourceName: resource.displayName, granted });
    }
  }
  return states;
}

/** Whose permissions an application of a tenant may list: Microsoft's APIs, and the tenant's own that offer any. */
export async function resourcesFor(directory: DirectoryLists, tenantId: string): Promise<readonly Application[]> {
  const pages = await Promise.all([microsoftServicesTenantId, tenantId].map((owner) => allOf(directory, owner)));
  return pages.flat().filter((application) => offeredBy(application).length > 0);
}

async function allOf(directory: DirectoryLists, tenantId: string): Promise<readonly Application[]> {
  const all: Application[] = [];
  for (;;) {
    const { items, total } = await directory.listApplications({ tenantId, skip: all.length, top: longestPage });
    all.push(...items);
    if (items.length === 0 || all.length >= total) return all;
  }
}
