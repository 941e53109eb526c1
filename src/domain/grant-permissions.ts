import type { Random } from '../base/random.ts';
import type { ChangeContext } from './administer-users.ts';
import type { ServicePrincipal } from './application.ts';
import type { PermissionGrant } from './permission.ts';

export interface GrantContext extends ChangeContext {
  readonly random: Random;
}

/** One after the other for an application in a tenant: of two at once neither may write over what the other did. */
export const inConsentTurn = <Value>(
  { entries }: ChangeContext,
  { appId, tenantId }: { readonly appId: string; readonly tenantId: string },
  work: () => Promise<Value>,
): Promise<Value> => entries.inTurn('session', `consent to ${appId} in ${tenantId}`, work);

/** The application as it exists in a tenant; makes it known there if it is not. */
export async function installApplication(
  { directory, random }: GrantContext,
  tenantId: string,
  appId: string,
): Promise<ServicePrincipal> {
  const known = await directory.servicePrincipal(tenantId, appId);
  if (known) return known;
  const principal = { id: random.guid(), tenantId, appId, accountEnabled: true, appRoleAssignmentRequired: false };
  await directory.putServicePrincipal(principal);
  return principal;
}

/** What everybody in a tenant was given: nobody has the empty id. */
export const everybodysScopes = (
  { directory }: ChangeContext,
  place: Omit<PermissionGrant, 'principalId' | 'scopes'>,
): Promise<readonly string[]> => directory.consentedScopes({ ...place, userId: '' });

/** Adds permissions to what everybody in the tenant was given. To be called in a consent turn. */
export async function grantToEverybody(
  context: GrantContext,
  place: Omit<PermissionGrant, 'principalId' | 'scopes'>,
  scopes: readonly string[],
): Promise<void> {
  const before = await everybodysScopes(context, place);
  const all = [...new Set([...before, ...scopes])];
  if (all.length === before.length) return;
  await context.directory.putPermissionGrant({ ...place, principalId: undefined, scopes: all });
}
