import { type Face, type Route, routedFace } from '../http/router.ts';
import type { TokenEndpointVersion } from '../protocol/token-request.ts';
import { adminConsentEndpoint } from './admin-consent/endpoint.ts';
import { authorizeEndpoint } from './authorize/endpoint.ts';
import { answer, type Endpoint, type Place } from './call.ts';
import type { AuthorityContext } from './context.ts';
import { deviceCodeEndpoint } from './device/endpoint.ts';
import { deviceLogin } from './device/enter-code.ts';
import { instanceDiscovery } from './discovery/instance.ts';
import { publishedKeys } from './discovery/keys.ts';
import { openidConfiguration } from './discovery/openid-configuration.ts';
import { userRealm } from './discovery/user-realm.ts';
import { AuthorityError } from './error-table.ts';
import { interactionEndpoint } from './interaction/endpoint.ts';
import { logoutEndpoint, signOutEndpoint, signOutPath } from './logout/endpoint.ts';
import { errorPage } from './pages/error-page.ts';
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

/** What is opened in a browser; refusals are pages. They come first: the other table refuses whole folders. */
const pagePaths: typeof paths = [
  ['/:tenant/oauth2/authorize', 'v1', authorizeEndpoint],
  ['/:tenant/oauth2/v2.0/authorize', 'v2', authorizeEndpoint],
  ['/:tenant/oauth2/logout', 'v1', logoutEndpoint],
  ['/:tenant/oauth2/v2.0/logout', 'v2', logoutEndpoint],
  ['/:tenant/adminconsent', 'v1', adminConsentEndpoint],
  ['/:tenant/v2.0/adminconsent', 'v2', adminConsentEndpoint],
  ['/:tenant/oauth2/deviceauth', 'v2', deviceLogin],
  [signOutPath, 'v2', signOutEndpoint],
  ['/devicelogin', 'v2', deviceLogin],
  ['/interaction/:id', 'v2', interactionEndpoint],
];

/** Owns the paths of the table; its handler also answers every other path, in Entra's words. */
export function createAuthority(context: AuthorityContext): Face {
  const routesOf = (table: typeof paths, refuse?: Place['refuse']) =>
    table.map(([path, version, endpoint]): Route => {
      const refusing = refuse ? { refuse } : {};
      return [
        path,
        (http, parameter) => answer(context, endpoint, { http, version, tenant: parameter('tenant'), ...refusing }),
      ];
    });
  return routedFace([...routesOf(pagePaths, errorPage), ...routesOf(paths)], (http) =>
    answer(context, notServed, { http, version: 'v2', tenant: '' }),
  );
}

async function notServed(): Promise<never> {
  throw new AuthorityError(
    'invalidRequest',
    { reason: 'Nothing is served at this address.' },
    { differing: { status: 404 } },
  );
}
