export const referralsPath = '/v1.0/engagements/referrals';
