import type { AppRoleAssignment, DelegatedAdminRelationship, Referral, Tenant, User } from '../../domain/index.ts';
import { identities } from '../seed.ts';
import type { Seed } from '../seed-schema.ts';
import type { Change, ChangedGrant, ChangeValues, What } from './change-kinds.ts';
import { seedApplicationOf } from './seed-application.ts';
import { type SealingContext, seedUserOf } from './seed-user.ts';
import { servicePrincipalsOf } from './service-principals.ts';

type SeedGrant = Seed['oauth2PermissionGrants'][number];

/** A sealed seed with the changes since in it: what an export is, and what a seed is added to. */
export function changedSeed(context: SealingContext, seed: Seed, changes: Iterable<Change>): Seed {
  const made = madeIn(changes);
  const users = replaced(
    seed.users,
    made('user').map((user) => seedUserOf(context, user)),
    ({ id = '' }) => id.toLowerCase(),
  );
  const referrals = new Map(made('referral').map((one) => [one.id.toLowerCase(), one.referral]));
  const stated: Seed = {
    ...seed,
    users,
    ...withRenamed(seed, made('user')),
    tenants: replaced(seed.tenants, made('tenant').map(seedTenantOf), identities.tenants),
    applications: replaced(seed.applications, made('application').map(seedApplicationOf), identities.applications),
    servicePrincipals: replaced(seed.servicePrincipals, made('servicePrincipal'), identities.servicePrincipals),
    customers: replaced(seed.customers, made('customer'), identities.customers),
    delegatedAdminRelationships: replaced(
      seed.delegatedAdminRelationships,
      made('relationship').map(seedRelationshipOf),
      identities.delegatedAdminRelationships,
    ),
    referrals: replaced(
      seed.referrals.filter(({ id }) => !referrals.has(id) || referrals.get(id) !== undefined),
      [...referrals.values()].flatMap((referral) => (referral ? [seedReferralOf(referral)] : [])),
      identities.referrals,
    ),
  };
  return withRoles(withGrants(stated, made('permissionGrant')), made('appRoleAssignment'));
}

function madeIn(changes: Iterable<Change>): <Name extends What>(what: Name) => readonly ChangeValues[Name][] {
  const all = [...changes];
  return <Name extends What>(what: Name) =>
    all.flatMap((change) => (change.what === what ? [change.value as ChangeValues[Name]] : []));
}

/** A user who got another name has it everywhere. */
function withRenamed(
  seed: Seed,
  changed: readonly User[],
): Pick<Seed, 'oauth2PermissionGrants' | 'appRoleAssignments'> {
  const newNames = new Map(changed.map(({ id, userPrincipalName }) => [id.toLowerCase(), userPrincipalName]));
  const byOldName = new Map(
    seed.users.map(({ id = '', userPrincipalName }) => [
      userPrincipalName.toLowerCase(),
      newNames.get(id.toLowerCase()) ?? userPrincipalName,
    ]),
  );
  const renamed = (name: string) => byOldName.get(name.toLowerCase()) ?? name;
  return {
    oauth2PermissionGrants: seed.oauth2PermissionGrants.map((grant) =>
      grant.principal === undefined ? grant : { ...grant, principal: renamed(grant.principal) },
    ),
    appRoleAssignments: seed.appRoleAssignments.map((one) => ({ ...one, principal: renamed(one.principal) })),
  };
}

function withGrants(seed: Seed, changes: readonly ChangedGrant[]): Seed {
  const nameOf = new Map(seed.users.map(({ id = '', userPrincipalName }) => [id.toLowerCase(), userPrincipalName]));
  const grants = changes.flatMap((grant) => seedGrantOf(nameOf, grant));
  return {
    ...seed,
    oauth2PermissionGrants: replaced(
      seed.oauth2PermissionGrants.flatMap((grant) => apart(seed, grant, grants)),
      grants,
      identities.oauth2PermissionGrants,
    ).filter(({ scope }) => scope !== ''),
  };
}

/** A removed grant is one without permissions; a grant for a user who does not exist is none. */
function seedGrantOf(nameOf: ReadonlyMap<string, string>, { principalId, scopes = [], ...grant }: ChangedGrant) {
  const principal = principalId === undefined ? undefined : nameOf.get(principalId.toLowerCase());
  if (principalId !== undefined && principal === undefined) return [];
  return [{ ...grant, ...(principal === undefined ? {} : { principal }), scope: scopes.join(' ') }];
}

/** A grant for every tenant, tenant by tenant once one of them has changed it. */
function apart(seed: Seed, grant: SeedGrant, changes: readonly SeedGrant[]): readonly SeedGrant[] {
  const { oauth2PermissionGrants: identity } = identities;
  const touched = changes.some((change) => {
    const { tenantId: _, ...everywhere } = change;
    return identity(everywhere) === identity(grant);
  });
  return grant.tenantId === undefined && touched ? seed.tenants.map(({ id }) => ({ ...grant, tenantId: id })) : [grant];
}

/** A role's principal by its name in a seed: a user's name, or an application's id. */
function withRoles(seed: Seed, changes: readonly AppRoleAssignment[]): Seed {
  if (changes.length === 0) return seed;
  const nameOf = new Map([
    ...seed.users.map(({ id = '', userPrincipalName }) => [id.toLowerCase(), userPrincipalName] as const),
    ...servicePrincipalsOf(seed).map(({ id, appId }) => [id.toLowerCase(), appId] as const),
  ]);
  const assignments = changes.flatMap(({ principalId, ...assignment }) => {
    const principal = nameOf.get(principalId.toLowerCase());
    return principal === undefined ? [] : [{ ...assignment, principal }];
  });
  return {
    ...seed,
    appRoleAssignments: replaced(seed.appRoleAssignments, assignments, identities.appRoleAssignments),
  };
}

const seedTenantOf = ({ hasPartnerAccount, verifiedDomains, ...tenant }: Tenant): Seed['tenants'][number] => ({
  ...tenant,
  verifiedDomains: [...verifiedDomains],
  partnerAccount: hasPartnerAccount,
});

const seedRelationshipOf = ({ endDateTime, unifiedRoles, ...relationship }: DelegatedAdminRelationship) => ({
  ...relationship,
  endDateTime: endDateTime.toISOString(),
  unifiedRoles: [...unifiedRoles],
});

const seedReferralOf = ({ team, ...referral }: Referral) => ({ ...referral, team: [...team] });

function replaced<Entry>(
  before: readonly Entry[],
  changes: readonly Entry[],
  identity: (entry: Entry) => string,
): Entry[] {
  return [...new Map([...before, ...changes].map((entry) => [identity(entry), entry])).values()];
}
