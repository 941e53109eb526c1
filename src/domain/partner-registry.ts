import type { Awaitable } from '../base/awaitable.ts';

/** Which tenants have a partner account, and what each application may do there. */
export interface PartnerRegistry {
  standing(tenantId: string, applicationId: string): Awaitable<PartnerStanding>;
}

export interface PartnerStanding {
  readonly hasPartnerAccount: boolean;
  /** `absent`: never enabled for the partner account. */
  readonly application: 'enabled' | 'blocked' | 'absent';
}
