import type { X509Certificate } from 'node:crypto';
import type { AdministrationContext, ChangeContext } from './administer-users.ts';
import { offeredBy } from './api-permission.ts';
import type { Application } from './application.ts';
import { grantToEverybody, inConsentTurn, installApplication } from './grant-permissions.ts';
import type { KeyCredential } from './key-credential.ts';
import { type ApplicationOrder, registerApplication } from './new-application.ts';
import { type SecretOrder, type WithSecret, withCertificate, withNewSecret } from './new-credential.ts';
import { refuse } from './refusal.ts';
import type { Tenant } from './tenant.ts';

/** Registers an application in a tenant and makes it known there. Throws `Refusal`. */
export async function addApplication(
  context: AdministrationContext,
  tenant: Tenant,
  order: ApplicationOrder,
): Promise<Application> {
  const application = registerApplication(context, tenant, order);
  await context.directory.putApplication(application);
  await installApplication(context, tenant.id, application.appId);
  return application;
}

/**
 * Writes what `change` makes of the application as it is now, one change after the other; it may refuse by throwing.
 * Throws `Refusal` for an application that is not there.
 */
export const changeApplication = (
  { directory, entries }: ChangeContext,
  appId: string,
  change: (application: Application) => Application,
): Promise<Application> =>
  entries.inTurn('session', `changes of ${appId.toLowerCase()}`, async () => {
    const before = await directory.applicationById(appId);
    const changed = change(before ?? refuse('missing', 'appId', `There is no application ${appId}.`));
    if (changed !== before) await directory.putApplication(changed);
    return changed;
  });

/** Adds a secret, told this once. Throws `Refusal`. */
export async function addSecret(
  context: AdministrationContext,
  appId: string,
  order: SecretOrder,
): Promise<WithSecret> {
  const now = context.clock.now();
  const added: WithSecret[] = [];
  await changeApplication(context, appId, (application) => {
    const made = withNewSecret(context, application, { ...order, now });
    added.push(made);
    return made.application;
  });
  return added[0] ?? refuse('missing', 'appId', `There is no application ${appId}.`);
}

/** Registers a certificate whose private key the client keeps. Throws `Refusal`. */
export async function addCertificate(
  context: AdministrationContext,
  appId: string,
  order: { readonly certificate: X509Certificate; readonly displayName?: string | undefined },
): Promise<KeyCredential> {
  const added: KeyCredential[] = [];
  await changeApplication(context, appId, (application) => {
    const made = withCertificate(context, application, order);
    added.push(made.credential);
    return made.application;
  });
  return added[0] ?? refuse('missing', 'appId', `There is no application ${appId}.`);
}

/** What an application was given for a resource: delegated permissions for everybody, and roles of its own. */
export interface GrantedAccess {
  readonly resourceAppId: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

/**
 * An administrator's consent: everything the application lists is given to it in the tenant, for all users, and the
 * application and its resources are known there from now on. Who may say so is the caller's to check.
 */
export const grantAdminConsent = (
  context: AdministrationContext,
  application: Application,
  tenant: Tenant,
): Promise<readonly GrantedAccess[]> =>
  inConsentTurn(context, { appId: application.appId, tenantId: tenant.id }, async () => {
    const { directory } = context;
    const client = await installApplication(context, tenant.id, application.appId);
    const granted: GrantedAccess[] = [];
    for (const { resourceAppId, resourceAccess } of application.requiredResourceAccess) {
      const resource = await directory.applicationById(resourceAppId);
      if (!resource) continue;
      await installApplication(context, tenant.id, resourceAppId);
      const listed = offeredBy(resource).filter((one) => resourceAccess.some(({ id }) => id === one.id));
      const values = (type: 'Scope' | 'Role') => listed.filter((one) => one.type === type).map(({ value }) => value);
      const [scopes, roles] = [values('Scope'), values('Role')];
      const place = { tenantId: tenant.id, clientAppId: application.appId, resourceAppId };
      if (scopes.length > 0) await grantToEverybody(context, place, scopes);
      for (const role of roles) {
        await directory.putAppRoleAssignment({ tenantId: tenant.id, principalId: client.id, resourceAppId, role });
      }
      granted.push({ resourceAppId, scopes, roles });
    }
    return granted;
  });
