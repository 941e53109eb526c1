import { sha256 } from '../../base/bytes.ts';
import type { Referral } from '../../domain/index.ts';
import type { Entity } from './filter.ts';
import { referralsPath } from './path.ts';

/** Quoted, as it stands in headers: another for every change, the same after a restart. */
export const etagOf = (referral: Referral): string =>
  `"${sha256(JSON.stringify(referral)).toString('hex').slice(0, 32)}"`;

export const addressOf = ({ id }: Referral, origin: string): string => `${origin}${referralsPath}/${id}`;

/** A referral as the API gives it. */
export function referralEntity(referral: Referral, organizationName: string, origin: string): Entity {
  const { id, engagementId, organizationId, customerProfile, ...rest } = referral;
  const { country, address } = customerProfile;
  const related = `${origin}${referralsPath}?$filter=engagementId eq '${engagementId}'`;
  return {
    id,
    engagementId,
    organizationId,
    organizationName,
    ...rest,
    customerProfile: { ...customerProfile, address: address ?? { country } },
    eTag: etagOf(referral),
    links: {
      relatedReferrals: { uri: related, method: 'GET' },
      self: { uri: addressOf(referral, origin), method: 'GET' },
    },
  };
}
