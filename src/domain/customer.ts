/** A customer of a partner: a tenant with a relationship. */
export interface Customer {
  readonly tenantId: string;
  readonly partnerTenantId: string;
  readonly companyName: string;
  readonly domain: string;
}

/** Granular delegated admin privileges (Graph: `delegatedAdminRelationship`). */
export interface DelegatedAdminRelationship {
  readonly id: string;
  readonly displayName: string;
  readonly partnerTenantId: string;
  readonly customerTenantId: string;
  readonly status: 'active' | 'expired' | 'terminated' | 'approvalPending';
  readonly endDateTime: Date;
  /** Template ids of the directory roles granted. */
  readonly unifiedRoles: readonly string[];
}

export const isActive = (relationship: DelegatedAdminRelationship, now: Date): boolean =>
  relationship.status === 'active' && relationship.endDateTime > now;
