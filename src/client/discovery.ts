import type * as oauth from 'oauth4webapi';
import { isGuid } from '../base/guid.ts';
import { type DiscoveredEndpoints, decodeDiscovery } from '../protocol/discovery.ts';
import { cloudAt, issuersAt } from '../protocol/environments.ts';
import { tenantPlaceholder } from '../protocol/tenants.ts';
import type { Grant } from './acquire.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { type Answer, send } from './http.ts';
import type { TokenPlan } from './plan.ts';
import { quoted } from './quoted.ts';
import { authorityRefusal } from './refusals.ts';
import { withRetries } from './retry.ts';

/** More of a wrong address is not told. */
const longestAddress = 256;

/** Where a sign-in begins: a flow needs the one it uses, and an authority may have no other. */
type SignInEndpoint = 'authorizationEndpoint' | 'deviceAuthorizationEndpoint';

/** The authority's metadata for a sign-in, every member that is used checked against what the environment pins. */
export type Metadata<Endpoint extends SignInEndpoint = never> = DiscoveredEndpoints & {
  readonly [Each in Endpoint]: string;
};

/** Which tenant's metadata, and how it is asked for. */
export type MetadataRequest = Pick<Grant, 'context' | 'fetchIt'> & {
  readonly plan: Pick<TokenPlan, 'environment' | 'tenant'>;
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
  const metadata = metadataOf(grant, await askForMetadata(grant));
  const endpoint: string | undefined = metadata[needed];
  if (endpoint === undefined) throw refused('it names no address to sign in at');
  return { ...metadata, ...({ [needed]: endpoint } as Record<Endpoint, string>) };
}

/** Whatever the authority answers, a refusal included. Throws what `send` throws. */
export const askForMetadata = (request: MetadataRequest): Promise<Published> => {
  const { authority } = request.plan.environment;
  return lastAnswer(request, `${authority}/${request.plan.tenant}/v2.0/.well-known/openid-configuration`);
};

/** The answer read and checked; its refusal thrown. */
export function metadataOf({ context, plan }: MetadataRequest, published: Published): Metadata {
  const metadata = read(textOf(context, published));
  const { authorizationEndpoint, deviceAuthorizationEndpoint } = metadata;
  requireIssuer(plan, metadata.issuer);
  for (const endpoint of [metadata.tokenEndpoint, metadata.jwksUri, authorizationEndpoint, deviceAuthorizationEndpoint])
    requireOrigin(plan.environment.authority, endpoint);
  return metadata;
}

/** A document the authority publishes, metadata or keys; asked for again where it is only out of order for a moment. */
export const published = async (grant: Pick<Grant, 'context' | 'fetchIt'>, url: string): Promise<string> =>
  textOf(grant.context, await lastAnswer(grant, url));

/** What came when a document was asked for. */
export interface Published {
  readonly answer: Answer;
  readonly correlationId: string;
}

async function lastAnswer({ context, fetchIt }: Pick<Grant, 'context' | 'fetchIt'>, url: string): Promise<Published> {
  const correlationId = context.random.guid();
  const headers = { accept: 'application/json', 'client-request-id': correlationId };
  return withRetries(context, async () => {
    const answer = await send(context, fetchIt, { method: 'GET', url, headers, correlationId });
    const refusal = refusalOf(context, { answer, correlationId });
    if (refusal?.retryable) throw refusal;
    return { answer, correlationId };
  });
}

function textOf(context: ClientContext, published: Published): string {
  const refusal = refusalOf(context, published);
  if (refusal) throw refusal;
  return published.answer.text;
}

const refusalOf = ({ clock }: ClientContext, { answer, correlationId }: Published): AuthError | undefined =>
  answer.status === 200
    ? undefined
    : authorityRefusal({ answer, now: clock.now(), correlationId, secrets: [] }, 'stored');

function read(text: string): DiscoveredEndpoints {
  try {
    return decodeDiscovery(text);
  } catch (cause) {
    throw refused('it cannot be read', cause);
  }
}

/** The pinned issuer: the alias' template, or the tenant asked for, whose id a domain does not tell. */
function requireIssuer({ environment, tenant }: MetadataRequest['plan'], issuer: string): void {
  const [before = '', after = ''] = issuersAt(environment.authority, tenantPlaceholder).v2.split(tenantPlaceholder);
  const fits = issuer.startsWith(before) && issuer.endsWith(after);
  const named = fits ? issuer.slice(before.length, issuer.length - after.length) : '';
  const isAnother = isGuid(tenant) && named !== tenant;
  if (isAnother || !(isGuid(named) || named === tenantPlaceholder || named === tenant)) {
    throw refused(`it names the issuer ${quoted(issuer, longestAddress)}`);
  }
}

/** At the authority itself, or at another host of the same cloud: China's answers name its other one. */
function requireOrigin(authority: string, endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const { origin, hash } = URL.canParse(endpoint) ? new URL(endpoint) : { origin: 'null', hash: '' };
  const cloud = cloudAt(origin);
  const isThere = origin === new URL(authority).origin || (cloud !== undefined && cloud === cloudAt(authority));
  // RFC 6749 section 3.1: a fragment would take the request with it.
  if (!isThere || hash !== '') throw refused(`it leads to ${quoted(endpoint, longestAddress)}`);
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
