import type { Clock } from '../base/clock.ts';
import { type Application, isSingleTenant } from './application.ts';
import { type ConsentOrder, consentForCustomer } from './application-consent.ts';
import { listedPermissions } from './consent.ts';
import { type Customer, isActive } from './customer.ts';
import type { Directory, DirectoryLists } from './directory.ts';
import type { GrantContext } from './grant-permissions.ts';
import { Refusal, refuse } from './refusal.ts';
import { microsoftServicesTenantId } from './tenant.ts';

/** An application that all users of a tenant may use, and for what. */
export interface ConsentedApplication {
  readonly application: Application;
  readonly grants: readonly ConsentOrder[];
}

/** By name, the applications consented to in a tenant for all of its users. Microsoft's own are everywhere, and left out. */
export async function consentedApplications(
  directory: Directory & DirectoryLists,
  tenantId: string,
): Promise<readonly ConsentedApplication[]> {
  const grants = (await directory.listPermissionGrants(tenantId)).filter(
    ({ principalId, scopes }) => principalId === undefined && scopes.length > 0,
  );
  const consented: ConsentedApplication[] = [];
  for (const [appId, own] of Map.groupBy(grants, ({ clientAppId }) => clientAppId)) {
    const application = await directory.applicationById(appId);
    if (!application || application.appOwnerOrganizationId === microsoftServicesTenantId) continue;
    const orders: ConsentOrder[] = [];
    for (const { resourceAppId, scopes } of own) {
      const resource = await directory.applicationById(resourceAppId);
      if (resource) orders.push({ resource, scopes });
    }
    consented.push({ application, grants: orders });
  }
  return consented.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

const nameOf = ({ application }: ConsentedApplication): string => application.displayName.toLowerCase();

/** The delegated permissions that an app registration lists, by resource. */
export async function listedOrders(directory: Directory, application: Application): Promise<readonly ConsentOrder[]> {
  const orders: ConsentOrder[] = [];
  for (const { resourceAppId } of application.requiredResourceAccess) {
    const resource = await directory.applicationById(resourceAppId);
    const scopes = resource ? listedPermissions(application, resource).map(({ value }) => value) : [];
    if (resource && scopes.length > 0) orders.push({ resource, scopes });
  }
  return orders;
}

/**
 * A partner consents for its customer to everything that the registration lists. Throws `Refusal`: at `tenantId` when no
 * relationship is active, at `appId` for an application that may not, asks for nothing, or was consented to before.
 */
export async function consentToListed(
  context: GrantContext & { readonly clock: Clock },
  { tenantId, partnerTenantId }: Customer,
  application: Application,
): Promise<readonly ConsentOrder[]> {
  const { directory, clock } = context;
  if (isSingleTenant(application))
    refuse('invalid', 'appId', 'is for its own tenant alone. Let it be for several first.');
  const orders = await listedOrders(directory, application);
  if (orders.length === 0) refuse('invalid', 'appId', 'lists no delegated permission. Add API permissions first.');
  const relationships = await directory.relationships(tenantId, partnerTenantId);
  if (!relationships.some((relationship) => isActive(relationship, clock.now()))) {
    refuse('invalid', 'tenantId', 'has no active relationship with the partner. Add one first.');
  }
  try {
    await consentForCustomer(context, { application, tenantId }, orders);
    return orders;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return refuse(cause.code, 'appId', 'was consented to there before. Withdraw that first, and consent anew.');
  }
}
