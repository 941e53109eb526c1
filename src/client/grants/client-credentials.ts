import type { Grant } from '../acquire.ts';
import type { AuthResult } from '../auth-result.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant } from './result.ts';

/** The application for itself (RFC 6749 section 4.4), by its secret or by an assertion. */
export async function clientCredentials(grant: Grant): Promise<AuthResult> {
  const { plan } = grant;
  const request = { scope: plan.scopes.join(' '), claims: plan.claims };
  return resultOfGrant(plan, await requestToken(grant, { grant: 'clientCredentials', request }));
}
