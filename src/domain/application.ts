import type { ClientSecret } from './client-secret.ts';
import type { FederatedIdentityCredential } from './federated-credential.ts';
import type { KeyCredential } from './key-credential.ts';
import type { AppRole, DelegatedPermission, RequiredResourceAccess } from './permission.ts';

/** Who may sign in to an application. */
export const signInAudiences = [
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
  'PersonalMicrosoftAccount',
] as const;
export type SignInAudience = (typeof signInAudiences)[number];

/** An app registration. Names are Microsoft Graph's `application`, except where said. */
export interface Application {
  readonly appId: string;
  readonly displayName: string;
  /** The tenant it is registered in (Graph keeps this on the service principal). */
  readonly appOwnerOrganizationId: string;
  readonly signInAudience: SignInAudience;
  readonly identifierUris: readonly string[];
  /** "Allow public client flows". */
  readonly isFallbackPublicClient: boolean;
  /** Ours: whether the password grant is allowed without public client flows. Off unless stated (RFC 9700 section 2.4). */
  readonly allowsPasswordGrant: boolean;
  readonly redirectUris: Readonly<Record<RedirectPlatform, readonly string[]>>;
  readonly passwordCredentials: readonly ClientSecret[];
  readonly keyCredentials: readonly KeyCredential[];
  readonly federatedIdentityCredentials: readonly FederatedIdentityCredential[];
  /** Which tokens the application takes as a resource. */
  readonly requestedAccessTokenVersion: 1 | 2;
  readonly oauth2PermissionScopes: readonly DelegatedPermission[];
  readonly appRoles: readonly AppRole[];
  readonly requiredResourceAccess: readonly RequiredResourceAccess[];
}

export type RedirectPlatform = 'web' | 'spa' | 'publicClient';

/** An application as it exists in one tenant. */
export interface ServicePrincipal {
  readonly id: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly accountEnabled: boolean;
  readonly appRoleAssignmentRequired: boolean;
}

export const isSingleTenant = (application: Application): boolean => application.signInAudience === 'AzureADMyOrg';

const hasCredentials = (application: Application): boolean =>
  application.passwordCredentials.length > 0 ||
  application.keyCredentials.length > 0 ||
  application.federatedIdentityCredentials.length > 0;

/**
 * A client that cannot keep a secret: it has none, and is set up for flows without one. An application with a secret
 * stays confidential, and may leave the secret out only where public client flows are allowed.
 */
export const isPublicClient = (application: Application): boolean =>
  !hasCredentials(application) &&
  (application.isFallbackPublicClient ||
    application.redirectUris.publicClient.length > 0 ||
    application.redirectUris.spa.length > 0);

/** Whether people may sign in to it on another device: public client flows are allowed, or it has no others. */
export const allowsDeviceCode = (application: Application): boolean =>
  application.isFallbackPublicClient ||
  (isPublicClient(application) && application.redirectUris.publicClient.length > 0);

/** Where its single-page redirect addresses are: the origins that may redeem in a browser. */
export const singlePageOrigins = ({ redirectUris }: Application): ReadonlySet<string> =>
  new Set(
    redirectUris.spa
      .flatMap((redirect) => (URL.canParse(redirect) ? [new URL(redirect).origin] : []))
      .filter((origin) => origin !== 'null'),
  );
