import type { Random } from '../base/random.ts';
import type { Entries } from './entries.ts';
import type { PartnerRecordChanges, PartnerRecords } from './partner-records.ts';
import { type Referral, referralStates } from './referral.ts';
import { refuse } from './refusal.ts';
import type { Tenant } from './tenant.ts';

type Own = 'id' | 'engagementId' | 'organizationId' | 'createdDateTime' | 'updatedDateTime';

/** What a person says of a referral; the rest is the service's. */
export type ReferralOrder = Omit<Referral, Own | 'location' | 'direction'> &
  Partial<Pick<Referral, 'engagementId' | 'location'>>;

/** Throws `Refusal`. Without a location it belongs to the partner's own address. */
export function newReferral(
  { random }: { readonly random: Random },
  organization: Tenant,
  { engagementId, location, ...order }: ReferralOrder,
  now: Date,
): Referral {
  requireState(order);
  const instant = now.toISOString();
  const { id, displayName: name } = organization;
  return {
    id: random.guid(),
    engagementId: engagementId ?? random.guid(),
    organizationId: id,
    createdDateTime: instant,
    updatedDateTime: instant,
    direction: 'Outgoing',
    location: location ?? { id, name, country: order.customerProfile.country },
    ...order,
  };
}

/** The referral as it is to be; its ids and its beginning stay. Throws `Refusal`, for a status that may not follow too. */
export function changedReferral(
  before: Referral,
  { engagementId: _, location = before.location, ...order }: ReferralOrder,
  now: Date,
): Referral {
  const { next } = referralStates[before.status];
  if (!next.includes(order.status)) {
    refuse('invalid', 'status', `cannot become ${order.status}: after ${before.status} comes ${next.join(' or ')}.`);
  }
  requireState(order);
  const { id, engagementId, organizationId, createdDateTime, direction } = before;
  const updatedDateTime = now.toISOString();
  return { id, engagementId, organizationId, createdDateTime, updatedDateTime, direction, location, ...order };
}

function requireState({ status, substatus }: Pick<Referral, 'status' | 'substatus'>): void {
  const { substatuses } = referralStates[status];
  if (substatuses.includes(substatus)) return;
  refuse('invalid', 'substatus', `must be ${substatuses.join(' or ')} while status is ${status}.`);
}

export interface ReferralContext {
  readonly records: PartnerRecords & PartnerRecordChanges;
  readonly entries: Entries;
}

/**
 * Writes what `change` makes of the referral as it is now, one change after the other; it may refuse by throwing.
 * Undefined when there is none.
 */
export const changeReferral = (
  { records, entries }: ReferralContext,
  id: string,
  change: (referral: Referral) => Referral,
): Promise<Referral | undefined> =>
  entries.inTurn('session', `referral ${id.toLowerCase()}`, async () => {
    const before = await records.referral(id);
    const changed = before && change(before);
    if (changed) await records.putReferral(changed);
    return changed;
  });
