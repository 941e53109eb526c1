import type {
  Directory,
  DirectoryChanges,
  DirectoryLists,
  PartnerRecordChanges,
  PartnerRecords,
} from '../../domain/index.ts';
import type { Change } from './change-kinds.ts';

/** Makes a change durable before anybody sees it. */
export type Keep = (change: Change) => Promise<void>;

/** The directory of a world that lasts: looked up in memory, in whichever directory is the current one. */
export const keptDirectory = (
  current: () => Directory & DirectoryLists,
  keep: Keep,
): Directory & DirectoryChanges & DirectoryLists => ({
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
  listTenants: () => current().listTenants(),
  listUsers: (order) => current().listUsers(order),
  listApplications: (order) => current().listApplications(order),
  listPermissionGrants: (tenantId, clientAppId) => current().listPermissionGrants(tenantId, clientAppId),
  putTenant: (value) => keep({ what: 'tenant', value }),
  putUser: (value) => keep({ what: 'user', value }),
  putApplication: (value) => keep({ what: 'application', value }),
  putServicePrincipal: (value) => keep({ what: 'servicePrincipal', value }),
  putPermissionGrant: (value) => keep({ what: 'permissionGrant', value }),
  removePermissionGrant: (grant) => keep({ what: 'permissionGrant', value: { ...grant, scopes: undefined } }),
  putAppRoleAssignment: (value) => keep({ what: 'appRoleAssignment', value }),
  putRelationship: (value) => keep({ what: 'relationship', value }),
});

/** The partner's records of a world that lasts. */
export const keptRecords = (current: () => PartnerRecords, keep: Keep): PartnerRecords & PartnerRecordChanges => ({
  customer: (partnerTenantId, tenantId) => current().customer(partnerTenantId, tenantId),
  listCustomers: (order) => current().listCustomers(order),
  referral: (id) => current().referral(id),
  listReferrals: (organizationId) => current().listReferrals(organizationId),
  putCustomer: (value) => keep({ what: 'customer', value }),
  putReferral: (referral) => keep({ what: 'referral', value: { id: referral.id, referral } }),
  removeReferral: (id) => keep({ what: 'referral', value: { id, referral: undefined } }),
});
