import type * as oauth from 'oauth4webapi';
import { isGuid } from '../base/guid.ts';
import { type DiscoveredEndpoints, decodeDiscovery } from '../protocol/discovery.ts';
import { cloudAt, issuersAt } from '../protocol/environments.ts';
import { tenantPlaceholder } from '../protocol/tenants.ts';
import type { Grant } from './acquire.ts';
import { AuthError } from './errors.ts';
import { send } from './http.ts';
import type { TokenPlan } from './plan.ts';
import { authorityRefusal } from './refusals.ts';
import { withRetries } from './retry.ts';

/** Where a sign-in begins: a flow needs the one it uses, and an authority may have no other. */
type SignInEndpoint = 'authorizationEndpoint' | 'deviceAuthorizationEndpoint';

/** The authority's metadata for a sign-in, every member that is used checked against what the environment pins. */
export type Metadata<Endpoint extends SignInEndpoint = never> = DiscoveredEndpoints & {
  readonly [Each in Endpoint]: string;
};

/**
 * The tenant's `openid-configuration` of v2 (OpenID Connect Discovery, section 4). Throws `AuthError`: `metadata_refused`
 * where it names another issuer, an address of another origin or one without TLS, or not the endpoint that is needed, and
 * what `send` throws.
 */
export async function discover<Endpoint extends SignInEndpoint>(
  grant: Grant,
  needed: Endpoint,
): Promise<Metadata<Endpoint>> {
  const { plan } = grant;
  const { authority } = plan.environment;
  const metadata = read(await published(grant, `${authority}/${plan.tenant}/v2.0/.well-known/openid-configuration`));
  const { authorizationEndpoint, deviceAuthorizationEndpoint } = metadata;
  requireIssuer(plan, metadata.issuer);
  for (const endpoint of [metadata.tokenEndpoint, metadata.jwksUri, authorizationEndpoint, deviceAuthorizationEndpoint])
    requireOrigin(authority, endpoint);
  const endpoint: string | undefined = metadata[needed];
  if (endpoint === undefined) throw refused('it names no address to sign in at');
  return { ...metadata, ...({ [needed]: endpoint } as Record<Endpoint, string>) };
}

/** A document the authority publishes, metadata or keys; asked for again where it is only out of order for a moment. */
export async function published({ context, fetchIt }: Grant, url: string): Promise<string> {
  const correlationId = context.random.guid();
  const headers = { accept: 'application/json', 'client-request-id': correlationId };
  return withRetries(context, async () => {
    const answer = await send(context, fetchIt, { method: 'GET', url, headers, correlationId });
    if (answer.status === 200) return answer.text;
    throw authorityRefusal({ answer, now: context.clock.now(), correlationId, secrets: [] }, 'stored');
  });
}

function read(text: string): DiscoveredEndpoints {
  try {
    return decodeDiscovery(text);
  } catch (cause) {
    throw refused('it cannot be read', cause);
  }
}

/** The pinned issuer: the alias' template, or the tenant asked for, whose id a domain does not tell. */
function requireIssuer({ environment, tenant }: TokenPlan, issuer: string): void {
  const [before = '', after = ''] = issuersAt(environment.authority, tenantPlaceholder).v2.split(tenantPlaceholder);
  const fits = issuer.startsWith(before) && issuer.endsWith(after);
  const named = fits ? issuer.slice(before.length, issuer.length - after.length) : '';
  const isAnother = isGuid(tenant) && named !== tenant;
  if (isAnother || !(isGuid(named) || named === tenantPlaceholder || named === tenant)) {
    throw refused(`it names the issuer ${issuer}`);
  }
}

/** At the authority itself, or at another host of the same cloud: China's answers name its other one. */
function requireOrigin(authority: string, endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const { origin, hash } = URL.canParse(endpoint) ? new URL(endpoint) : { origin: 'null', hash: '' };
  const cloud = cloudAt(origin);
  const isThere = origin === new URL(authority).origin || (cloud !== undefined && cloud === cloudAt(authority));
  // RFC 6749 section 3.1: a fragment would take the request with it.
  if (!isThere || hash !== '') throw refused(`it leads to ${endpoint}`);
}

const refused = (why: string, cause?: unknown): AuthError =>
  new AuthError('metadata_refused', `The authority’s metadata is not used: ${why}.`, {
    cause,
    hint: 'Check the environment, and what stands between here and the authority.',
  });

/**
 * The server as oauth4webapi knows it, with what this sign-in needs of it: its keys, and the tenant its metadata names, where
 * that is one and not the template of an alias.
 */
export const withMetadata = (server: oauth.AuthorizationServer, metadata: Metadata): oauth.AuthorizationServer => ({
  ...server,
  issuer: metadata.issuer.includes(tenantPlaceholder) ? server.issuer : metadata.issuer,
  jwks_uri: metadata.jwksUri,
});
