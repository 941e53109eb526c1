import type { IncomingMessage, RequestListener } from 'node:http';
// @ts-expect-error: the package ships no types
import Provider from 'oidc-provider';
import { newKey } from '../../support/issuer.ts';
import {
  applicationScope,
  clientSecret,
  confidentialClient,
  places,
  publicClient,
  resource,
  tenant,
  userScope,
} from './places.ts';
import { type ServedAuthority, serving } from './serving.ts';

export interface ProviderOptions {
  /** Life of an access token in seconds; default 3600. */
  readonly accessTokenSeconds?: number;
  /** The key set of the confidential client; with it the client signs assertions and has no secret. */
  readonly clientKeys?: { readonly keys: readonly object[] };
}

/**
 * oidc-provider as it is, set up to answer where Entra does: its routes, its issuer, and a mount for the tenant's path. It
 * rotates refresh tokens, and ends the whole sign-in when one is used twice.
 */
export const startOidcProvider = (options: ProviderOptions = {}): Promise<ServedAuthority> =>
  serving((authority) => {
    const provider = new Provider(`${authority}/${tenant}/v2.0`, configuration(options));
    const answer: RequestListener = provider.callback();
    return (request, response) => {
      mount(request);
      answer(request, response);
    };
  });

/**
 * Entra's paths begin with the tenant, and its metadata is beside none of its endpoints. It asks for consent by itself and
 * shows an account picker on request; here the one is asked for by `prompt=consent` and the other is part of signing in.
 */
function mount(request: IncomingMessage & { originalUrl?: string }): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith(`/${tenant}/`)) return;
  if (url.pathname === `/${tenant}${places.authorize}`) url.searchParams.set('prompt', 'consent');
  const path = url.pathname.slice(tenant.length + 1);
  request.url = `${path === places.metadata ? path.slice('/v2.0'.length) : path}${url.search}`;
  request.originalUrl = `/${tenant}${request.url}`;
}

const configuration = ({ accessTokenSeconds = 3600, clientKeys }: ProviderOptions) => ({
  clients: [
    {
      client_id: confidentialClient,
      scope: allowedScopes.join(' '),
      ...(clientKeys
        ? { token_endpoint_auth_method: 'private_key_jwt', jwks: clientKeys }
        : { token_endpoint_auth_method: 'client_secret_post', client_secret: clientSecret }),
      application_type: 'native',
      redirect_uris: ['http://localhost'],
      grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    {
      client_id: publicClient,
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: ['http://localhost'],
      grant_types: ['authorization_code', 'refresh_token', deviceGrant],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [{ ...newKey('RS256').export({ format: 'jwk' }), kid: 'signing', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['only for these tests'] },
  scopes: [...allowedScopes, forbiddenScope],
  routes: {
    authorization: places.authorize,
    token: places.token,
    jwks: places.keys,
    device_authorization: places.deviceCode,
    code_verification: '/oauth2/v2.0/deviceauth',
  },
  findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
  rotateRefreshToken: true,
  issueRefreshToken: (_: unknown, client: { grantTypeAllowed(grant: string): boolean }) =>
    client.grantTypeAllowed('refresh_token'),
  ttl: { AccessToken: accessTokenSeconds, ClientCredentials: accessTokenSeconds },
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: [userScope, applicationScope, forbiddenScope].join(' '),
        audience: resource,
        accessTokenFormat: 'jwt',
      }),
    },
  },
});

/** It has it, and the confidential client may not ask for it. */
export const forbiddenScope = `${resource}/forbidden`;

const allowedScopes = ['openid', 'profile', 'offline_access', userScope, applicationScope];

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
