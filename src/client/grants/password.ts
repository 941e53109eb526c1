import type { Secret } from '../../base/secret.ts';
import type { Grant } from '../acquire.ts';
import type { AuthResult } from '../auth-result.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant, userScope } from './result.ts';

export const passwordMfaWarning =
  'The password grant cannot pass MFA: Partner Center’s own audience refuses its tokens (900421), and any other may. ' +
  'Use it for the Referrals API only, and plan for a sign-in with MFA.';

export interface UserCredentials {
  readonly username: string;
  readonly password: Secret;
}

/**
 * A user by name and password (RFC 6749 section 4.3; document: Referrals API authentication). With a resource, v1 with
 * `resource` and `scope=openid` as the document sends it; with scopes, v2.
 */
export async function passwordGrant(grant: Grant, user: UserCredentials): Promise<AuthResult> {
  const { context, plan } = grant;
  context.warn(passwordMfaWarning);
  const asked =
    plan.version === 'v1'
      ? { resource: plan.resource, scope: 'openid' }
      : { scope: userScope(plan), claims: plan.claims };
  const issued = await requestToken(grant, { grant: 'password', request: { ...asked, ...user } });
  const result = resultOfGrant(plan, issued);
  if (result.noRefreshToken !== null) context.warn(result.noRefreshToken);
  return result;
}
