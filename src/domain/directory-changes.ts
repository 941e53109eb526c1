import type { Application } from './application.ts';
import type { DirectoryChanges } from './directory.ts';
import {
  assignmentKey,
  type DirectoryIndex,
  grantKey,
  identifiersOf,
  key,
  relationshipKey,
} from './directory-index.ts';
import type { PermissionGrant } from './permission.ts';

/** Changes of a directory in memory. What the tenant of an application implies is the sandbox's to add. */
export function directoryChangesIn(index: DirectoryIndex): DirectoryChanges {
  const { tenants, tenantsByDomain, applications, principals, users, usersByName } = index;
  const { grants, assignments, relationships } = index;
  const grantsBeside = (grant: Omit<PermissionGrant, 'scopes'>): PermissionGrant[] =>
    (grants.get(grantKey(grant)) ?? []).filter(({ principalId }) => principalId !== grant.principalId);
  return {
    putTenant: async (tenant) => {
      for (const domain of tenants.get(key(tenant.id))?.verifiedDomains ?? []) tenantsByDomain.delete(key(domain));
      tenants.set(key(tenant.id), tenant);
      for (const domain of tenant.verifiedDomains) tenantsByDomain.set(key(domain), tenant);
    },
    putUser: async (user) => {
      const id = key(user.tenantId, user.id);
      const before = users.get(id);
      if (before) usersByName.delete(key(before.tenantId, before.userPrincipalName));
      users.set(id, user);
      usersByName.set(key(user.tenantId, user.userPrincipalName), user);
    },
    putApplication: async (application) => {
      const before = applications.get(key(application.appId));
      applications.set(key(application.appId), application);
      replaceResource(index, before, application);
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
    putAppRoleAssignment: async (assignment) => {
      const place = assignmentKey(assignment);
      const others = (assignments.get(place) ?? []).filter(({ role }) => role !== assignment.role);
      assignments.set(place, [...others, assignment]);
    },
    putRelationship: async (relationship) => {
      const place = relationshipKey(relationship);
      const others = (relationships.get(place) ?? []).filter(({ id }) => id !== relationship.id);
      relationships.set(place, [...others, relationship]);
    },
  };
}

/** It keeps its place among those of the same name: which of two is found must not depend on which was changed. */
function replaceResource(
  { resources }: DirectoryIndex,
  before: Application | undefined,
  application: Application,
): void {
  const names = new Set(identifiersOf(application));
  for (const name of new Set([...(before ? identifiersOf(before) : []), ...names])) {
    const named = resources.get(name) ?? [];
    const kept = names.has(name)
      ? named.map((one) => (one === before ? application : one))
      : named.filter((one) => one !== before);
    resources.set(name, names.has(name) && !kept.includes(application) ? [...kept, application] : kept);
  }
}
