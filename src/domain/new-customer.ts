import { addSeconds } from '../base/clock.ts';
import { isGuid } from '../base/guid.ts';
import type { Random } from '../base/random.ts';
import { type Customer, type DelegatedAdminRelationship, isActive } from './customer.ts';
import { refuse } from './refusal.ts';
import { delegatedRoles } from './role.ts';
import type { Tenant } from './tenant.ts';
import { requiredText } from './text-rules.ts';

export interface CustomerOrder {
  readonly companyName: string;
  /** Of a tenant that exists, or of one that is made for the customer. */
  readonly domain: string;
}

const domainName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/;

/** A tenant for a customer nobody knows yet. Throws `Refusal`. */
export const newCustomerTenant = ({ random }: { readonly random: Random }, order: CustomerOrder): Tenant => ({
  id: random.guid(),
  displayName: requiredText('companyName', order.companyName),
  verifiedDomains: [domainOfOrder(order)],
  hasPartnerAccount: false,
});

/** Throws `Refusal`. */
export function newCustomer(partner: Tenant, tenant: Tenant, order: CustomerOrder): Customer {
  if (!partner.hasPartnerAccount) refuse('invalid', 'partner', `${partner.displayName} has no partner account.`);
  if (partner.id === tenant.id) refuse('invalid', 'domain', 'is the partner’s own. A partner is not its own customer.');
  const companyName = requiredText('companyName', order.companyName);
  return { tenantId: tenant.id, partnerTenantId: partner.id, companyName, domain: domainOfOrder(order) };
}

/** As it is compared and kept. Throws `Refusal`. */
export function domainOfOrder({ domain }: Pick<CustomerOrder, 'domain'>): string {
  const name = domain.trim().toLowerCase();
  return domainName.test(name)
    ? name
    : refuse('invalid', 'domain', 'must be a domain such as fabrikam.onmicrosoft.com.');
}

/** Days a relationship may last, as Entra has it. */
export const longestRelationshipDays = 730;
const daySeconds = 86_400;

export interface RelationshipOrder {
  readonly displayName?: string | undefined;
  /** Days; default and most 730. */
  readonly durationDays?: number | undefined;
  /** Names or template ids of the roles the customer gives; at least one. */
  readonly roles: readonly string[];
}

/** Granular delegated admin privileges, approved by the customer. Throws `Refusal`. */
export function newRelationship(
  { random }: { readonly random: Random },
  customer: Customer,
  { displayName, durationDays = longestRelationshipDays, roles, now }: RelationshipOrder & { readonly now: Date },
): DelegatedAdminRelationship {
  if (!(durationDays > 0 && durationDays <= longestRelationshipDays)) {
    refuse('invalid', 'durationDays', `must be more than 0 and at most ${longestRelationshipDays}.`);
  }
  if (roles.length === 0) refuse('invalid', 'roles', 'needs at least one role.');
  return {
    id: random.guid(),
    displayName: requiredText(
      'displayName',
      displayName ?? `${customer.companyName} ${now.toISOString().slice(0, 10)}`,
    ),
    partnerTenantId: customer.partnerTenantId,
    customerTenantId: customer.tenantId,
    status: 'active',
    endDateTime: addSeconds(now, durationDays * daySeconds),
    unifiedRoles: [...new Set(roles.map(templateIdOf))],
  };
}

function templateIdOf(role: string): string {
  if (isGuid(role)) return role.toLowerCase();
  const name = Object.keys(delegatedRoles).find((one) => one.toLowerCase() === role.trim().toLowerCase());
  const id = name === undefined ? undefined : delegatedRoles[name];
  return id ?? refuse('invalid', 'roles', `has no role ${role}. Known are ${Object.keys(delegatedRoles).join(', ')}.`);
}

/** The relationship as it is after one side ended it. Throws `Refusal` for one that has ended already. */
export function endedRelationship(relationship: DelegatedAdminRelationship, now: Date): DelegatedAdminRelationship {
  if (!isActive(relationship, now)) refuse('invalid', 'id', 'has ended already.');
  return { ...relationship, status: 'terminated', endDateTime: now };
}
