export const referralsPath = '/console/referrals';
export const newReferralPath = '/console/referrals/new';
export const removeReferralPath = '/console/referrals/remove';
