import type { Secret } from '../../base/secret.ts';
import type { AuthResult } from '../auth-result.ts';
import type { ClientContext } from '../context.ts';
import type { TokenPlan } from '../plan.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant } from './result.ts';

/** The application for itself (RFC 6749 section 4.4), with its secret. */
export async function clientCredentials(
  context: ClientContext,
  fetchIt: typeof fetch,
  plan: TokenPlan,
  clientSecret: Secret,
): Promise<AuthResult> {
  const request = { scope: plan.scopes.join(' '), claims: plan.claims };
  const issued = await requestToken(context, fetchIt, plan, { grant: 'clientCredentials', clientSecret, request });
  return resultOfGrant(plan, issued);
}
