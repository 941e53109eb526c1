import { isGuid } from '../../base/guid.ts';
import type { Resource, Tenant } from '../../domain/index.ts';
import { resourceApplicationIds } from '../../protocol/resources.ts';
import { oidcScopes, type ResourceScope, resourceScopeOf, scopesOf } from '../../protocol/scopes.ts';
import type { TokenEndpointVersion } from '../../protocol/token-request.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import type { Exchange, TokenGrant } from './grant.ts';

/** What a request asks for: one resource, and all that was granted there or permissions by name. */
export interface AskedPermissions {
  readonly resource: Resource;
  /** The resource as written, a trailing slash included. */
  readonly audience: string;
  readonly permissions: 'all' | readonly string[];
  readonly openIdScopes: readonly string[];
  /** The resource's scopes as written, for the answer; v1 has none. */
  readonly scopesAsWritten: readonly string[];
}

type Written = { readonly resource?: string; readonly scope?: string };

/** The resource and scope step: the request's own words, else those the grant recorded. */
export async function findPermissions(
  context: AuthorityContext,
  grant: TokenGrant,
  exchange: Exchange,
): Promise<AskedPermissions> {
  const { call, request, tenant, client } = exchange;
  const own: Written = request.parameters;
  if (call.version === 'v2' && own.resource !== undefined) throw new AuthorityError('resourceParameterNotSupported');
  const stated = call.version === 'v1' ? own.resource : own.scope;
  const written = stated ? own : { ...own, ...(await grant.recorded?.(context, exchange)) };
  const asked = await readPermissions(context, tenant, { version: call.version, written, actsFor: grant.actsFor });
  const forItself = asked.resource.application.appId === client.application.appId;
  if (forItself && grant.actsFor === 'user' && !isGuid(asked.audience)) throw new AuthorityError('tokenForItself');
  return asked;
}

/** What a request's words mean in a tenant. */
export const readPermissions = (
  context: AuthorityContext,
  tenant: Tenant,
  { version, written, actsFor }: { version: TokenEndpointVersion; written: Written; actsFor: TokenGrant['actsFor'] },
): Promise<AskedPermissions> =>
  version === 'v1' ? byResource(context, tenant, written) : byScope(context, tenant, written, actsFor);

async function byResource(context: AuthorityContext, tenant: Tenant, written: Written): Promise<AskedPermissions> {
  if (!written.resource) throw new AuthorityError('missingParameter', { parameter: 'resource' });
  return {
    resource: await findResource(context, tenant, written.resource),
    audience: written.resource,
    permissions: 'all',
    openIdScopes: scopesOf(written.scope ?? '').filter((scope) => oidcScopes.has(scope)),
    scopesAsWritten: [],
  };
}

async function byScope(
  context: AuthorityContext,
  tenant: Tenant,
  written: Written,
  actsFor: TokenGrant['actsFor'],
): Promise<AskedPermissions> {
  const scopes = scopesOf(written.scope ?? '');
  if (scopes.length === 0) throw new AuthorityError('missingParameter', { parameter: 'scope' });
  const ofResource = scopes.filter((scope) => !oidcScopes.has(scope));
  if (actsFor === 'application') requireDefaultScopes(scopes);
  const parsed = ofResource.map(parsedScope);
  const audience = parsed[0]?.resource ?? resourceApplicationIds.graph;
  const resource = await soleResource(context, tenant, [audience, ...parsed.map((scope) => scope.resource)], scopes);
  const names = parsed.map(({ permission }) => permission);
  if (names.includes('.default') && names.some((name) => name !== '.default')) invalidScope(scopes);
  return {
    resource,
    audience,
    permissions: names.includes('.default') ? 'all' : names,
    openIdScopes: scopes.filter((scope) => oidcScopes.has(scope)),
    scopesAsWritten: ofResource,
  };
}

/** An application acting for itself has no permissions to choose from: one scope, and it is `.default`. */
function requireDefaultScopes(scopes: readonly string[]): void {
  const defaults = scopes.filter((scope) => scope.endsWith('/.default'));
  if (defaults.length === scopes.length) return;
  if (defaults.length > 0) invalidScope(scopes);
  throw new AuthorityError('clientCredentialsScope', { scope: scopes.join(' ') });
}

/** A name without a resource before it is Microsoft Graph's. */
function parsedScope(scope: string): ResourceScope {
  const parsed = resourceScopeOf(scope);
  if (parsed) return parsed;
  if (/[/:]/.test(scope)) invalidScope([scope]);
  return { resource: resourceApplicationIds.graph, permission: scope };
}

/** The one resource that every spelling means. */
async function soleResource(
  context: AuthorityContext,
  tenant: Tenant,
  identifiers: readonly string[],
  scopes: readonly string[],
): Promise<Resource> {
  const [first, ...others] = await Promise.all(
    [...new Set(identifiers)].map((identifier) => findResource(context, tenant, identifier)),
  );
  const several = others.some(({ application }) => application.appId !== first?.application.appId);
  if (!first || several) throw new AuthorityError('severalResources', { scope: scopes.join(' ') });
  return first;
}

async function findResource({ directory }: AuthorityContext, tenant: Tenant, identifier: string): Promise<Resource> {
  const resource = await directory.resource(tenant.id, identifier);
  if (!resource) throw new AuthorityError('unknownResource', { resource: identifier, tenant: tenant.displayName });
  if (!resource.servicePrincipal.accountEnabled) throw new AuthorityError('resourceDisabled', { resource: identifier });
  return resource;
}

function invalidScope(scopes: readonly string[]): never {
  throw new AuthorityError('invalidScope', { scope: scopes.join(' ') });
}
