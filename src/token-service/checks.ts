/**
 * What every exchange passes, in the contract's order (section 3), after a look at where it comes from: each as the flow
 * viewer names it.
 */
export const exchangeChecks = {
  caller: 'The machine it comes from stays within its limit',
  address: 'The address is one of the API, asked by POST',
  accept: 'Accept names a media type that can be given',
  room: 'Not too many are under way and waiting already',
  bearer: 'Authorization holds one Bearer token: well signed, of a known issuer, in its time',
  audience: 'The token is for Partner Center',
  mfa: 'A user’s token carries the MFA claim',
  standing: 'The tenant has a partner account, and the application is enabled for it',
  limit: 'The caller stays within the limit',
  headers: 'The ids of request and correlation can be read, each once',
  body: 'The body can be read, and grant_type is jwt_token',
  issuance: 'The token is issued, or the one of the same ms-requestid is given again',
} as const;

export type ExchangeCheck = keyof typeof exchangeChecks;

export const kinds = { application: 'an application for itself', user: 'an application with a user' } as const;
