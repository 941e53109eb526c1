import { isJsonObject, type JsonObject, ownText, strictJson } from '../base/json.ts';
import { cloudAt, environments, signIn } from './environments.ts';
import type { TokenEndpointVersion } from './token-request.ts';
import { WireError } from './wire-error.ts';

/** What a discovery document of Entra says that differs from tenant to tenant. */
export interface Discovery {
  readonly version: TokenEndpointVersion;
  readonly origin: string;
  /** The tenant as it stands in the endpoints' paths: an alias is echoed, a domain becomes the tenant's GUID. */
  readonly tenant: string;
  /** May hold `{tenantid}` on the aliases. */
  readonly issuer: string;
  /** "WW" for a tenant, null on the aliases. */
  readonly tenantRegionScope: string | null;
  /** Whether authorize answers say who answers (RFC 9207): announced only where it is so. */
  readonly namesIssuerInResponses?: boolean;
}

const responseTypes = {
  v1: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
  v2: ['code', 'id_token', 'code id_token', 'id_token token'],
};
const claims = [
  'sub',
  'iss',
  'cloud_instance_name',
  'cloud_instance_host_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
];
const claimsOf = {
  v1: [...claims, 'amr', 'email', 'given_name', 'family_name', 'nickname'],
  v2: [...claims, 'preferred_username', 'name', 'tid', 'ver', 'at_hash', 'c_hash', 'email'],
};

/** The document at `/.well-known/openid-configuration` (v1) and `/v2.0/.well-known/openid-configuration` (v2). */
export function encodeDiscovery(discovery: Discovery): string {
  const { version, origin, tenant, issuer, tenantRegionScope } = discovery;
  const at = `${origin}/${tenant}`;
  const oauth = version === 'v1' ? `${at}/oauth2` : `${at}/oauth2/v2.0`;
  const cloud = cloudAt(origin) ?? 'AzureCloud';
  const { azureAdGraph, graph } = environments[cloud];
  return JSON.stringify({
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: version === 'v1' ? `${at}/discovery/keys` : `${at}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: responseTypes[version],
    scopes_supported: version === 'v1' ? ['openid'] : ['openid', 'profile', 'email', 'offline_access'],
    issuer,
    ...(version === 'v1' ? { microsoft_multi_refresh_token: true } : {}),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${oauth}/logout`,
    claims_supported: claimsOf[version],
    ...(discovery.namesIssuerInResponses ? { authorization_response_iss_parameter_supported: true } : {}),
    tenant_region_scope: tenantRegionScope,
    cloud_instance_name: signIn[cloud].instanceName,
    cloud_graph_host_name: new URL(azureAdGraph).hostname,
    msgraph_host: new URL(graph).hostname,
    rbac_url: 'https://pas.windows.net',
  });
}

/** The members a client of this package uses. */
export interface DiscoveredEndpoints {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly authorizationEndpoint: string | undefined;
  readonly deviceAuthorizationEndpoint: string | undefined;
  /** `code_challenge_methods_supported`; Entra does not say. */
  readonly codeChallengeMethods: readonly string[] | undefined;
  /** `authorization_response_iss_parameter_supported` (RFC 9207). */
  readonly namesIssuerInResponses: boolean;
  /** Where the tenant's data is, for example `EU`; the aliases have none. */
  readonly tenantRegionScope: string | undefined;
}

/** Throws `WireError` when `issuer`, `token_endpoint` or `jwks_uri` is missing. */
export function decodeDiscovery(text: string): DiscoveredEndpoints {
  const { member, body } = membersOf(text);
  const methods = body.code_challenge_methods_supported;
  return {
    issuer: member('issuer'),
    tokenEndpoint: member('token_endpoint'),
    jwksUri: member('jwks_uri'),
    authorizationEndpoint: ownText(body, 'authorization_endpoint'),
    deviceAuthorizationEndpoint: ownText(body, 'device_authorization_endpoint'),
    codeChallengeMethods: Array.isArray(methods) ? methods.filter((each) => typeof each === 'string') : undefined,
    namesIssuerInResponses: body.authorization_response_iss_parameter_supported === true,
    tenantRegionScope: ownText(body, 'tenant_region_scope'),
  };
}

/** What any identity provider's discovery document says of its keys: those of workloads have no token endpoint. */
export type DiscoveredKeys = Pick<DiscoveredEndpoints, 'issuer' | 'jwksUri'>;

export function decodeDiscoveredKeys(text: string): DiscoveredKeys {
  const { member } = membersOf(text);
  return { issuer: member('issuer'), jwksUri: member('jwks_uri') };
}

function membersOf(text: string): { readonly body: JsonObject; readonly member: (field: string) => string } {
  const body = strictJson(text);
  if (!isJsonObject(body)) throw new WireError('unreadable', 'The discovery document is not a JSON object.');
  const member = (field: string) => {
    const value = ownText(body, field);
    if (value === undefined) throw new WireError('missing', `The discovery document holds no ${field}.`, { field });
    return value;
  };
  return { body, member };
}

/** Answer of `/common/discovery/instance`: where a host's discovery document is and which hosts are the same cloud. */
export const encodeInstanceDiscovery = (instance: {
  tenantDiscoveryEndpoint: string;
  preferredNetwork: string;
  preferredCache: string;
  aliases: readonly string[];
}): string =>
  JSON.stringify({
    tenant_discovery_endpoint: instance.tenantDiscoveryEndpoint,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: instance.preferredNetwork,
        preferred_cache: instance.preferredCache,
        aliases: instance.aliases,
      },
    ],
  });

/** Answer of `/common/UserRealm/{upn}` for a user of a managed domain; `Unknown` for a domain nobody here has. */
export const encodeUserRealm = (realm: { accountType: 'Managed' | 'Unknown'; domainName: string }): string =>
  JSON.stringify({
    ver: '1.0',
    account_type: realm.accountType,
    domain_name: realm.domainName,
    cloud_instance_name: 'microsoftonline.com',
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  });
