import type { Customer, DelegatedAdminRelationship } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import type { Visit } from '../route.ts';

/** A customer of the visitor's own tenant; those of other partners are none here. */
export async function customerAsked({ records }: ConsoleContext, { tenant, parameter }: Visit): Promise<Customer> {
  const customer = await records.customer(tenant.id, parameter('tenantId'));
  if (customer) return customer;
  throw new ConsoleError('notFound', `${tenant.displayName} has no such customer.`);
}

/** All there ever were, the one that lasts longest first. */
export async function relationshipsWith(
  { directory }: ConsoleContext,
  { tenantId, partnerTenantId }: Customer,
): Promise<readonly DelegatedAdminRelationship[]> {
  const relationships = await directory.relationships(tenantId, partnerTenantId);
  return relationships.toSorted((one, other) => other.endDateTime.getTime() - one.endDateTime.getTime());
}
