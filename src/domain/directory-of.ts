import type { Secret } from '../base/secret.ts';
import { type Application, type ServicePrincipal, singlePageOrigins } from './application.ts';
import type { DelegatedAdminRelationship } from './customer.ts';
import type { Directory, DirectoryChanges } from './directory.ts';
import type { PasswordRecord } from './password.ts';
import type { AppRoleAssignment, PermissionGrant } from './permission.ts';
import type { Tenant } from './tenant.ts';
import type { User } from './user.ts';

export interface DirectoryData {
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly applications: readonly Application[];
  readonly servicePrincipals: readonly ServicePrincipal[];
  readonly permissionGrants: readonly PermissionGrant[];
  readonly appRoleAssignments: readonly AppRoleAssignment[];
  readonly delegatedAdminRelationships: readonly DelegatedAdminRelationship[];
  readonly decoyPassword: PasswordRecord;
  readonly pairwiseSalt: Secret;
}

const key = (...parts: readonly string[]): string => parts.join('\n').toLowerCase();
const identifierKey = (identifier: string): string => identifier.replace(/\/$/, '').toLowerCase();

/** A directory in memory: every look-up is one or two Map look-ups, however many tenants there are. */
export function directoryOf(data: DirectoryData): Directory & DirectoryChanges {
  const tenants = indexBy(data.tenants, ({ id }) => key(id));
  const tenantsByDomain = indexByAll(data.tenants, ({ verifiedDomains }) => verifiedDomains.map((name) => key(name)));
  const applications = indexBy(data.applications, ({ appId }) => key(appId));
  const resources = groupByAll(data.applications, ({ appId, identifierUris }) => [
    ...new Set([appId, ...identifierUris].map(identifierKey)),
  ]);
  const principals = indexBy(data.servicePrincipals, ({ tenantId, appId }) => key(tenantId, appId));
  const users = indexBy(data.users, ({ tenantId, id }) => key(tenantId, id));
  const usersByName = indexBy(data.users, ({ tenantId, userPrincipalName }) => key(tenantId, userPrincipalName));
  const grants = groupByAll(data.permissionGrants, (grant) => [grantKey(grant)]);
  const assignments = groupByAll(data.appRoleAssignments, ({ tenantId, principalId, resourceAppId }) => [
    key(tenantId, principalId, resourceAppId),
  ]);
  const relationships = groupByAll(data.delegatedAdminRelationships, ({ customerTenantId, partnerTenantId }) => [
    key(customerTenantId, partnerTenantId),
  ]);
  const grantsBeside = (grant: Omit<PermissionGrant, 'scopes'>): PermissionGrant[] =>
    (grants.get(grantKey(grant)) ?? []).filter(({ principalId }) => principalId !== grant.principalId);

  return {
    tenantById: async (id) => tenants.get(key(id)),
    tenantByDomain: async (domain) => tenantsByDomain.get(key(domain)),
    applicationById: async (appId) => applications.get(key(appId)),
    isSinglePageOrigin: async (origin) =>
      [...applications.values()].some((application) => singlePageOrigins(application).has(origin)),
    servicePrincipal: async (tenantId, appId) => principals.get(key(tenantId, appId)),
    resource: async (tenantId, identifier) => {
      for (const application of resources.get(identifierKey(identifier)) ?? []) {
        const servicePrincipal = principals.get(key(tenantId, application.appId));
        if (servicePrincipal) return { application, servicePrincipal };
      }
      return undefined;
    },
    userByPrincipalName: async (tenantId, name) => usersByName.get(key(tenantId, name)),
    userById: async (tenantId, id) => users.get(key(tenantId, id)),
    consentedScopes: async ({ userId, ...place }) => {
      const holding = (grants.get(grantKey(place)) ?? []).filter(
        ({ principalId }) => principalId === undefined || principalId === userId,
      );
      return [...new Set(holding.flatMap(({ scopes }) => scopes))];
    },
    assignedRoles: async (tenantId, principalId, resourceAppId) =>
      (assignments.get(key(tenantId, principalId, resourceAppId)) ?? []).map(({ role }) => role),
    relationships: async (customerTenantId, partnerTenantId) =>
      relationships.get(key(customerTenantId, partnerTenantId)) ?? [],
    putUser: async (user) => {
      const id = key(user.tenantId, user.id);
      const before = users.get(id);
      if (before) usersByName.delete(key(before.tenantId, before.userPrincipalName));
      users.set(id, user);
      usersByName.set(key(user.tenantId, user.userPrincipalName), user);
    },
    putServicePrincipal: async (principal) => {
      principals.set(key(principal.tenantId, principal.appId), principal);
    },
    putPermissionGrant: async (grant) => {
      grants.set(grantKey(grant), [...grantsBeside(grant), grant]);
    },
    removePermissionGrant: async (grant) => {
      grants.set(grantKey(grant), grantsBeside(grant));
    },
    decoyPassword: data.decoyPassword,
    pairwiseSalt: data.pairwiseSalt,
  };
}

const grantKey = (grant: Pick<PermissionGrant, 'tenantId' | 'clientAppId' | 'resourceAppId'>): string =>
  key(grant.tenantId, grant.clientAppId, grant.resourceAppId);

const indexBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item> =>
  new Map(items.map((item) => [keyOf(item), item]));

const indexByAll = <Item>(items: readonly Item[], keysOf: (item: Item) => readonly string[]) =>
  new Map(items.flatMap((item) => keysOf(item).map((itemKey) => [itemKey, item] as const)));

function groupByAll<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly string[],
): Map<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const itemKey of keysOf(item)) {
      const group = groups.get(itemKey);
      if (group) group.push(item);
      else groups.set(itemKey, [item]);
    }
  }
  return groups;
}
