import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import {
  addCustomer as addCustomerIn,
  addRelationship as addRelationshipIn,
  type Customer,
  type DelegatedAdminRelationship,
  delegatedRoleName,
  delegatedRoles,
  endRelationship as endRelationshipIn,
  longestRelationshipDays,
} from '../../domain/index.ts';
import { administration, pageQuery, tenantName, tenantNamed } from './administration.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

export interface RelationshipAnswer {
  readonly id: string;
  readonly displayName: string;
  /** As it stands now: an active one whose end has passed is expired. */
  readonly status: DelegatedAdminRelationship['status'];
  readonly endDateTime: string;
  /** Names, or template ids of roles without one here. */
  readonly roles: readonly string[];
}

export interface CustomerAnswer {
  readonly tenantId: string;
  readonly companyName: string;
  readonly domain: string;
  readonly partnerTenantId: string;
  readonly relationships: readonly RelationshipAnswer[];
}

export interface CustomerList {
  readonly total: number;
  readonly customers: readonly CustomerAnswer[];
}

export const listCustomers = operation({
  summary: 'The customers of all partners, or of one, by name, searched and page by page, with their relationships.',
  query: noun({ ...pageQuery, partner: tenantName }),
  answer: async (context, { query: { partner, ...order } }): Promise<CustomerList> => {
    const partnerTenantId = partner === undefined ? undefined : (await tenantNamed(context, partner)).id;
    const { items, total } = await context.world.records.listCustomers({ ...order, partnerTenantId });
    return { total, customers: await Promise.all(items.map((customer) => customerAnswer(context, customer))) };
  },
});

export const addCustomer = operation({
  summary: 'Adds a customer of the partner, and a tenant with the domain where there is none.',
  example: { companyName: 'Tailspin Toys', domain: 'tailspin.onmicrosoft.com' },
  body: noun({
    companyName: z.string().min(1).max(256),
    domain: z.string().min(1).max(253),
    partner: tenantName,
  }),
  answer: async (context, { body: { partner, ...order } }) => {
    const home = await tenantNamed(context, partner);
    return customerAnswer(context, await addCustomerIn(administration(context), home, order));
  },
});

export const readCustomer = operation({
  summary: 'One customer.',
  query: noun({ partner: tenantName }),
  answer: async (context, { parameter, query }) =>
    customerAnswer(context, await customerNamed(context, parameter('tenantId'), query.partner)),
});

export const addRelationship = operation({
  summary: 'Gives the partner delegated admin privileges at a customer, active at once.',
  example: { roles: ['Directory Readers', 'Helpdesk Administrator'], durationDays: 365 },
  body: noun({
    displayName: z.string().min(1).max(256).optional(),
    durationDays: z.number().positive().max(longestRelationshipDays).default(longestRelationshipDays),
    roles: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(50)
      .describe(`Template ids, or names: ${Object.keys(delegatedRoles).join(', ')}.`),
    partner: tenantName,
  }),
  answer: async (context, { body: { partner, ...order }, parameter }) => {
    const customer = await customerNamed(context, parameter('tenantId'), partner);
    return relationshipAnswer(context, await addRelationshipIn(administration(context), customer, order));
  },
});

export const endRelationship = operation({
  summary: 'Ends a relationship now: the partner’s tokens for that customer are the last.',
  query: noun({ partner: tenantName }),
  answer: async (context, { parameter, query }) => {
    const customer = await customerNamed(context, parameter('tenantId'), query.partner);
    return relationshipAnswer(context, await endRelationshipIn(administration(context), customer, parameter('id')));
  },
});

/** A customer of the partner. Throws `notFound`. */
export async function customerNamed(context: ControlContext, tenantId: string, partner?: string): Promise<Customer> {
  const home = await tenantNamed(context, partner);
  const customer = await context.world.records.customer(home.id, tenantId);
  if (customer) return customer;
  const message = `${home.displayName} has no customer ${tenantId.slice(0, 64)}. GET /sandbox/customers lists them.`;
  throw new ControlError('notFound', message, { target: 'tenantId' });
}

async function customerAnswer(context: ControlContext, customer: Customer): Promise<CustomerAnswer> {
  const { tenantId, partnerTenantId, companyName, domain } = customer;
  const relationships = await context.world.directory.relationships(tenantId, partnerTenantId);
  return {
    ...{ tenantId, companyName, domain, partnerTenantId },
    relationships: relationships.map((relationship) => relationshipAnswer(context, relationship)),
  };
}

function relationshipAnswer(
  { clock }: ControlContext,
  { id, displayName, status, endDateTime, unifiedRoles }: DelegatedAdminRelationship,
): RelationshipAnswer {
  const hasEnded = status === 'active' && endDateTime <= clock.now();
  return {
    ...{ id, displayName, status: hasEnded ? 'expired' : status, endDateTime: endDateTime.toISOString() },
    roles: unifiedRoles.map(delegatedRoleName),
  };
}
