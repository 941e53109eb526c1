import { domainOf, flawOfCertificate, microsoftServicesTenantId } from '../domain/index.ts';
import type { Seed } from './seed-schema.ts';

/**
 * What a schema cannot say: ids that are given twice in one file, and names of things that do not exist. `stated` is
 * the file alone, `seed` the whole world it becomes part of. One sentence for each problem, with its place.
 */
export const seedProblems = (stated: Seed, seed: Seed): readonly string[] => [
  ...duplicates(stated),
  ...ambiguous(seed),
  ...impossible(stated),
  ...dangling(stated, worldOf(seed)),
];

const identified: readonly (readonly [place: string, keyOf: (seed: Seed) => readonly string[]])[] = [
  ['tenants', ({ tenants }) => tenants.map(({ id }) => id)],
  ['users', ({ users }) => users.map(({ userPrincipalName }) => userPrincipalName.toLowerCase())],
  ['applications', ({ applications }) => applications.map(({ appId }) => appId)],
  ['servicePrincipals', (seed) => seed.servicePrincipals.map(({ tenantId, appId }) => `${appId} in ${tenantId}`)],
  ['delegatedAdminRelationships', (seed) => seed.delegatedAdminRelationships.map(({ id }) => id)],
  ['referrals', ({ referrals }) => referrals.map(({ id }) => id)],
];

const duplicates = (stated: Seed): readonly string[] =>
  identified.flatMap(([place, keyOf]) =>
    repeated(keyOf(stated)).map((key) => `${place}: ${key} is given twice. Remove or rename one of them.`),
  );

/** Looked up over the whole world, so they must be unique in it. */
const ambiguous = (seed: Seed): readonly string[] => [
  ...repeated(seed.tenants.flatMap(({ verifiedDomains }) => verifiedDomains)).map(
    (domain) => `tenants: the domain ${domain} is verified twice. A domain belongs to one tenant.`,
  ),
  ...repeated(seed.users.flatMap(({ id }) => id ?? [])).map((id) => `users: the id ${id} is given to two users.`),
  ...repeated(resourceNames(seed)).map(
    (name) => `applications: the identifier URI ${name} is given to two applications. It names one resource there.`,
  ),
];

/** Each identifier URI in each tenant its application is looked up in: its owner's, and for Microsoft's own every one. */
const resourceNames = (seed: Seed): readonly string[] =>
  seed.applications.flatMap(({ identifierUris, appOwnerOrganizationId }) => {
    const everywhere = appOwnerOrganizationId === microsoftServicesTenantId;
    const tenants = everywhere ? seed.tenants.map(({ id }) => id) : [appOwnerOrganizationId];
    const uris = [...new Set(identifierUris.map(withoutSlash))];
    return tenants.flatMap((tenantId) => uris.map((uri) => `${uri} in ${tenantId}`));
  });

const withoutSlash = (uri: string): string => uri.toLowerCase().replace(/\/$/, '');

/** Values that are well formed and can never work. */
const impossible = (stated: Seed): readonly string[] =>
  stated.applications.flatMap(({ appId, keyCredentials, passwordCredentials, federatedIdentityCredentials }) => [
    ...keyCredentials
      .flatMap(({ key }) => flawOfCertificate(key) ?? [])
      .map((flaw) => `applications: a key of ${appId} is no ${flaw}`),
    ...repeated(federatedIdentityCredentials.map(({ name }) => name)).map(
      (name) => `applications: ${appId} has two federated credentials named ${name}. Rename one of them.`,
    ),
    ...repeated(federatedIdentityCredentials.map(({ issuer, subject }) => `${subject} of ${issuer}`)).map(
      (pair) => `applications: ${appId} has two federated credentials for ${pair}. Remove one of them.`,
    ),
    ...passwordCredentials
      .filter(({ startDateTime, endDateTime }) => new Date(startDateTime) >= new Date(endDateTime))
      .map(() => `applications: a secret of ${appId} ends before it starts. Check startDateTime and endDateTime.`),
  ]);

function repeated(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.has(value) || !seen.add(value)))];
}

/** What may be named. */
interface World {
  readonly tenants: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly applications: ReadonlyMap<string, Seed['applications'][number]>;
}

const worldOf = (seed: Seed): World => ({
  tenants: new Set([...seed.tenants.map(({ id }) => id), microsoftServicesTenantId]),
  domains: new Set(seed.tenants.flatMap(({ verifiedDomains }) => verifiedDomains)),
  users: new Set(seed.users.map(({ userPrincipalName }) => userPrincipalName.toLowerCase())),
  applications: new Map(seed.applications.map((application) => [application.appId, application])),
});

/** A name in a seed: where it stands in its entry, what it names, whether that exists, and what to do if not. */
type Reference = readonly [member: string, what: string, exists: boolean, remedy: string];

const tenant = ({ tenants }: World, member: string, id: string): Reference => [
  member,
  `the tenant ${id}`,
  tenants.has(id),
  'State it under tenants.',
];

const application = ({ applications }: World, member: string, id: string): Reference => [
  member,
  `the application ${id}`,
  applications.has(id),
  'State it under applications.',
];

const user = ({ users }: World, member: string, name: string): Reference => [
  member,
  `the user ${name}`,
  users.has(name.toLowerCase()),
  'State it under users.',
];

/** Something a resource offers; not judged when the resource itself does not exist. */
function offered(
  { applications }: World,
  [member, what, resourceAppId]: readonly [string, string, string],
  isOffered: (resource: Seed['applications'][number]) => boolean,
): Reference {
  const resource = applications.get(resourceAppId);
  return [member, `${what} of ${resourceAppId}`, !resource || isOffered(resource), 'State it in that application.'];
}

const references: {
  readonly [List in keyof Seed]?: (world: World, entry: Seed[List][number]) => readonly Reference[];
} = {
  users: ({ domains }, { userPrincipalName }) => {
    const domain = domainOf(userPrincipalName) ?? '';
    return [['', `a tenant with the domain ${domain}`, domains.has(domain), 'Add it to verifiedDomains.']];
  },
  applications: (world, { appOwnerOrganizationId, requiredResourceAccess }) => [
    tenant(world, '.appOwnerOrganizationId', appOwnerOrganizationId),
    ...requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) => [
      application(world, '.requiredResourceAccess', resourceAppId),
      ...resourceAccess.map(({ id }) =>
        offered(world, ['.requiredResourceAccess', `the permission ${id}`, resourceAppId], ({ api, appRoles }) =>
          [...api.oauth2PermissionScopes, ...appRoles].some((permission) => permission.id === id),
        ),
      ),
    ]),
  ],
  servicePrincipals: (world, { tenantId, appId }) => [
    tenant(world, '.tenantId', tenantId),
    application(world, '.appId', appId),
  ],
  oauth2PermissionGrants: (world, { tenantId, clientAppId, resourceAppId, principal, scope }) => [
    ...(tenantId === undefined ? [] : [tenant(world, '.tenantId', tenantId)]),
    application(world, '.clientAppId', clientAppId),
    application(world, '.resourceAppId', resourceAppId),
    ...(principal === undefined ? [] : [user(world, '.principal', principal)]),
    ...scope
      .split(' ')
      .map((name) =>
        offered(world, ['.scope', `the permission ${name}`, resourceAppId], ({ api }) =>
          api.oauth2PermissionScopes.some(({ value }) => value === name),
        ),
      ),
  ],
  appRoleAssignments: (world, { tenantId, principal, resourceAppId, role }) => [
    tenant(world, '.tenantId', tenantId),
    (principal.includes('@') ? user : application)(world, '.principal', principal),
    application(world, '.resourceAppId', resourceAppId),
    offered(world, ['.role', `the role ${role}`, resourceAppId], ({ appRoles }) =>
      appRoles.some(({ value }) => value === role),
    ),
  ],
  customers: (world, { tenantId, partnerTenantId }) => [
    tenant(world, '.tenantId', tenantId),
    tenant(world, '.partnerTenantId', partnerTenantId),
  ],
  delegatedAdminRelationships: (world, { partnerTenantId, customerTenantId }) => [
    tenant(world, '.partnerTenantId', partnerTenantId),
    tenant(world, '.customerTenantId', customerTenantId),
  ],
  referrals: (world, { organizationId }) => [tenant(world, '.organizationId', organizationId)],
};

const dangling = (stated: Seed, world: World): readonly string[] =>
  (Object.keys(references) as (keyof Seed)[]).flatMap((list) => problemsOf(list, stated, world));

function problemsOf<List extends keyof Seed>(list: List, stated: Seed, world: World): readonly string[] {
  const entries: readonly Seed[List][number][] = stated[list];
  return entries.flatMap((entry, index) =>
    (references[list]?.(world, entry) ?? [])
      .filter(([, , exists]) => !exists)
      .map(([member, what, , remedy]) => `${list}[${index}]${member}: ${what} does not exist. ${remedy}`),
  );
}
