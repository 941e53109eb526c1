import type { Environment } from '../protocol/environments.ts';
import type { TokenEndpointVersion } from '../protocol/token-request.ts';
import { AuthError } from './errors.ts';
import { type ParameterSetName, parameterSets } from './parameter-sets.ts';
import { requestedResource, requestedScopes, type Wanted } from './requested-scopes.ts';

/** What is asked for, without any secret: enough to find a kept token, and with the secrets enough to obtain one. */
export interface TokenPlan {
  readonly set: ParameterSetName;
  readonly environment: Environment;
  /** A GUID, a domain or an alias, in lower case. */
  readonly tenant: string;
  readonly applicationId: string;
  readonly version: TokenEndpointVersion;
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
  /** The user's name, where the plan names one. */
  readonly account: string | undefined;
  /** A claims challenge to answer. */
  readonly claims: string | undefined;
  /** Identifies what the token is good for and whose it is; see `cacheKey`. */
  readonly key: string;
}

export interface PlanInput extends Wanted {
  readonly applicationId: string;
  readonly tenant?: string | undefined;
  readonly username?: string | undefined;
  readonly claims?: string | undefined;
}

/** Sets that act for an application; every other acts for a user. */
const applicationSets: ReadonlySet<ParameterSetName> = new Set(['ServicePrincipal', 'ServicePrincipalCertificate']);

export function planToken(set: ParameterSetName, environment: Environment, input: PlanInput): TokenPlan {
  const tenant = (input.tenant ?? parameterSets[set].defaultTenant ?? '').toLowerCase();
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(tenant)) {
    throw new AuthError('invalid_parameters', `The tenant '${tenant}' is neither a GUID nor a domain name.`);
  }
  // The Referrals document: with a resource, the password grant goes to v1, with `resource` and `scope=openid`.
  const version = set === 'Password' && input.resource !== undefined ? 'v1' : 'v2';
  const requested =
    version === 'v1' && input.resource !== undefined && input.scopes === undefined
      ? { scopes: ['openid'], resource: requestedResource(environment, input.resource) }
      : requestedScopes(environment, input, applicationSets.has(set) ? 'application' : 'user');
  const plan = {
    set,
    environment,
    tenant,
    applicationId: input.applicationId.toLowerCase(),
    version,
    scopes: requested.scopes,
    resource: requested.resource,
    account: input.username?.toLowerCase(),
    claims: input.claims,
  } as const;
  return { ...plan, key: cacheKey(plan) };
}

/** Host in lower case, default port and closing slashes gone; a path says which authority of a host is meant. */
const normalised = (authority: string): string => new URL(authority).href.replace(/\/+$/, '');

/**
 * One text for each identity and request: authority, tenant, application, account, grant, resource, sorted scopes and
 * claims. Ids, domains and user names count without letter case; scopes count as they are, trailing slashes included,
 * because the token's audience does too.
 */
export const cacheKey = (plan: Omit<TokenPlan, 'key'>): string =>
  JSON.stringify([
    normalised(plan.environment.authority),
    plan.tenant,
    plan.applicationId,
    plan.account ?? null,
    plan.set,
    plan.version,
    plan.version === 'v1' ? (plan.resource ?? null) : null,
    [...plan.scopes].sort(),
    plan.claims ?? null,
  ]);
