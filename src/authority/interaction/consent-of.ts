import {
  type Application,
  type ConsentNeed,
  consentNeed,
  type DelegatedPermission,
  type Demands,
  isSingleTenant,
  listedPermissions,
  mayConsentForTenant,
  type Purpose,
  type Tenant,
  type User,
} from '../../domain/index.ts';
import { oidcScopes, scopesOf } from '../../protocol/scopes.ts';
import { requireAssigned } from '../assignment.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { readPermissions } from '../token/permissions.ts';

/** Permissions of one resource that the consent page asks for. */
export interface ConsentRequest {
  readonly resource: Application;
  readonly permissions: readonly DelegatedPermission[];
}

export interface Consent {
  readonly consent: ConsentNeed;
  readonly requests: readonly ConsentRequest[];
  readonly openIdScopes: readonly string[];
}

export interface ConsentQuestion {
  readonly purpose: Purpose;
  readonly demands: Demands;
  readonly application: Application;
  readonly tenant: Tenant;
  readonly user: User;
}

/** What the application may not do yet. Throws 700016, 7000112, 50105, and what is wrong with the scope or resource. */
export async function consentOf(context: AuthorityContext, question: ConsentQuestion): Promise<Consent> {
  const { purpose, demands, tenant, user } = question;
  const isInstalled = await requireUsable(context, question);
  const openIdScopes = scopesOf(purpose.asked.scope ?? '').filter((scope) => oidcScopes.has(scope));
  const [wanted, missing] = await (purpose.kind === 'adminConsent' ? wantedForTenant : wantedNow)(context, question);
  const requests = demands.consent ? wanted : missing;
  if (demands.consent === 'tenant') {
    const consent = mayConsentForTenant(user, tenant.id) ? 'given' : 'administrator';
    return { consent, requests, openIdScopes };
  }
  if (isInstalled && missing.length === 0) return { consent: 'given', requests, openIdScopes };
  const permissions = missing.flatMap((request) => request.permissions);
  return { consent: consentNeed(permissions, user, { tenantId: tenant.id }), requests, openIdScopes };
}

/** Whether the application is known in the tenant. One of several tenants becomes so by consent. */
async function requireUsable(context: AuthorityContext, { application, tenant, user }: ConsentQuestion) {
  const { appId, displayName } = application;
  const principal = await context.directory.servicePrincipal(tenant.id, appId);
  if (!principal) {
    if (!isSingleTenant(application)) return false;
    throw new AuthorityError('unknownApplication', { application: appId, tenant: tenant.displayName });
  }
  if (!principal.accountEnabled) {
    throw new AuthorityError('applicationDisabled', { application: appId, name: displayName });
  }
  await requireAssigned(context, { application, servicePrincipal: principal }, user);
  return true;
}

type Wanted = readonly [wanted: readonly ConsentRequest[], missing: readonly ConsentRequest[]];

const requestOf = (resource: Application, permissions: readonly DelegatedPermission[]): readonly ConsentRequest[] =>
  permissions.length === 0 ? [] : [{ resource, permissions }];

/** What this request asks for. At v1 a request may leave the resource to the redemption. */
async function wantedNow(context: AuthorityContext, question: ConsentQuestion): Promise<Wanted> {
  const { purpose, application, tenant, user } = question;
  const { asked: written, version } = purpose;
  if (version === 'v1' && !written.resource) return [[], []];
  const asked = await readPermissions(context, tenant, { version, written, actsFor: 'user' });
  const resource = asked.resource.application;
  const granted = await context.directory.consentedScopes({
    tenantId: tenant.id,
    clientAppId: application.appId,
    resourceAppId: resource.appId,
    userId: user.id,
  });
  const values = { application: application.appId, resource: asked.audience };
  if (asked.permissions === 'all') {
    const listed = listedPermissions(application, resource);
    const isGranted = granted.some((scope) => !oidcScopes.has(scope)) || resource.appId === application.appId;
    if (!isGranted && listed.length === 0) throw new AuthorityError('resourceNotListed', values);
    if (!isGranted) return [requestOf(resource, listed), requestOf(resource, listed)];
    // Asked again with nothing missing: what is an administrator's to give stays so.
    const isTheirs = (permission: DelegatedPermission) =>
      granted.includes(permission.value) || consentNeed([permission], user, { tenantId: tenant.id }) === 'missing';
    return [requestOf(resource, listed.filter(isTheirs)), []];
  }
  const permissions = asked.permissions.map((scope) => {
    const permission = resource.oauth2PermissionScopes.find(({ value }) => value === scope);
    if (!permission) throw new AuthorityError('unknownScope', { ...values, scope });
    return permission;
  });
  const missing = permissions.filter(({ value }) => !granted.includes(value));
  return [requestOf(resource, permissions), requestOf(resource, missing)];
}

/** Everything the registration lists, or what the request names. */
async function wantedForTenant(context: AuthorityContext, question: ConsentQuestion): Promise<Wanted> {
  const { purpose, application } = question;
  const named = scopesOf(purpose.asked.scope ?? '').filter((scope) => !oidcScopes.has(scope));
  if (named.length > 0 && !named.every((scope) => scope.endsWith('/.default'))) return wantedNow(context, question);
  const resourceIds = [...new Set(application.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId))];
  const resources = await Promise.all(resourceIds.map((id) => context.directory.applicationById(id)));
  const wanted = resources.flatMap((resource) =>
    resource ? requestOf(resource, listedPermissions(application, resource)) : [],
  );
  return [wanted, wanted];
}
