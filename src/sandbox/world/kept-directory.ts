import type { Directory, DirectoryChanges } from '../../domain/index.ts';
import type { Change } from './change.ts';

/**
 * The directory of a world that lasts: looked up in memory, in whichever directory is the current one, and changed by way
 * of `keep`, which makes the change durable before anybody sees it.
 */
export const keptDirectory = (
  current: () => Directory,
  keep: (change: Change) => Promise<void>,
): Directory & DirectoryChanges => ({
  tenantById: (id) => current().tenantById(id),
  tenantByDomain: (domain) => current().tenantByDomain(domain),
  applicationById: (appId) => current().applicationById(appId),
  servicePrincipal: (tenantId, appId) => current().servicePrincipal(tenantId, appId),
  resource: (tenantId, identifier) => current().resource(tenantId, identifier),
  userByPrincipalName: (tenantId, name) => current().userByPrincipalName(tenantId, name),
  userById: (tenantId, id) => current().userById(tenantId, id),
  consentedScopes: (consent) => current().consentedScopes(consent),
  assignedRoles: (tenantId, principalId, resourceAppId) =>
    current().assignedRoles(tenantId, principalId, resourceAppId),
  isSinglePageOrigin: (origin) => current().isSinglePageOrigin(origin),
  relationships: (customerTenantId, partnerTenantId) => current().relationships(customerTenantId, partnerTenantId),
  get decoyPassword() {
    return current().decoyPassword;
  },
  get pairwiseSalt() {
    return current().pairwiseSalt;
  },
  putUser: (user) => keep({ what: 'user', user }),
  putServicePrincipal: (servicePrincipal) => keep({ what: 'servicePrincipal', servicePrincipal }),
  putPermissionGrant: (grant) => keep({ what: 'permissionGrant', grant }),
  removePermissionGrant: (grant) => keep({ what: 'permissionGrant', grant: { ...grant, scopes: undefined } }),
});
