import type { Customer } from './customer.ts';
import type { Page, PageOrder } from './page.ts';
import { pageOf } from './page.ts';
import type { Referral } from './referral.ts';

/** The port to what Partner Center keeps of its partners: their customers and their referrals. */
export interface PartnerRecords {
  customer(partnerTenantId: string, tenantId: string): Promise<Customer | undefined>;
  /** By company name; undefined: of every partner. */
  listCustomers(order: PageOrder & { readonly partnerTenantId?: string | undefined }): Promise<Page<Customer>>;
  referral(id: string): Promise<Referral | undefined>;
  /** Of one partner tenant, or of all, in the order they were made. */
  listReferrals(organizationId?: string): Promise<readonly Referral[]>;
}

/** A change is durable, and seen by every look-up that begins after it resolved. */
export interface PartnerRecordChanges {
  /** Adds the customer, or replaces the one of the same tenant and partner. */
  putCustomer(customer: Customer): Promise<void>;
  /** Adds the referral, or replaces the one with its id. */
  putReferral(referral: Referral): Promise<void>;
  removeReferral(id: string): Promise<void>;
}

export interface PartnerData {
  readonly customers: readonly Customer[];
  readonly referrals: readonly Referral[];
}

const key = (...parts: readonly string[]): string => parts.join('\n').toLowerCase();

/** A partner's records in memory. */
export function partnerRecordsOf(data: PartnerData): PartnerRecords & PartnerRecordChanges {
  const customers = new Map(data.customers.map((one) => [key(one.partnerTenantId, one.tenantId), one]));
  const referrals = new Map(data.referrals.map((one) => [key(one.id), one]));
  return {
    customer: async (partnerTenantId, tenantId) => customers.get(key(partnerTenantId, tenantId)),
    listCustomers: async ({ partnerTenantId, ...order }) =>
      pageOf(
        [...customers.values()].filter(
          (one) => partnerTenantId === undefined || key(one.partnerTenantId) === key(partnerTenantId),
        ),
        ({ companyName, domain, tenantId }) => [companyName, domain, tenantId],
        order,
      ),
    referral: async (id) => referrals.get(key(id)),
    listReferrals: async (organizationId) =>
      [...referrals.values()].filter(
        (one) => organizationId === undefined || key(one.organizationId) === key(organizationId),
      ),
    putCustomer: async (customer) => {
      customers.set(key(customer.partnerTenantId, customer.tenantId), customer);
    },
    putReferral: async (referral) => {
      referrals.set(key(referral.id), referral);
    },
    removeReferral: async (id) => {
      referrals.delete(key(id));
    },
  };
}
