import type { Secret } from '../base/secret.ts';
import type { Application, ServicePrincipal } from './application.ts';
import type { DelegatedAdminRelationship } from './customer.ts';
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

export const key = (...parts: readonly string[]): string => parts.join('\n').toLowerCase();
export const identifierKey = (identifier: string): string => identifier.replace(/\/$/, '').toLowerCase();

/** The names an application is found by as a resource. */
export const identifiersOf = ({ appId, identifierUris }: Application): readonly string[] => [
  ...new Set([appId, ...identifierUris].map(identifierKey)),
];

export const grantKey = (grant: Pick<PermissionGrant, 'tenantId' | 'clientAppId' | 'resourceAppId'>): string =>
  key(grant.tenantId, grant.clientAppId, grant.resourceAppId);

export const assignmentKey = (assignment: Pick<AppRoleAssignment, 'tenantId' | 'principalId' | 'resourceAppId'>) =>
  key(assignment.tenantId, assignment.principalId, assignment.resourceAppId);

export const relationshipKey = (
  relationship: Pick<DelegatedAdminRelationship, 'customerTenantId' | 'partnerTenantId'>,
): string => key(relationship.customerTenantId, relationship.partnerTenantId);

/** A directory's data by the keys they are looked up by. */
export const directoryIndex = (data: DirectoryData) => ({
  tenants: indexBy(data.tenants, ({ id }) => key(id)),
  tenantsByDomain: new Map(
    data.tenants.flatMap((tenant) => tenant.verifiedDomains.map((domain) => [key(domain), tenant] as const)),
  ),
  applications: indexBy(data.applications, ({ appId }) => key(appId)),
  /** Those that an identifier names: it may be another application's in another tenant. */
  resources: groupBy(data.applications, identifiersOf),
  principals: indexBy(data.servicePrincipals, ({ tenantId, appId }) => key(tenantId, appId)),
  users: indexBy(data.users, ({ tenantId, id }) => key(tenantId, id)),
  usersByName: indexBy(data.users, ({ tenantId, userPrincipalName }) => key(tenantId, userPrincipalName)),
  grants: groupBy(data.permissionGrants, (grant) => [grantKey(grant)]),
  assignments: groupBy(data.appRoleAssignments, (assignment) => [assignmentKey(assignment)]),
  relationships: groupBy(data.delegatedAdminRelationships, (relationship) => [relationshipKey(relationship)]),
});

export type DirectoryIndex = ReturnType<typeof directoryIndex>;

const indexBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item> =>
  new Map(items.map((item) => [keyOf(item), item]));

function groupBy<Item>(
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
