import { Secret } from '../../base/secret.ts';
import { type Application, type ClientSecret, clientSecretRecord, type KeyCredential } from '../../domain/index.ts';
import { keyCredentialIn } from '../certificates.ts';
import { derivedId } from '../derived-id.ts';
import type { Seed } from '../seed-schema.ts';
import type { SeedContext } from './seed-user.ts';

export type SeedApplication = Seed['applications'][number];
type SeedSecret = SeedApplication['passwordCredentials'][number];

/** An application as a seed states it. */
export function applicationOf(context: SeedContext, application: SeedApplication): Application {
  const { web, spa, publicClient, api, passwordCredentials, keyCredentials, ...rest } = application;
  return {
    ...rest,
    redirectUris: { web: web.redirectUris, spa: spa.redirectUris, publicClient: publicClient.redirectUris },
    passwordCredentials: passwordCredentials.map((credential, index) =>
      secretOf(context, {
        ...credential,
        keyId: credential.keyId ?? derivedId('secret', application.appId, `${index}`),
      }),
    ),
    keyCredentials: keyCredentials.map((credential, index) =>
      keyCredentialIn(credential, derivedId('key', application.appId, String(index))),
    ),
    requestedAccessTokenVersion: api.requestedAccessTokenVersion,
    oauth2PermissionScopes: api.oauth2PermissionScopes.map((scope) => ({
      ...scope,
      adminConsentDisplayName: scope.adminConsentDisplayName ?? scope.value,
    })),
    appRoles: application.appRoles.map((role) => ({ ...role, displayName: role.displayName ?? role.value })),
  };
}

/** The application for an export or for the store: its secrets hashed, every default spelled out. */
export function seedApplicationOf(application: Application): SeedApplication {
  const { redirectUris, requestedAccessTokenVersion, oauth2PermissionScopes, ...rest } = application;
  return {
    ...rest,
    identifierUris: [...rest.identifierUris],
    web: { redirectUris: [...redirectUris.web] },
    spa: { redirectUris: [...redirectUris.spa] },
    publicClient: { redirectUris: [...redirectUris.publicClient] },
    passwordCredentials: rest.passwordCredentials.map(seedSecretOf),
    keyCredentials: rest.keyCredentials.map(seedKeyOf),
    federatedIdentityCredentials: rest.federatedIdentityCredentials.map((one) => ({
      ...one,
      audiences: [...one.audiences],
    })),
    api: { requestedAccessTokenVersion, oauth2PermissionScopes: [...oauth2PermissionScopes] },
    appRoles: rest.appRoles.map((role) => ({ ...role, allowedMemberTypes: [...role.allowedMemberTypes] })),
    requiredResourceAccess: rest.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({
      resourceAppId,
      resourceAccess: [...resourceAccess],
    })),
  };
}

export const seedSecretOf = ({ keyId, displayName, salt, hash, ...dates }: ClientSecret): SeedSecret => ({
  keyId,
  displayName,
  secretHash: { salt: Buffer.from(salt).toString('base64'), hash: Buffer.from(hash).toString('base64') },
  startDateTime: dates.startDateTime.toISOString(),
  endDateTime: dates.endDateTime.toISOString(),
});

const seedKeyOf = ({ startDateTime, endDateTime, ...credential }: KeyCredential) => ({
  ...credential,
  startDateTime: startDateTime.toISOString(),
  endDateTime: endDateTime.toISOString(),
});

function secretOf(context: SeedContext, credential: SeedSecret & { readonly keyId: string }): ClientSecret {
  const { secretText = '', secretHash, startDateTime, endDateTime, keyId, displayName } = credential;
  const described = {
    keyId,
    displayName,
    startDateTime: new Date(startDateTime),
    endDateTime: new Date(endDateTime),
  };
  if (!secretHash) return clientSecretRecord(context, new Secret(secretText), described);
  return {
    ...described,
    salt: Buffer.from(secretHash.salt, 'base64'),
    hash: Buffer.from(secretHash.hash, 'base64'),
  };
}
