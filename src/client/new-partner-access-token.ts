import { type Acquire, acquire } from './acquire.ts';
import type { AuthResult } from './auth-result.ts';
import { clientContext } from './context.ts';
import { withCustody } from './custody.ts';
import { orderOf } from './order.ts';
import type { NewPartnerAccessTokenParameters } from './parameters.ts';

/**
 * Obtains an access token, as the cmdlet `New-PartnerAccessToken` does: the parameter set follows from the members.
 * Document: New-PartnerAccessToken; for the password grant, Referrals API authentication.
 *
 * Nothing is kept unless `store` is given, and nothing touches the disk but the sandbox's environment file, for
 * `environment: 'Sandbox'`. A request ends after `timeoutSeconds` (default 30); time-outs and 5xx are tried up to four
 * times.
 *
 * Throws `AuthError`; `code` says what happened: `invalid_parameters`, `not_supported`, `resource_not_offered`,
 * `token_expired`, `audience_mismatch`, `credentials_refused`, `application_refused`, `consent_needed`,
 * `sign_in_needed`, `throttled`, `timed_out`, `network`, and the others of `errorCodes`.
 *
 * ```ts
 * const { accessToken } = await newPartnerAccessToken({
 *   applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
 *   credential: { userName: '00001111-aaaa-2222-bbbb-3333cccc4444', password: secret },
 *   scopes: 'https://api.partnercenter.microsoft.com/.default',
 *   tenant: 'contoso.onmicrosoft.com',
 * });
 * ```
 */
export async function newPartnerAccessToken(parameters: NewPartnerAccessTokenParameters): Promise<AuthResult> {
  const run: Acquire = parameters.store ? withCustody(parameters.store, acquire, parameters.forceRefresh) : acquire;
  return run(clientContext(parameters), orderOf(parameters));
}
