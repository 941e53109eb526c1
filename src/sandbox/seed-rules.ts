import { domainOf, microsoftServicesTenantId } from '../domain/index.ts';
import type { Seed } from './seed-schema.ts';

/**
 * What a schema cannot say: ids that are given twice in one file, and names of things that do not exist. `stated` is
 * the file alone, `seed` the whole world it becomes part of. One sentence for each problem, with its place.
 */
export const seedProblems = (stated: Seed, seed: Seed): readonly string[] => [
  ...duplicates(stated),
  ...ambiguous(seed),
  ...dangling(stated, seed),
];

const identified: readonly (readonly [place: string, keyOf: (seed: Seed) => readonly (string | undefined)[]])[] = [
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
  ...repeated(seed.users.map(({ id }) => id)).map((id) => `users: the id ${id} is given to two users.`),
];

const repeated = (values: readonly (string | undefined)[]): readonly string[] => {
  const known = values.filter((value) => value !== undefined);
  return [...new Set(known.filter((value, index) => known.indexOf(value) !== index))];
};

function dangling(stated: Seed, seed: Seed): readonly string[] {
  const tenants = new Set([...seed.tenants.map(({ id }) => id), microsoftServicesTenantId]);
  const domains = new Set(seed.tenants.flatMap(({ verifiedDomains }) => verifiedDomains));
  const applications = new Map(seed.applications.map((application) => [application.appId, application]));
  const users = new Set(seed.users.map(({ userPrincipalName }) => userPrincipalName.toLowerCase()));
  const problems: string[] = [];
  const need = (found: boolean, place: string, what: string, remedy: string) => {
    if (!found) problems.push(`${place}: ${what} does not exist. ${remedy}`);
  };
  const needTenant = (place: string, id: string | undefined) =>
    need(id === undefined || tenants.has(id), place, `the tenant ${id}`, 'State it under tenants.');
  const needApplication = (place: string, id: string) =>
    need(applications.has(id), place, `the application ${id}`, 'State it under applications.');
  const needUser = (place: string, name: string | undefined) =>
    need(name === undefined || users.has(name.toLowerCase()), place, `the user ${name}`, 'State it under users.');

  stated.users.forEach(({ userPrincipalName }, index) => {
    const domain = domainOf(userPrincipalName) ?? '';
    need(domains.has(domain), `users[${index}]`, `a tenant with the domain ${domain}`, 'Add it to verifiedDomains.');
  });
  stated.applications.forEach(({ appOwnerOrganizationId, requiredResourceAccess }, index) => {
    needTenant(`applications[${index}].appOwnerOrganizationId`, appOwnerOrganizationId);
    for (const { resourceAppId, resourceAccess } of requiredResourceAccess) {
      const place = `applications[${index}].requiredResourceAccess`;
      needApplication(place, resourceAppId);
      const resource = applications.get(resourceAppId);
      const offered = [...(resource?.api.oauth2PermissionScopes ?? []), ...(resource?.appRoles ?? [])];
      for (const { id } of resource ? resourceAccess : []) {
        const found = offered.some((permission) => permission.id === id);
        need(found, place, `the permission ${id} of ${resourceAppId}`, 'Name one of its scopes or roles.');
      }
    }
  });
  stated.servicePrincipals.forEach(({ tenantId, appId }, index) => {
    needTenant(`servicePrincipals[${index}].tenantId`, tenantId);
    needApplication(`servicePrincipals[${index}].appId`, appId);
  });
  stated.oauth2PermissionGrants.forEach(({ tenantId, clientAppId, resourceAppId, principal, scope }, index) => {
    const place = `oauth2PermissionGrants[${index}]`;
    needTenant(`${place}.tenantId`, tenantId);
    needApplication(`${place}.clientAppId`, clientAppId);
    needApplication(`${place}.resourceAppId`, resourceAppId);
    needUser(`${place}.principal`, principal);
    const offered = applications.get(resourceAppId)?.api.oauth2PermissionScopes;
    for (const name of offered ? scope.split(' ') : []) {
      const found = offered?.some(({ value }) => value === name) ?? false;
      need(found, `${place}.scope`, `the permission ${name} of ${resourceAppId}`, 'State it under its api.');
    }
  });
  stated.appRoleAssignments.forEach(({ tenantId, principal, resourceAppId, role }, index) => {
    const place = `appRoleAssignments[${index}]`;
    needTenant(`${place}.tenantId`, tenantId);
    needApplication(`${place}.resourceAppId`, resourceAppId);
    if (principal.includes('@')) needUser(`${place}.principal`, principal);
    else needApplication(`${place}.principal`, principal);
    const roles = applications.get(resourceAppId)?.appRoles;
    const found = roles?.some(({ value }) => value === role) ?? true;
    need(found, `${place}.role`, `the role ${role} of ${resourceAppId}`, 'State it under its appRoles.');
  });
  stated.customers.forEach(({ tenantId, partnerTenantId }, index) => {
    needTenant(`customers[${index}].tenantId`, tenantId);
    needTenant(`customers[${index}].partnerTenantId`, partnerTenantId);
  });
  stated.delegatedAdminRelationships.forEach(({ partnerTenantId, customerTenantId }, index) => {
    needTenant(`delegatedAdminRelationships[${index}].partnerTenantId`, partnerTenantId);
    needTenant(`delegatedAdminRelationships[${index}].customerTenantId`, customerTenantId);
  });
  stated.referrals.forEach(({ organizationId }, index) => {
    needTenant(`referrals[${index}].organizationId`, organizationId);
  });
  return problems;
}
