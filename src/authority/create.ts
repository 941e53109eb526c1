import type { HttpRequest } from '../http/message.ts';
import { type Face, type PathParameter, routedFace } from '../http/router.ts';
import type { TokenEndpointVersion } from '../protocol/token-request.ts';
import { answer, type Endpoint } from './call.ts';
import type { AuthorityContext } from './context.ts';
import { deviceCodeEndpoint } from './device/endpoint.ts';
import { instanceDiscovery } from './discovery/instance.ts';
import { publishedKeys } from './discovery/keys.ts';
import { openidConfiguration } from './discovery/openid-configuration.ts';
import { userRealm } from './discovery/user-realm.ts';
import { AuthorityError } from './error-table.ts';
import { tokenEndpoint } from './token/endpoint.ts';

/** Every path served, with the version it speaks. The first that matches answers, whatever the method. */
const paths: readonly (readonly [path: string, version: TokenEndpointVersion, endpoint: Endpoint])[] = [
  ['/common/discovery/instance', 'v2', instanceDiscovery],
  // ADAL writes UserRealm, Python MSAL userrealm.
  ['/:tenant/:realm{[uU][sS][eE][rR][rR][eE][aA][lL][mM]}/:user', 'v1', userRealm],
  ['/:tenant/.well-known/openid-configuration', 'v1', openidConfiguration],
  ['/:tenant/v2.0/.well-known/openid-configuration', 'v2', openidConfiguration],
  ['/:tenant/discovery/keys', 'v1', publishedKeys],
  ['/:tenant/discovery/v2.0/keys', 'v2', publishedKeys],
  ['/:tenant/oauth2/token', 'v1', tokenEndpoint],
  ['/:tenant/oauth2/v2.0/token', 'v2', tokenEndpoint],
  ['/:tenant/oauth2/devicecode', 'v1', deviceCodeEndpoint],
  ['/:tenant/oauth2/v2.0/devicecode', 'v2', deviceCodeEndpoint],
  // What is under these is the authority's to refuse, so that it refuses in its own words.
  ['/:tenant/oauth2/*', 'v1', notServed],
  ['/:tenant/discovery/*', 'v1', notServed],
  ['/:tenant/v2.0/*', 'v2', notServed],
];

/** Owns the paths of the table; its handler also answers every other path, in Entra's words. */
export function createAuthority(context: AuthorityContext): Face {
  const routes = paths.map(
    ([path, version, endpoint]) =>
      [
        path,
        (http: HttpRequest, parameter: PathParameter) =>
          answer(context, endpoint, { http, version, tenant: parameter('tenant') }),
      ] as const,
  );
  return routedFace(routes, (http) => answer(context, notServed, { http, version: 'v2', tenant: '' }));
}

async function notServed(): Promise<never> {
  throw new AuthorityError(
    'invalidRequest',
    { reason: 'Nothing is served at this address.' },
    { differing: { status: 404 } },
  );
}
