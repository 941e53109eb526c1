import type { AdministrationContext } from './administer-users.ts';
import type { Customer, DelegatedAdminRelationship } from './customer.ts';
import {
  type CustomerOrder,
  domainOfOrder,
  endedRelationship,
  newCustomer,
  newCustomerTenant,
  newRelationship,
  type RelationshipOrder,
} from './new-customer.ts';
import type { PartnerRecordChanges, PartnerRecords } from './partner-records.ts';
import { refuse } from './refusal.ts';
import type { Tenant } from './tenant.ts';

export interface PartnerAdministrationContext extends AdministrationContext {
  readonly records: PartnerRecords & PartnerRecordChanges;
}

/** Adds a customer, and a tenant where none has the domain. Throws `Refusal`: `taken` for one that is there already. */
export const addCustomer = (
  context: PartnerAdministrationContext,
  partner: Tenant,
  order: CustomerOrder,
): Promise<Customer> =>
  context.entries.inTurn('session', 'customers', async () => {
    const { directory, records } = context;
    const known = await directory.tenantByDomain(domainOfOrder(order));
    const tenant = known ?? newCustomerTenant(context, order);
    const customer = newCustomer(partner, tenant, order);
    if (await records.customer(partner.id, tenant.id)) {
      refuse('taken', 'domain', `is a customer of ${partner.displayName} already.`);
    }
    if (!known) await directory.putTenant(tenant);
    await records.putCustomer(customer);
    return customer;
  });

/** Adds a relationship that is active at once: the customer’s approval is taken for given. Throws `Refusal`. */
export async function addRelationship(
  context: PartnerAdministrationContext,
  customer: Customer,
  order: RelationshipOrder,
): Promise<DelegatedAdminRelationship> {
  const relationship = newRelationship(context, customer, { ...order, now: context.clock.now() });
  await context.directory.putRelationship(relationship);
  return relationship;
}

/** Ends a relationship of the customer. Throws `Refusal`: `missing`, or `invalid` for one that has ended. */
export const endRelationship = (
  { directory, entries, clock }: PartnerAdministrationContext,
  customer: Customer,
  id: string,
): Promise<DelegatedAdminRelationship> =>
  entries.inTurn('session', `relationships of ${customer.tenantId}`, async () => {
    const all = await directory.relationships(customer.tenantId, customer.partnerTenantId);
    const relationship = all.find((one) => one.id.toLowerCase() === id.toLowerCase());
    if (!relationship) refuse('missing', 'id', 'is no relationship of this customer.');
    const ended = endedRelationship(relationship, clock.now());
    await directory.putRelationship(ended);
    return ended;
  });
