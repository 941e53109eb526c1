import type { ChangeContext } from './administer-users.ts';
import type { Application } from './application.ts';
import type { DirectoryLists } from './directory.ts';
import {
  everybodysScopes,
  type GrantContext,
  grantToEverybody,
  inConsentTurn,
  installApplication,
} from './grant-permissions.ts';
import { refuse } from './refusal.ts';

/** Permissions of one resource, by their values. */
export interface ConsentOrder {
  readonly resource: Application;
  readonly scopes: readonly string[];
}

/** Where a partner consents: for an application, in a customer's tenant. */
export interface ConsentPlace {
  readonly application: Application;
  readonly tenantId: string;
}

/**
 * A partner consents for its customer: the application is known in the tenant and has what was ordered, for all users.
 * Throws `Refusal`: `taken` when it has a grant for one of the resources already, and then nothing is changed.
 */
export const consentForCustomer = (
  context: GrantContext,
  { application: { appId }, tenantId }: ConsentPlace,
  orders: readonly ConsentOrder[],
): Promise<void> =>
  inConsentTurn(context, { appId, tenantId }, async () => {
    const placeOf = ({ resource }: ConsentOrder) => ({ tenantId, clientAppId: appId, resourceAppId: resource.appId });
    for (const order of orders) {
      const before = await everybodysScopes(context, placeOf(order));
      if (before.length > 0) refuse('taken', 'enterpriseApplicationId', 'Permission entry already exists.');
    }
    await installApplication(context, tenantId, appId);
    for (const order of orders) {
      await installApplication(context, tenantId, order.resource.appId);
      await grantToEverybody(context, placeOf(order), order.scopes);
    }
  });

/**
 * Takes everything from an application that it was given in a tenant; it is no longer known there. False when it was not
 * known before.
 */
export const withdrawFromCustomer = (
  context: ChangeContext & { readonly directory: DirectoryLists },
  { application: { appId }, tenantId }: ConsentPlace,
): Promise<boolean> =>
  inConsentTurn(context, { appId, tenantId }, async () => {
    const { directory } = context;
    const principal = await directory.servicePrincipal(tenantId, appId);
    if (!principal) return false;
    for (const { scopes: _, ...grant } of await directory.listPermissionGrants(tenantId, appId)) {
      await directory.removePermissionGrant(grant);
    }
    for (const assignment of await directory.listAppRoleAssignments(tenantId, principal.id)) {
      await directory.removeAppRoleAssignment(assignment);
    }
    await directory.removeServicePrincipal(tenantId, appId);
    return true;
  });
