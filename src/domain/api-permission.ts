import type { Application } from './application.ts';
import type { RequiredResourceAccess } from './permission.ts';
import { refuse } from './refusal.ts';

/** A permission a resource offers, of either kind, by its value or its id. */
export interface OfferedPermission {
  readonly id: string;
  readonly value: string;
  readonly type: 'Scope' | 'Role';
  readonly displayName: string;
  /** A role, or a delegated permission that only an administrator can give. */
  readonly needsAdministrator: boolean;
}

/** What an application offers to others: delegated permissions, and roles that applications can have. */
export const offeredBy = (resource: Application): readonly OfferedPermission[] => [
  ...resource.oauth2PermissionScopes.map(({ id, value, type, adminConsentDisplayName }) => ({
    ...{ id, value, displayName: adminConsentDisplayName },
    type: 'Scope' as const,
    needsAdministrator: type === 'Admin',
  })),
  ...resource.appRoles
    .filter(({ allowedMemberTypes }) => allowedMemberTypes.includes('Application'))
    .map(({ id, value, displayName }) => ({
      ...{ id, value, displayName },
      type: 'Role' as const,
      needsAdministrator: true,
    })),
];

/** Which permission: `type` is needed where a resource has two of one name. Default `Scope`. */
export interface PermissionOrder {
  readonly permission: string;
  readonly type?: OfferedPermission['type'] | undefined;
}

/** The application with one more permission in its list, which is not yet consent to it. Throws `Refusal` (`missing`). */
export function withPermission(application: Application, resource: Application, order: PermissionOrder): Application {
  const { id, type } = offered(resource, order);
  const before = listedOf(application, resource.appId);
  if (before.some((access) => access.id === id)) return application;
  return withListed(application, resource.appId, [...before, { id, type }]);
}

/** What was consented to stays consented. Throws `Refusal` (`missing`). */
export function withoutPermission(
  application: Application,
  resource: Application,
  order: PermissionOrder,
): Application {
  const { id } = offered(resource, order);
  const before = listedOf(application, resource.appId);
  if (!before.some((access) => access.id === id)) refuse('missing', 'permission', 'is not in the application’s list.');
  return withListed(
    application,
    resource.appId,
    before.filter((access) => access.id !== id),
  );
}

function offered(resource: Application, { permission, type = 'Scope' }: PermissionOrder): OfferedPermission {
  const all = offeredBy(resource);
  const found = all.find(
    (one) => one.type === type && (one.value === permission || one.id === permission.toLowerCase()),
  );
  if (found) return found;
  const names = all.filter((one) => one.type === type).map(({ value }) => value);
  const offers = names.length === 0 ? 'It offers none of this type.' : `It offers ${names.join(', ')}.`;
  refuse('missing', 'permission', `is no permission of ${resource.displayName}. ${offers}`);
}

type Access = RequiredResourceAccess['resourceAccess'];

const listedOf = ({ requiredResourceAccess }: Application, resourceAppId: string): Access =>
  requiredResourceAccess.find((one) => one.resourceAppId === resourceAppId)?.resourceAccess ?? [];

const withListed = (application: Application, resourceAppId: string, resourceAccess: Access): Application => {
  const { requiredResourceAccess } = application;
  const listed = { resourceAppId, resourceAccess };
  const isThere = requiredResourceAccess.some((one) => one.resourceAppId === resourceAppId);
  const all = isThere
    ? requiredResourceAccess.map((one) => (one.resourceAppId === resourceAppId ? listed : one))
    : [...requiredResourceAccess, listed];
  return { ...application, requiredResourceAccess: all.filter((one) => one.resourceAccess.length > 0) };
};
