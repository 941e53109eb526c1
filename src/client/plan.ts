import { sha256 } from '../base/bytes.ts';
import type { Secret } from '../base/secret.ts';
import type { Environment } from '../protocol/environments.ts';
import type { TokenEndpointVersion } from '../protocol/token-request.ts';
import { AuthError } from './errors.ts';
import { type FlowName, flows } from './flows.ts';
import { type ParameterSetName, parameterSets } from './parameter-sets.ts';
import { requestedResource, requestedScopes, type Wanted } from './requested-scopes.ts';
import type { StoredIdentity } from './stored-keys.ts';

/** What is asked for, without any secret: enough to find a kept token, and with the secrets enough to obtain one. */
export interface TokenPlan {
  readonly set: ParameterSetName;
  readonly flow: FlowName;
  readonly environment: Environment;
  /** A GUID, a domain or an alias, in lower case. */
  readonly tenant: string;
  readonly applicationId: string;
  readonly version: TokenEndpointVersion;
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
  /** The user's name, where the plan names one. */
  readonly account: string | undefined;
  /** Whose token it is, in a word that no two identities share; see `holderOf`. */
  readonly holder: string;
  /** A claims challenge to answer. */
  readonly claims: string | undefined;
  /** Identifies what the token is good for and whose it is; see `tokenKey`. */
  readonly key: string;
}

export interface PlanInput extends Wanted {
  readonly applicationId: string;
  readonly tenant?: string | undefined;
  readonly username?: string | undefined;
  /** The refresh token that was given. */
  readonly refreshToken?: Secret | undefined;
  /** Which of several sign-ins at one application; default the one without a name. */
  readonly profile?: string | undefined;
  readonly claims?: string | undefined;
}

export function planToken(
  { set, flow }: { readonly set: ParameterSetName; readonly flow: FlowName },
  environment: Environment,
  input: PlanInput,
): TokenPlan {
  const tenant = tenantNamed(input.tenant ?? parameterSets[set].defaultTenant ?? '');
  // The Referrals document: with a resource, the password grant goes to v1, with `resource` and `scope=openid`.
  const version = flow === 'password' && input.resource !== undefined ? 'v1' : 'v2';
  const requested =
    version === 'v1' && input.resource !== undefined && input.scopes === undefined
      ? { scopes: ['openid'], resource: requestedResource(environment, input.resource) }
      : requestedScopes(environment, input, flows[flow].actsFor);
  const account = flow === 'password' ? input.username?.toLowerCase() : undefined;
  const plan = {
    set,
    flow,
    environment,
    tenant,
    applicationId: input.applicationId.toLowerCase(),
    version,
    scopes: requested.scopes,
    resource: requested.resource,
    account,
    holder: holderOf(flow, { ...input, username: account }),
    claims: input.claims,
  } as const;
  return { ...plan, key: tokenKey(plan) };
}

/** As it stands in addresses. Throws `invalid_parameters` for what no tenant can be called. */
export function tenantNamed(text: string): string {
  const tenant = text.toLowerCase();
  if (/^[a-z0-9][a-z0-9.-]*$/.test(tenant)) return tenant;
  throw new AuthError('invalid_parameters', `The tenant '${tenant}' is neither a GUID nor a domain name.`);
}

/** The same identity at another tenant. Throws `invalid_parameters` for text that names none. */
export function planAtTenant(plan: TokenPlan, tenant: string): TokenPlan {
  const moved = { ...plan, tenant: tenantNamed(tenant) };
  return { ...moved, key: tokenKey(moved) };
}

/** The same identity for another resource. Throws `resource_not_offered`. */
export function planForResource(plan: TokenPlan, name: string): TokenPlan {
  const requested = requestedScopes(plan.environment, { resource: name }, flows[plan.flow].actsFor);
  const changed = { ...plan, ...requested, version: 'v2' as const };
  return { ...changed, key: tokenKey(changed) };
}

/**
 * Whose: the application's own, a user's by name, whoever a given refresh token belongs to, or whoever signed in. A sign-in
 * is one for each application, cloud and profile; its refresh token serves every tenant the user may reach.
 */
function holderOf(flow: FlowName, { username, refreshToken, profile }: PlanInput): string {
  if (flows[flow].actsFor === 'application') return holders.application;
  if (username !== undefined) return holders.user(username);
  if (refreshToken !== undefined) return holders.refreshToken(refreshToken);
  return holders.signIn(profile);
}

export const holders = {
  application: 'application',
  user: (username: string): string => `user ${username.toLowerCase()}`,
  refreshToken: (refreshToken: Secret): string => `refresh token ${sha256(refreshToken.reveal()).toString('hex')}`,
  signIn: (profile: string | undefined): string => `sign-in ${profile ?? ''}`,
} as const;

/** Host in lower case, default port and closing slashes gone; a path says which authority of a host is meant. */
export const normalisedAuthority = (authority: string): string => new URL(authority).href.replace(/\/+$/, '');

type Identity = Pick<TokenPlan, 'environment' | 'applicationId' | 'holder'>;

const identityOf = (identity: Identity): readonly string[] => {
  const { authority, applicationId, holder } = storedIdentityOf(identity);
  return [authority, applicationId, holder];
};

/** As it stands in the keys. */
export const storedIdentityOf = ({ environment, applicationId, holder }: Identity): StoredIdentity => ({
  authority: normalisedAuthority(environment.authority),
  applicationId,
  holder,
});

/**
 * One text for each identity and request: authority, application, holder, tenant, resource, sorted scopes and claims. Ids,
 * domains and user names count without letter case; scopes count as they are, trailing slashes included, because the
 * token's audience does too.
 */
export const tokenKey = (plan: Omit<TokenPlan, 'key'>): string =>
  JSON.stringify([
    'token',
    ...identityOf(plan),
    plan.tenant,
    plan.version,
    plan.version === 'v1' ? (plan.resource ?? null) : null,
    [...plan.scopes].sort(),
    plan.claims ?? null,
  ]);

export const signInKey = (identity: Identity): string => JSON.stringify(['sign-in', ...identityOf(identity)]);

export const isSignInKey = (key: string): boolean => key.startsWith('["sign-in",');

/** What every token key of an identity begins with. */
export const tokenKeyPrefix = (identity: Identity): string =>
  `${JSON.stringify(['token', ...identityOf(identity)]).slice(0, -1)},`;

/** Throttling is said of an application in a tenant, whatever it asks for. */
export const throttleKey = ({ environment, applicationId, tenant }: Omit<Identity, 'holder'> & { tenant: string }) =>
  JSON.stringify(['hold', normalisedAuthority(environment.authority), applicationId, tenant]);

/** A refusal is remembered for what was asked. */
export const refusalKey = (plan: TokenPlan): string => `["hold",${plan.key.slice(1)}`;
