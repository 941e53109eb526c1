import { Secret } from '../base/secret.ts';
import {
  type Customer,
  type DirectoryData,
  domainOf,
  passwordRecord,
  type Referral,
  type ServicePrincipal,
  type User,
} from '../domain/index.ts';
import type { Seed } from './seed-schema.ts';
import { applicationOf } from './world/seed-application.ts';
import { type SeedContext, userOf } from './world/seed-user.ts';
import { servicePrincipalsOf } from './world/service-principals.ts';

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
