import type { User } from './user.ts';

export const referralStatuses = ['New', 'Active', 'Closed'] as const;
export type ReferralStatus = (typeof referralStatuses)[number];
export const referralTypes = ['Independent', 'Shared'] as const;
export const referralQualifications = ['None', 'Direct', 'MarketingQualified', 'SalesQualified'] as const;
export const referralDirections = ['Incoming', 'Outgoing'] as const;

/** Which substatus each status has, and which status may follow it (Partner Center: "Referral resources"). */
export const referralStates: Readonly<
  Record<ReferralStatus, { readonly substatuses: readonly string[]; readonly next: readonly ReferralStatus[] }>
> = {
  New: { substatuses: ['Received', 'Pending'], next: ['New', 'Active', 'Closed'] },
  Active: { substatuses: ['Accepted', 'Engaged'], next: ['Active', 'Closed'] },
  Closed: { substatuses: ['Won', 'Lost', 'Declined', 'Expired'], next: ['Closed'] },
};

/** A part of a referral that nothing here looks into. */
type Described = Readonly<Record<string, unknown>>;

/** A sales lead shared with a partner. Names are Partner Center's `Referral`, but for `location`. */
export interface Referral {
  readonly id: string;
  readonly engagementId: string;
  readonly name: string;
  /** The partner tenant. */
  readonly organizationId: string;
  readonly createdDateTime: string;
  readonly updatedDateTime: string;
  readonly status: ReferralStatus;
  readonly substatus: string;
  readonly statusReason?: string | undefined;
  readonly externalReferenceId?: string | undefined;
  readonly expirationDateTime?: string | undefined;
  readonly type: (typeof referralTypes)[number];
  readonly qualification: (typeof referralQualifications)[number];
  readonly direction: (typeof referralDirections)[number];
  /** Ours: which of the partner's locations it belongs to. */
  readonly location: ReferralLocation;
  readonly customerProfile: ReferralCustomer;
  readonly consent?: Described | undefined;
  readonly details: ReferralDetails;
  readonly team: readonly ReferralTeamMember[];
  readonly inviteContext?: Described | undefined;
  readonly target?: readonly Described[] | undefined;
}

export interface ReferralLocation {
  readonly id: string;
  readonly name: string;
  readonly country: string;
}

export interface ReferralCustomer {
  readonly name: string;
  readonly country: string;
  readonly address?: Described | undefined;
  readonly size?: string | undefined;
  readonly team?: readonly ReferralTeamMember[] | undefined;
  readonly ids?: readonly Described[] | undefined;
}

export interface ReferralDetails {
  readonly notes: string;
  readonly dealValue: number;
  readonly currency: string;
  readonly closingDateTime?: string | undefined;
  readonly requirements?: Described | undefined;
}

export interface ReferralTeamMember {
  readonly firstName: string;
  readonly lastName: string;
  /** The member's user name. */
  readonly email: string;
  readonly phoneNumber?: string | undefined;
  readonly contactPreference?: Described | undefined;
}

/** A Referrals Admin creates, updates and reads all; a Referrals User reads those whose team they are on; others nothing. */
export function referralRights(user: User): 'all' | 'own' | undefined {
  if (user.partnerRoles.includes('referralsAdmin')) return 'all';
  return user.partnerRoles.includes('referralsUser') ? 'own' : undefined;
}

export function isOnTeam(user: User, { team }: Referral): boolean {
  const name = user.userPrincipalName.toLowerCase();
  return team.some(({ email }) => email.toLowerCase() === name);
}

/**
 * Which of a tenant's referrals a user may read, undefined for none at all. Source: "Referrals API authentication", step 1.
 */
export function readableReferrals(user: User, referrals: readonly Referral[]): readonly Referral[] | undefined {
  const own = referrals.filter(({ organizationId }) => organizationId === user.tenantId);
  const rights = referralRights(user);
  return rights === 'own' ? own.filter((referral) => isOnTeam(user, referral)) : rights && own;
}
