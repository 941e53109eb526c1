import { sha256 } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import { Secret } from '../base/secret.ts';
import {
  type Application,
  type Customer,
  clientSecretRecord,
  type DirectoryData,
  type DirectoryRole,
  defaultPasswordCost,
  domainOf,
  microsoftServicesTenantId,
  type PartnerRole,
  type PasswordCost,
  partnerRoles,
  passwordRecord,
  type Referral,
  type ServicePrincipal,
  type User,
} from '../domain/index.ts';
import { keyCredentialIn } from './certificates.ts';
import type { Seed } from './seed-schema.ts';

/** The sandbox's world as the domain's plain data. */
export interface SandboxData {
  readonly directory: DirectoryData;
  readonly customers: readonly Customer[];
  readonly referrals: readonly Referral[];
}

interface Context {
  readonly random: Random;
  /** Default: `defaultPasswordCost`. */
  readonly passwordCost?: PasswordCost;
}

/** Hashes the passwords and secrets of a seed and spells out what it implies. */
export async function sandboxData(context: Context, seed: Seed): Promise<SandboxData> {
  const tenantOfDomain = new Map(
    seed.tenants.flatMap(({ id, verifiedDomains }) => verifiedDomains.map((domain) => [domain, id] as const)),
  );
  const users = await Promise.all(seed.users.map((user) => userOf(context, tenantOfDomain, user)));
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

/** A GUID that is the same at every start, for what a seed gives no id. */
export function derivedId(...parts: readonly string[]): string {
  const hex = sha256(parts.join('\n').toLowerCase()).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

async function userOf(
  context: Context,
  tenantOfDomain: ReadonlyMap<string, string>,
  user: Seed['users'][number],
): Promise<User> {
  const { passwordProfile, mfa, userPrincipalName } = user;
  const tenantId = tenantOfDomain.get(domainOf(userPrincipalName) ?? '');
  if (!tenantId) throw new TypeError(`The user ${userPrincipalName} belongs to no tenant.`);
  return {
    id: user.id ?? derivedId('user', userPrincipalName),
    tenantId,
    userPrincipalName,
    displayName: user.displayName,
    givenName: user.givenName,
    surname: user.surname,
    mail: user.mail,
    accountEnabled: user.accountEnabled,
    password: await passwordRecord(
      context,
      new Secret(passwordProfile.password),
      context.passwordCost ?? defaultPasswordCost,
    ),
    forceChangePasswordNextSignIn: passwordProfile.forceChangePasswordNextSignIn,
    signInSessionsValidFrom: undefined,
    mfa: {
      required: mfa.required,
      ...(mfa.totpSecret === undefined ? {} : { totpSecret: new Secret(mfa.totpSecret) }),
    },
    partnerRoles: user.partnerRoles.flatMap((name) => partnerRoleNamed.get(name) ?? []),
    directoryRoles: user.directoryRoles as readonly DirectoryRole[],
  };
}

const partnerRoleNamed: ReadonlyMap<string, PartnerRole> = new Map(
  (Object.keys(partnerRoles) as PartnerRole[]).map((role) => [partnerRoles[role], role]),
);

function applicationOf(context: Context, application: Seed['applications'][number]): Application {
  const { web, spa, publicClient, api, passwordCredentials, keyCredentials, ...rest } = application;
  return {
    ...rest,
    redirectUris: { web: web.redirectUris, spa: spa.redirectUris, publicClient: publicClient.redirectUris },
    passwordCredentials: passwordCredentials.map(({ secretText, keyId, displayName, ...dates }, index) =>
      clientSecretRecord(context, new Secret(secretText), {
        keyId: keyId ?? derivedId('secret', application.appId, String(index)),
        displayName,
        startDateTime: new Date(dates.startDateTime),
        endDateTime: new Date(dates.endDateTime),
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
