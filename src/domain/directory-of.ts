import { singlePageOrigins } from './application.ts';
import type { Directory, DirectoryChanges, DirectoryLists } from './directory.ts';
import { directoryChangesIn } from './directory-changes.ts';
import {
  assignmentKey,
  type DirectoryData,
  type DirectoryIndex,
  directoryIndex,
  grantKey,
  identifierKey,
  key,
  relationshipKey,
} from './directory-index.ts';
import { directoryListsIn } from './directory-lists.ts';

export type { DirectoryData } from './directory-index.ts';

/** A directory in memory: every look-up is one or two Map look-ups, however many tenants there are. */
export function directoryOf(data: DirectoryData): Directory & DirectoryChanges & DirectoryLists {
  const index = directoryIndex(data);
  const { decoyPassword, pairwiseSalt } = data;
  return {
    ...lookUpsIn(index),
    ...directoryListsIn(index),
    ...directoryChangesIn(index),
    decoyPassword,
    pairwiseSalt,
  };
}

const lookUpsIn = ({
  tenants,
  tenantsByDomain,
  applications,
  resources,
  principals,
  users,
  usersByName,
  grants,
  assignments,
  relationships,
}: DirectoryIndex): Omit<Directory, 'decoyPassword' | 'pairwiseSalt'> => ({
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
    (assignments.get(assignmentKey({ tenantId, principalId, resourceAppId })) ?? []).map(({ role }) => role),
  relationships: async (customerTenantId, partnerTenantId) =>
    relationships.get(relationshipKey({ customerTenantId, partnerTenantId })) ?? [],
});
