import type { Random } from '../base/random.ts';
import type { Application, RedirectPlatform, SignInAudience } from './application.ts';
import { registeredRedirects } from './redirect-rules.ts';
import type { Tenant } from './tenant.ts';
import { requiredText } from './text-rules.ts';

/** Redirect addresses by platform; a platform that is left out stays as it is. */
export type RedirectOrder = { readonly [Platform in RedirectPlatform]?: readonly string[] | undefined };

export interface ApplicationOrder {
  readonly displayName: string;
  /** Default `AzureADMyOrg`: the tenant's own users. */
  readonly signInAudience?: SignInAudience | undefined;
  readonly redirectUris?: RedirectOrder | undefined;
  /** "Allow public client flows"; default false. */
  readonly isFallbackPublicClient?: boolean | undefined;
  /** The password grant without public client flows; default false. */
  readonly allowsPasswordGrant?: boolean | undefined;
}

/** Throws `Refusal`. */
export const registerApplication = (
  { random }: { readonly random: Random },
  tenant: Tenant,
  order: ApplicationOrder,
): Application => ({
  appId: random.guid(),
  displayName: requiredText('displayName', order.displayName),
  appOwnerOrganizationId: tenant.id,
  signInAudience: order.signInAudience ?? 'AzureADMyOrg',
  identifierUris: [],
  isFallbackPublicClient: order.isFallbackPublicClient ?? false,
  allowsPasswordGrant: order.allowsPasswordGrant ?? false,
  redirectUris: withRedirects({ web: [], spa: [], publicClient: [] }, order.redirectUris ?? {}),
  passwordCredentials: [],
  keyCredentials: [],
  federatedIdentityCredentials: [],
  requestedAccessTokenVersion: 1,
  oauth2PermissionScopes: [],
  appRoles: [],
  requiredResourceAccess: [],
});

/** What its owner sets; what is left out stays. */
export type ApplicationSettings = {
  readonly [Name in keyof ApplicationOrder]?: ApplicationOrder[Name] | undefined;
};

/** Throws `Refusal`. */
export const withApplicationSettings = (application: Application, settings: ApplicationSettings): Application => ({
  ...application,
  displayName:
    settings.displayName === undefined ? application.displayName : requiredText('displayName', settings.displayName),
  signInAudience: settings.signInAudience ?? application.signInAudience,
  isFallbackPublicClient: settings.isFallbackPublicClient ?? application.isFallbackPublicClient,
  allowsPasswordGrant: settings.allowsPasswordGrant ?? application.allowsPasswordGrant,
  redirectUris: withRedirects(application.redirectUris, settings.redirectUris ?? {}),
});

const withRedirects = (
  before: Application['redirectUris'],
  { web, spa, publicClient }: RedirectOrder,
): Application['redirectUris'] => ({
  web: web === undefined ? before.web : registeredRedirects('web', web),
  spa: spa === undefined ? before.spa : registeredRedirects('spa', spa),
  publicClient: publicClient === undefined ? before.publicClient : registeredRedirects('publicClient', publicClient),
});
