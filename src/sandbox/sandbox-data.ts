import { Secret } from '../base/secret.ts';
import {
  type Application,
  type ClientSecret,
  type Customer,
  clientSecretRecord,
  type DirectoryData,
  domainOf,
  microsoftServicesTenantId,
  passwordRecord,
  type Referral,
  type ServicePrincipal,
  type User,
} from '../domain/index.ts';
import { keyCredentialIn } from './certificates.ts';
import { derivedId } from './derived-id.ts';
import type { Seed } from './seed-schema.ts';
import { type SeedContext, userOf } from './world/seed-user.ts';

/** The sandbox's world as the domain's plain data. */
export interface SandboxData {
  readonly directory: DirectoryData;
  readonly customers: readonly Customer[];
  readonly referrals: readonly Referral[];
}

/** Hashes the passwords and secrets of a seed and spells out what it implies. */
export async function sandboxData(context: SeedContext, seed: Seed): Promise<SandboxData> {
  const tenantOfDomain = new Map(
    seed.tenants.flatMap(({ id, verifiedDomains }) => verifiedDomains.map((domain) => [domain, id] as const)),
  );
  const users = await Promise.all(seed.users.map((user) => userOf(context, homeOf(tenantOfDomain, user), user)));
  const servicePrincipals = servicePrincipalsOf(seed);
  return {
    directory: {
      tenants: seed.tenants.map(({ partnerAccount, ...tenant }) => ({ ...tenant, hasPartnerAccount: partnerAccount })),
      users,
      applications: seed.applications.map((application) => applicationOf(context, application)),
      servicePrincipals,
      ...permissionsOf(seed, users, servicePrincipals),
      delegatedAdminRelationships: seed.delegatedAdminRelationships.map((relationship) => ({
        ...relationship,
        endDateTime: new Date(relationship.endDateTime),
      })),
      decoyPassword: await passwordRecord(context, new Secret(context.random.guid()), context.passwordCost),
      pairwiseSalt: new Secret('the sandbox’s own, so that subjects stay the same from start to start'),
    },
    customers: seed.customers,
    referrals: seed.referrals,
  };
}

/** Consent and roles, with the names of a seed replaced by the ids of the directory. */
function permissionsOf(
  seed: Seed,
  users: readonly User[],
  servicePrincipals: readonly ServicePrincipal[],
): Pick<DirectoryData, 'permissionGrants' | 'appRoleAssignments'> {
  const everyTenant = seed.tenants.map(({ id }) => id);
  const principalIds = new Map([
    ...users.map(({ userPrincipalName, id }) => [userPrincipalName.toLowerCase(), id] as const),
    ...servicePrincipals.map(({ tenantId, appId, id }) => [`${appId} in ${tenantId}`, id] as const),
  ]);
  const userId = (name: string) => principalIds.get(name.toLowerCase());
  return {
    permissionGrants: seed.oauth2PermissionGrants.flatMap(({ tenantId, principal, scope, ...grant }) => {
      const principalId = principal === undefined ? undefined : userId(principal);
      // A grant for one user must not become one for all because the user is unknown.
      if (principal !== undefined && principalId === undefined) return [];
      const scopes = scope.split(' ').filter((name) => name !== '');
      return (tenantId ? [tenantId] : everyTenant).map((inTenant) => ({
        ...grant,
        tenantId: inTenant,
        principalId,
        scopes,
      }));
    }),
    appRoleAssignments: seed.appRoleAssignments.flatMap(({ principal, ...assignment }) => {
      const principalId = userId(principal) ?? principalIds.get(`${principal} in ${assignment.tenantId}`);
      return principalId === undefined ? [] : [{ ...assignment, principalId }];
    }),
  };
}

function homeOf(
  tenantOfDomain: ReadonlyMap<string, string>,
  { userPrincipalName }: { userPrincipalName: string },
): string {
  const tenantId = tenantOfDomain.get(domainOf(userPrincipalName) ?? '');
  if (!tenantId) throw new TypeError(`The user ${userPrincipalName} belongs to no tenant.`);
  return tenantId;
}

function applicationOf(context: SeedContext, application: Seed['applications'][number]): Application {
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

type SeedSecret = Seed['applications'][number]['passwordCredentials'][number];

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

/**
 * Where an application exists: in its own tenant, where a grant or a role was given to it, where the seed says so, and
 * Microsoft's own everywhere.
 */
function servicePrincipalsOf(seed: Seed): readonly ServicePrincipal[] {
  const implied = [
    ...seed.applications.flatMap(({ appId, appOwnerOrganizationId }) =>
      appOwnerOrganizationId === microsoftServicesTenantId
        ? seed.tenants.map((tenant) => ({ tenantId: tenant.id, appId }))
        : [{ tenantId: appOwnerOrganizationId, appId }],
    ),
    ...seed.oauth2PermissionGrants.flatMap(({ tenantId, clientAppId, resourceAppId }) =>
      tenantId ? [clientAppId, resourceAppId].map((appId) => ({ tenantId, appId })) : [],
    ),
    ...seed.appRoleAssignments.flatMap(({ tenantId, principal, resourceAppId }) =>
      (principal.includes('@') ? [resourceAppId] : [principal, resourceAppId]).map((appId) => ({ tenantId, appId })),
    ),
  ].map((place) => ({ ...place, accountEnabled: true, appRoleAssignmentRequired: false }));
  const principals = [...implied, ...seed.servicePrincipals].map((principal) => ({
    id: derivedId('servicePrincipal', principal.tenantId, principal.appId),
    ...principal,
  }));
  return [...new Map(principals.map((one) => [`${one.tenantId} ${one.appId}`, one])).values()];
}
