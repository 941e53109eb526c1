import { everybodysScopes, inConsentTurn, installApplication, type Tenant, type User } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import type { ConsentRequest } from './consent-of.ts';

export interface GivenConsent {
  readonly appId: string;
  readonly tenant: Tenant;
  readonly user: User;
  readonly forTenant: boolean;
  readonly requests: readonly ConsentRequest[];
}

/** Writes down what was consented to, beside what was before, and makes the application known in the tenant. */
export const giveConsent = (context: AuthorityContext, given: GivenConsent): Promise<void> =>
  inConsentTurn(context, { appId: given.appId, tenantId: given.tenant.id }, () => writeDown(context, given));

async function writeDown(context: AuthorityContext, given: GivenConsent): Promise<void> {
  const { appId, tenant, user, forTenant, requests } = given;
  const { directory } = context;
  await installApplication(context, tenant.id, appId);
  for (const { resource, permissions } of requests) {
    await installApplication(context, tenant.id, resource.appId);
    const place = { tenantId: tenant.id, clientAppId: appId, resourceAppId: resource.appId };
    const everybodys = await everybodysScopes(context, place);
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
