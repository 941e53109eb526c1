import { aadsts } from '../../../protocol/aadsts.ts';
import type { ResourceName } from '../../../protocol/resources.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, ok, warning } from '../check.ts';
import { type KindOfToken, readToken } from '../read-token.ts';

/** What the token allows (`scp`, `roles`, `wids`), beside what its API needs. */
export const permissions: Check = {
  name: 'permissions',
  run: async (examination) => {
    const { claims, kind, resource } = await readToken(examination);
    const { roles, wids } = claims.all;
    return permissionsFinding({
      kind,
      resource: resource?.name,
      scopes: claims.scopes,
      roles: textsIn(roles),
      directoryRoles: textsIn(wids).filter((id) => id !== memberOfTenant).length,
    });
  },
};

/** Everybody has this template's role: it says that somebody belongs to the tenant. */
const memberOfTenant = 'b79fbf4d-3ef9-4689-8143-76b194e85509';

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

export interface Permissions {
  readonly kind: KindOfToken;
  readonly resource: ResourceName | undefined;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** How many. */
  readonly directoryRoles: number;
}

const { nextStep } = aadsts.consentRequired;

const permissionsFinding = (permissions: Permissions): Finding =>
  permissions.kind === 'user' ? ofUser(permissions) : ofApplication(permissions);

function ofUser({ resource, scopes, directoryRoles }: Permissions): Finding {
  const isPartners = resource === 'partner-center' || resource === 'partner';
  const held = scopes.length === 0 ? 'no delegated permission' : scopes.join(' ');
  if (isPartners && !scopes.includes('user_impersonation')) {
    return failed(exitCodes.refused, `It holds ${held}, and user_impersonation is needed.`, nextStep);
  }
  if (scopes.length === 0) return warning(`It holds ${held}.`, nextStep);
  const more = isPartners ? ' Which roles the user has in Partner Center it does not say; --live shows.' : '';
  const roles =
    directoryRoles === 0 ? '' : ` The user has ${directoryRoles} directory role${directoryRoles === 1 ? '' : 's'}.`;
  return ok(`It holds ${held}.${roles}${more}`);
}

function ofApplication({ resource, roles }: Permissions): Finding {
  if (roles.length > 0) return ok(`It holds the application permissions ${roles.join(' ')}.`);
  const without = notByRoles[resource ?? 'graph'];
  return without === undefined
    ? warning('It holds no application permission (roles).', nextStep)
    : ok(`It holds no application permission and needs none: ${without}.`);
}

/** APIs that ask somebody else than the token. */
const notByRoles: Partial<Record<ResourceName, string>> = {
  'partner-center': 'Partner Center asks its App management whether the application is enabled (2032 where not)',
  arm: 'Azure asks its role assignments',
};
