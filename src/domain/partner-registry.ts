import type { Awaitable } from '../base/awaitable.ts';
import type { RateLimit } from './rate-limit.ts';

/** Which tenants have a partner account, and what each application may do there. */
export interface PartnerRegistry {
  standing(tenantId: string, applicationId: string): Awaitable<PartnerStanding>;
}

export interface PartnerStanding {
  readonly hasPartnerAccount: boolean;
  /** `absent`: never enabled for the partner account. */
  readonly application: 'enabled' | 'blocked' | 'absent';
  /** Instead of the usual limit of a caller. */
  readonly limit?: RateLimit;
}
