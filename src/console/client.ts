import { base64url } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import { Secret } from '../base/secret.ts';
import {
  type Application,
  clientSecretRecord,
  type Directory,
  type DirectoryChanges,
  endOfTime,
  microsoftServicesTenantId,
  type ServicePrincipal,
} from '../domain/index.ts';
import { signedInPath } from './paths.ts';

/** The console as the authority knows it: an application of Microsoft's with a secret of this process. */
export interface ConsoleClient {
  readonly application: Application;
  readonly secret: Secret;
}

const consoleAppId = '6f1e3a52-8d04-4c7b-9a36-2b5d7e90c418';

export function consoleClient({ random }: { random: Random }, origins: readonly string[]): ConsoleClient {
  const secret = new Secret(base64url(random.bytes(32)));
  const described = { keyId: consoleAppId, displayName: 'console', startDateTime: new Date(0), endDateTime: endOfTime };
  return {
    secret,
    application: {
      appId: consoleAppId,
      displayName: 'Partner Center',
      appOwnerOrganizationId: microsoftServicesTenantId,
      signInAudience: 'AzureADMultipleOrgs',
      identifierUris: [],
      isFallbackPublicClient: false,
      allowsPasswordGrant: false,
      redirectUris: { web: origins.map((origin) => origin + signedInPath), spa: [], publicClient: [] },
      passwordCredentials: [clientSecretRecord({ random }, secret, described)],
      keyCredentials: [],
      federatedIdentityCredentials: [],
      requestedAccessTokenVersion: 1,
      // What it asks for is a token for itself: nobody consents to that.
      oauth2PermissionScopes: [],
      appRoles: [],
      requiredResourceAccess: [],
    },
  };
}

/**
 * The directory with the console in every tenant. It is no part of any world: neither seeds nor exports hold it, and none
 * can be without.
 */
export function withConsoleClient(
  directory: Directory & DirectoryChanges,
  { application }: ConsoleClient,
): Directory & DirectoryChanges {
  const { appId } = application;
  const isOwn = (id: string) => id.toLowerCase() === appId;
  const principalIn = (tenantId: string): ServicePrincipal => ({
    id: appId,
    tenantId,
    appId,
    accountEnabled: true,
    appRoleAssignmentRequired: false,
  });
  return {
    ...directory,
    // A world that takes the place of another has its own.
    get decoyPassword() {
      return directory.decoyPassword;
    },
    get pairwiseSalt() {
      return directory.pairwiseSalt;
    },
    applicationById: async (id) => (isOwn(id) ? application : directory.applicationById(id)),
    servicePrincipal: async (tenantId, id) =>
      isOwn(id) ? principalIn(tenantId) : directory.servicePrincipal(tenantId, id),
    resource: async (tenantId, identifier) =>
      isOwn(identifier)
        ? { application, servicePrincipal: principalIn(tenantId) }
        : directory.resource(tenantId, identifier),
  };
}
