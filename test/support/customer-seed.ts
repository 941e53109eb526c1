/** Customers by the hundred for the sandbox: a seed file's value, and their tenants. */
export interface CustomerSeed {
  readonly seed: object;
  /** In an active relationship with the partner of the fixed data, whose application is consented to there. */
  readonly tenants: readonly string[];
  /** One more, whose relationship has ended. */
  readonly expired: string;
  /** And one where nobody has consented. */
  readonly notConsented: string;
}

const partner = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const graph = '00000003-0000-0000-c000-000000000000';

const guid = (family: number, index: number): string =>
  `${String(family).repeat(8)}-0000-4000-8000-${String(index).padStart(12, '0')}`;
const domain = (index: number): string => `customer-${index}.example`;

export function customerSeed(count: number): CustomerSeed {
  const all = Array.from({ length: count + 2 }, (_, index) => guid(7, index));
  const [expired = '', notConsented = ''] = all.slice(count);
  return {
    tenants: all.slice(0, count),
    expired,
    notConsented,
    seed: {
      tenants: all.map((id, index) => ({ id, displayName: `Customer ${index}`, verifiedDomains: [domain(index)] })),
      servicePrincipals: all.map((tenantId) => ({ tenantId, appId: application })),
      oauth2PermissionGrants: all
        .filter((tenantId) => tenantId !== notConsented)
        .map((tenantId) => ({ tenantId, clientAppId: application, resourceAppId: graph, scope: 'User.Read' })),
      customers: all.map((tenantId, index) => ({
        tenantId,
        partnerTenantId: partner,
        companyName: `Customer ${index}`,
        domain: domain(index),
      })),
      delegatedAdminRelationships: all.map((customerTenantId, index) => ({
        id: guid(8, index),
        displayName: `Customer ${index}`,
        partnerTenantId: partner,
        customerTenantId,
        status: customerTenantId === expired ? 'expired' : 'active',
        endDateTime: '2099-01-01T00:00:00Z',
      })),
    },
  };
}
