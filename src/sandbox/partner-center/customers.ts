import { type Customer, isActive } from '../../domain/index.ts';
import { customerOf, requireRole } from './caller.ts';
import type { PartnerCenterContext } from './context.ts';
import type { Asked } from './face.ts';
import { nextPage, pageAsked } from './page.ts';

const readers = ['adminAgent', 'salesAgent', 'helpdeskAgent'] as const;

/** Documents: "Get a list of customers", "Get a list of customers filtered by a search field". */
export async function listCustomers({ records }: PartnerCenterContext, { request, caller }: Asked) {
  requireRole(caller, readers);
  const page = pageAsked(request);
  const all = (await records.customersOf(caller.bearer.tenantId)).filter(page.fits);
  const items = all.slice(page.skip, page.skip + page.size);
  const next = nextPage(page, all.length);
  return {
    status: 200,
    body: {
      ...(next ? { continuationToken: next.continuationToken } : {}),
      totalCount: items.length,
      items: items.map(customerResource),
      links: {
        self: linkTo(`/customers${request.query === '' ? '' : `?${request.query}`}`),
        ...(next ? { next: next.link } : {}),
      },
      attributes: { objectType: 'Collection' },
    },
  };
}

/** Document: "Get a customer by ID". What it says beyond the list is given by id alone. */
export async function readCustomer(context: PartnerCenterContext, { parameter, caller }: Asked) {
  requireRole(caller, readers);
  const { directory, clock } = context;
  const customer = await customerOf(context, caller, parameter('id'));
  const relationships = await directory.relationships(customer.tenantId, customer.partnerTenantId);
  const tenant = await directory.tenantById(customer.tenantId);
  const { links, attributes, ...resource } = customerResource(customer);
  return {
    status: 200,
    body: {
      ...resource,
      allowDelegatedAccess: relationships.some((relationship) => isActive(relationship, clock.now())),
      customDomains: tenant?.verifiedDomains ?? [],
      links,
      attributes,
    },
  };
}

/** Granular delegated admin privileges, in the words of Graph's `delegatedAdminRelationship`. */
export async function listRelationships(context: PartnerCenterContext, { parameter, caller }: Asked) {
  requireRole(caller, readers);
  const { directory, clock } = context;
  const customer = await customerOf(context, caller, parameter('id'));
  const relationships = await directory.relationships(customer.tenantId, customer.partnerTenantId);
  const now = clock.now();
  return {
    status: 200,
    body: {
      totalCount: relationships.length,
      items: relationships.map(({ id, displayName, status, endDateTime, unifiedRoles }) => ({
        id,
        displayName,
        status: status === 'active' && endDateTime <= now ? 'expired' : status,
        endDateTime: endDateTime.toISOString(),
        accessDetails: { unifiedRoles: unifiedRoles.map((roleDefinitionId) => ({ roleDefinitionId })) },
        customer: { tenantId: customer.tenantId, displayName: customer.companyName },
        attributes: { objectType: 'DelegatedAdminRelationship' },
      })),
      links: { self: linkTo(`/customers/${customer.tenantId}/relationships`) },
      attributes: { objectType: 'Collection' },
    },
  };
}

const linkTo = (uri: string) => ({ uri, method: 'GET', headers: [] });

const customerResource = ({ tenantId, companyName, domain }: Customer) => ({
  id: tenantId,
  companyProfile: {
    tenantId,
    domain,
    companyName,
    links: { self: linkTo(`/customers/${tenantId}/profiles/company`) },
    attributes: { objectType: 'CustomerCompanyProfile' },
  },
  relationshipToPartner: 'reseller',
  links: { self: linkTo(`/customers/${tenantId}`) },
  attributes: { objectType: 'Customer' },
});
