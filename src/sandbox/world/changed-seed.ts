import type { User } from '../../domain/index.ts';
import { identities } from '../seed.ts';
import type { Seed } from '../seed-schema.ts';
import type { Change, ChangedGrant } from './change.ts';
import { type SealingContext, seedUserOf } from './seed-user.ts';

type SeedGrant = Seed['oauth2PermissionGrants'][number];

/** A sealed seed with the changes of the directory in it: what an export is, and what a seed is added to. */
export function changedSeed(context: SealingContext, seed: Seed, changes: Iterable<Change>): Seed {
  const all = [...changes];
  const changed = all.flatMap((change) => (change.what === 'user' ? [change.user] : []));
  const users = replaced(
    seed.users,
    changed.map((user) => seedUserOf(context, user)),
    ({ id = '' }) => id.toLowerCase(),
  );
  const nameOf = new Map(users.map(({ id = '', userPrincipalName }) => [id.toLowerCase(), userPrincipalName]));
  const renamed = renamer(seed, changed);
  const servicePrincipals = all.flatMap((change) =>
    change.what === 'servicePrincipal' ? [change.servicePrincipal] : [],
  );
  const grants = all.flatMap((change) => (change.what === 'permissionGrant' ? seedGrantOf(nameOf, change.grant) : []));
  const kept = seed.oauth2PermissionGrants.map((grant) =>
    grant.principal === undefined ? grant : { ...grant, principal: renamed(grant.principal) },
  );
  return {
    ...seed,
    users,
    servicePrincipals: replaced(seed.servicePrincipals, servicePrincipals, identities.servicePrincipals),
    oauth2PermissionGrants: replaced(
      kept.flatMap((grant) => apart(seed, grant, grants)),
      grants,
      identities.oauth2PermissionGrants,
    ).filter(({ scope }) => scope !== ''),
    appRoleAssignments: seed.appRoleAssignments.map((assignment) => ({
      ...assignment,
      principal: renamed(assignment.principal),
    })),
  };
}

/** A user who got another name has it everywhere. */
function renamer(seed: Seed, changed: readonly User[]): (name: string) => string {
  const newNames = new Map(changed.map(({ id, userPrincipalName }) => [id.toLowerCase(), userPrincipalName]));
  const byOldName = new Map(
    seed.users.map(({ id = '', userPrincipalName }) => [
      userPrincipalName.toLowerCase(),
      newNames.get(id.toLowerCase()) ?? userPrincipalName,
    ]),
  );
  return (name) => byOldName.get(name.toLowerCase()) ?? name;
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

function replaced<Entry>(
  before: readonly Entry[],
  changes: readonly Entry[],
  identity: (entry: Entry) => string,
): Entry[] {
  return [...new Map([...before, ...changes].map((entry) => [identity(entry), entry])).values()];
}
