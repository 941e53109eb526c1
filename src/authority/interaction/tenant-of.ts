import { domainOf, isActive, type Tenant, type User } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { namedTenant } from '../tenancy.ts';

interface Place {
  readonly tenantPath: string;
  readonly now: Date;
}

/**
 * Where somebody's tokens will be good: at an alias their home tenant, else the tenant asked at, which is theirs or a
 * customer's that gave their organization a relationship. Undefined when they are a stranger there.
 */
export async function tenantForUser(
  context: AuthorityContext,
  { tenantPath, now }: Place,
  user: User,
): Promise<Tenant | undefined> {
  const named = await namedTenant(context, tenantPath);
  if ('alias' in named) {
    return named.alias === 'consumers' ? undefined : context.directory.tenantById(user.tenantId);
  }
  const { tenant } = named;
  if (tenant.id === user.tenantId) return tenant;
  const relationships = await context.directory.relationships(tenant.id, user.tenantId);
  return relationships.some((relationship) => isActive(relationship, now)) ? tenant : undefined;
}

/** Nobody is in it: a user name of an unknown domain is compared with as much work as any other. */
const nowhere: Tenant = { id: '', displayName: '', verifiedDomains: [], hasPartnerAccount: false };

export const tenantOfUserName = async ({ directory }: AuthorityContext, userName: string): Promise<Tenant> =>
  (await directory.tenantByDomain(domainOf(userName) ?? '')) ?? nowhere;

export async function strangerIn(
  context: AuthorityContext,
  { tenantPath, appId, origin }: { tenantPath: string; appId: string; origin: string },
  user: User,
): Promise<AuthorityError> {
  const named = await namedTenant(context, tenantPath);
  return new AuthorityError('userOfOtherTenant', {
    user: user.userPrincipalName,
    issuer: context.issuers(origin, user.tenantId).v1,
    tenant: 'tenant' in named ? named.tenant.displayName : named.alias,
    application: appId,
  });
}
