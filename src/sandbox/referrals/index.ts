/**
 * Partner Center's Referrals API (`api.partner.microsoft.com/v1.0/engagements/referrals`): who may read and write which
 * referral is the domain's rule; this is its HTTP, in the words of that host.
 */
export type { PartnerApiContext } from './context.ts';
export { createPartnerApi } from './face.ts';
