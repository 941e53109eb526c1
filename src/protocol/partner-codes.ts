/**
 * Partner Center's error codes: what the token service answers with and what `explain` says about them (reference: its
 * error codes page; 900421: its announcement of 2026). Programs may branch on them, unlike on AADSTS numbers.
 */
export interface PartnerCodeEntry {
  readonly code: string;
  readonly status: number;
  /** What the code means, in a sentence. */
  readonly meaning: string;
  readonly cause: string;
  readonly nextStep: string;
  /** One code for many faults: where the service names the field at fault, cause and next step here add nothing. */
  readonly saidByService?: true;
}

const entries: readonly PartnerCodeEntry[] = [
  {
    code: '0',
    status: 501,
    meaning: 'Exception not defined.',
    cause: 'The service has no code for what went wrong.',
    nextStep: 'Try again later; if it stays, tell Partner Center support the request and correlation ids.',
  },
  {
    code: '400',
    status: 401,
    meaning: 'Access denied.',
    cause:
      'The bearer token is malformed, wrongly signed, expired, not yet valid, of an unknown issuer, or no access token.',
    nextStep: 'Obtain a new token with partner-auth token and look into it with partner-auth decode.',
  },
  {
    code: '1000',
    status: 404,
    meaning: 'Not found.',
    cause: 'The address names nothing the service has.',
    nextStep: 'Check the path: POST /v3/generatetoken, or /generatetoken for the deprecated API.',
  },
  {
    code: '2032',
    status: 403,
    meaning: 'Access denied.',
    cause: 'The application is not enabled for the partner account, or is blocked there.',
    nextStep:
      'Register the application under Partner Center, Account settings, App management; then ask for a new token.',
  },
  {
    code: '2055',
    status: 400,
    meaning: 'The ETag is not valid.',
    cause: 'The If-Match header is missing, wrong or older than the resource.',
    nextStep: 'Read the resource again and send the ETag that came with it, quoted.',
  },
  {
    code: '3000',
    status: 400,
    meaning: 'A property is not valid.',
    cause: 'A field of the body is missing or has a value the API does not know.',
    nextStep: 'Send grant_type=jwt_token; for another API compare the body with its document.',
  },
  {
    code: '10001',
    status: 401,
    meaning: 'Authentication failed: MFA is needed.',
    cause: 'The user signed in without multi-factor authentication (the code of the first enforcement, 2019).',
    nextStep:
      'Sign the user in once with MFA (partner-auth login) and keep the refresh token in use with partner-auth renew; a user name and a password alone cannot pass. partner-auth decode shows whether amr holds mfa.',
  },
  {
    code: '20002',
    status: 403,
    meaning: 'The caller has no relationship with that customer.',
    cause: 'The customer is not one of this partner, or the relationship has ended.',
    nextStep:
      'Check the customer’s id and the reseller or GDAP relationship, and ask for the token in the partner’s own tenant (--tenant).',
  },
  {
    code: '60003',
    status: 404,
    meaning: 'The tenant was not found.',
    cause: 'The tenant that issued the bearer has no partner account.',
    nextStep: 'Ask for the token in the partner’s own tenant: check --tenant.',
  },
  {
    code: '90000',
    status: 403,
    meaning: 'Microsoft Entra failed while the service obtained a token.',
    cause:
      'The service acts with a token of its own for you, and the authority refused it: consent or a policy is missing.',
    nextStep:
      'Check the application’s consent in the customer’s tenant and its Conditional Access policies, then try again.',
  },
  {
    code: '800001',
    status: 401,
    meaning: 'The partner token is missing in the request context.',
    cause: 'There is no Authorization header, more than one, or not one Bearer token.',
    nextStep: 'Send exactly one header Authorization: Bearer TOKEN; partner-auth token --output header prints it.',
  },
  {
    code: '800002',
    status: 400,
    meaning: 'The request’s input is not valid.',
    cause: 'A header or the body is missing, repeated, used before or cannot be read; the description says which.',
    nextStep:
      'Do as the description says. The document’s request has Accept, Content-Type and grant_type=jwt_token, and no header twice.',
    saidByService: true,
  },
  {
    code: '800003',
    status: 500,
    meaning: 'Unexpected failure.',
    cause: 'The service, or something it depends on, failed.',
    nextStep: 'Try again with the same ms-requestid, after Retry-After where it is given.',
  },
  {
    code: '900278',
    status: 409,
    meaning: 'Another operation is pending.',
    cause: 'An earlier operation on the same resource has not ended.',
    nextStep: 'Wait for it, then try again.',
  },
  {
    code: '900308',
    status: 403,
    meaning: 'The privileges are insufficient.',
    cause: 'The user or application lacks the role this call needs.',
    nextStep:
      'Give the user the Admin agent role (or the role of the API’s document) in Partner Center, then sign in again.',
  },
  {
    code: '900309',
    status: 403,
    meaning: 'Blocked by Conditional Access.',
    cause: 'A policy of the tenant does not let this sign-in through.',
    nextStep: 'Ask the tenant’s administrator which policy applied; the sign-in log names it by the correlation id.',
  },
  {
    code: '900316',
    status: 400,
    meaning: 'The partner token is not allowed for licence calls.',
    cause: 'Licences are managed with a token of the customer’s tenant.',
    nextStep: 'Ask for a token in the customer’s tenant: --tenant with the customer’s id.',
  },
  {
    code: '900329',
    status: 403,
    meaning: 'The resource does not support app-only tokens.',
    cause: 'The token is an application’s own, and this API wants a user.',
    nextStep: 'Use app+user authentication: partner-auth login with MFA, or a refresh token from such a sign-in.',
  },
  {
    code: '900420',
    status: 401,
    meaning: 'The audience is not valid, or no longer supported.',
    cause: 'The bearer was issued for another resource; Azure AD Graph (graph.windows.net) has been retired.',
    nextStep:
      'Ask for the Partner Center audience: --resource partner-center (for Referrals and price sheets: --resource partner). A retry or a refresh of the same token does not help.',
  },
  {
    code: '900421',
    status: 401,
    meaning: 'The token has no valid MFA claim.',
    cause:
      'An app+user token must come from a sign-in with multi-factor authentication: mfa is missing in its amr. The password grant cannot give it.',
    nextStep:
      'Sign the user in again with MFA: partner-auth login, which keeps the new refresh token. partner-auth decode shows whether amr holds mfa, partner-auth doctor why not. A retry or a silent refresh does not help.',
  },
];

const byCode: ReadonlyMap<string, PartnerCodeEntry> = new Map(entries.map((entry) => [entry.code, entry]));

export const partnerCode = (code: string): PartnerCodeEntry | undefined => byCode.get(code);
export const partnerCodes = entries;
