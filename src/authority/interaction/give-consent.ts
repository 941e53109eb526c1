import type { Tenant, User } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import type { ConsentRequest } from './consent-of.ts';

export interface GivenConsent {
  readonly appId: string;
  readonly tenant: Tenant;
  readonly user: User;
  readonly forTenant: boolean;
  readonly requests: readonly ConsentRequest[];
}

/**
 * Writes down what was consented to, beside what was before, and makes the application known in the tenant. One after the
 * other for an application: of two at once neither may write over what the other did.
 */
export const giveConsent = (context: AuthorityContext, given: GivenConsent): Promise<void> =>
  context.entries.inTurn('session', `consent to ${given.appId} in ${given.tenant.id}`, () => writeDown(context, given));

async function writeDown(context: AuthorityContext, given: GivenConsent): Promise<void> {
  const { appId, tenant, user, forTenant, requests } = given;
  const { directory } = context;
  await install(context, tenant, appId);
  for (const { resource, permissions } of requests) {
    await install(context, tenant, resource.appId);
    const place = { tenantId: tenant.id, clientAppId: appId, resourceAppId: resource.appId };
    // Nobody has the empty id, so this is what everybody was given.
    const everybodys = await directory.consentedScopes({ ...place, userId: '' });
    const users = await directory.consentedScopes({ ...place, userId: user.id });
    const asked = permissions.map(({ value }) => value);
    const before = forTenant ? everybodys : users;
    // What everybody was given stays an administrator's to take back: a user's word must not outlive it.
    const notTheirs = forTenant ? [] : everybodys;
    const scopes = [...new Set([...before, ...asked])].filter((scope) => !notTheirs.includes(scope));
    if (scopes.length === 0) continue;
    await directory.putPermissionGrant({ ...place, principalId: forTenant ? undefined : user.id, scopes });
  }
}

async function install({ directory, random }: AuthorityContext, { id: tenantId }: Tenant, appId: string) {
  if (await directory.servicePrincipal(tenantId, appId)) return;
  await directory.putServicePrincipal({
    id: random.guid(),
    tenantId,
    appId,
    accountEnabled: true,
    appRoleAssignmentRequired: false,
  });
}
