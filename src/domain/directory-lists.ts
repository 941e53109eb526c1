import type { Application } from './application.ts';
import type { DirectoryLists } from './directory.ts';
import { type DirectoryIndex, key } from './directory-index.ts';
import { pageOf } from './page.ts';
import { microsoftServicesTenantId } from './tenant.ts';

export const directoryListsIn = ({
  tenants,
  users,
  applications,
  grants,
  assignments,
}: DirectoryIndex): DirectoryLists => ({
  listTenants: async () => [...tenants.values()],
  listUsers: async ({ tenantId, ...order }) =>
    pageOf(
      of(users.values(), tenantId, (user) => user.tenantId),
      ({ userPrincipalName, displayName, mail = '', id }) => [userPrincipalName, displayName, mail, id],
      order,
    ),
  listApplications: async ({ tenantId, ...order }) =>
    pageOf(
      tenantId === undefined
        ? [...applications.values()].filter(isSomebodys)
        : of(applications.values(), tenantId, (application) => application.appOwnerOrganizationId),
      ({ displayName, appId, identifierUris }) => [displayName, appId, ...identifierUris],
      order,
    ),
  listPermissionGrants: async (tenantId, clientAppId) =>
    under(grants, ...[tenantId, clientAppId].filter((part) => part !== undefined)),
  listAppRoleAssignments: async (tenantId, principalId) => under(assignments, tenantId, principalId),
});

/** Everything whose key begins with these parts. */
function under<Item>(groups: ReadonlyMap<string, readonly Item[]>, ...parts: readonly string[]): readonly Item[] {
  const place = `${key(...parts)}\n`;
  return [...groups].flatMap(([name, items]) => (name.startsWith(place) ? items : []));
}

const isSomebodys = ({ appOwnerOrganizationId }: Application): boolean =>
  appOwnerOrganizationId !== microsoftServicesTenantId;

const of = <Item>(
  items: Iterable<Item>,
  tenantId: string | undefined,
  tenantOf: (item: Item) => string,
): readonly Item[] =>
  tenantId === undefined ? [...items] : [...items].filter((item) => key(tenantOf(item)) === key(tenantId));
