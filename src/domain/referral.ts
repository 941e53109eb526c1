import type { User } from './user.ts';

/** A sales lead shared with a partner (Partner Center's `Referral`), as far as its access rules and its sample need. */
export interface Referral {
  readonly id: string;
  readonly engagementId: string;
  readonly name: string;
  /** The partner tenant. */
  readonly organizationId: string;
  readonly createdDateTime: string;
  readonly updatedDateTime: string;
  readonly status: 'New' | 'Active' | 'Closed';
  readonly substatus: string;
  readonly type: 'Independent' | 'Shared';
  readonly qualification: 'Direct' | 'MarketingQualified' | 'SalesQualified';
  readonly location: ReferralLocation;
  readonly customerProfile: { readonly name: string; readonly country: string };
  readonly details: { readonly notes: string; readonly dealValue: number; readonly currency: string };
  readonly team: readonly ReferralTeamMember[];
}

export interface ReferralLocation {
  readonly id: string;
  readonly name: string;
  readonly country: string;
}

export interface ReferralTeamMember {
  readonly firstName: string;
  readonly lastName: string;
  /** The member's user name. */
  readonly email: string;
}

/**
 * Which of a tenant's referrals a user may read: a Referrals Admin all of them, a Referrals User those whose team they
 * are on, others none at all (undefined). Source: "Referrals API authentication", step 1.
 */
export function readableReferrals(user: User, referrals: readonly Referral[]): readonly Referral[] | undefined {
  const own = referrals.filter(({ organizationId }) => organizationId === user.tenantId);
  if (user.partnerRoles.includes('referralsAdmin')) return own;
  if (!user.partnerRoles.includes('referralsUser')) return undefined;
  const name = user.userPrincipalName.toLowerCase();
  return own.filter(({ team }) => team.some(({ email }) => email.toLowerCase() === name));
}
