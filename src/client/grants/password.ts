import type { Secret } from '../../base/secret.ts';
import type { AuthResult } from '../auth-result.ts';
import type { ClientContext } from '../context.ts';
import type { TokenPlan } from '../plan.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant } from './result.ts';

export const passwordMfaWarning =
  'The password grant cannot pass MFA: Partner Center’s own audience refuses its tokens (900421), and any other may. ' +
  'Use it for the Referrals API only, and plan for a sign-in with MFA.';

/** Why there is none the answer does not say: consent, a policy, or an authority that gives none. */
const noRefreshTokenWarning =
  'The answer held no refresh token; when the access token ends, the user’s name and password are needed again.';

export interface PasswordSecrets {
  readonly username: string;
  readonly password: Secret;
  readonly clientSecret: Secret | undefined;
}

/**
 * A user by name and password (RFC 6749 section 4.3; document: Referrals API authentication). With a resource, v1 with
 * `resource` and `scope=openid` as the document sends it; with scopes, v2.
 */
export async function passwordGrant(
  context: ClientContext,
  fetchIt: typeof fetch,
  plan: TokenPlan,
  { username, password, clientSecret }: PasswordSecrets,
): Promise<AuthResult> {
  context.warn(passwordMfaWarning);
  const asked =
    plan.version === 'v1'
      ? { resource: plan.resource, scope: 'openid' }
      : { scope: [...new Set([...plan.scopes, 'openid', 'profile', 'offline_access'])].join(' '), claims: plan.claims };
  const issued = await requestToken(context, fetchIt, plan, {
    grant: 'password',
    clientSecret,
    request: { ...asked, username, password },
  });
  if (issued.response.refreshToken === undefined) {
    context.warn(noRefreshTokenWarning);
  }
  return resultOfGrant(plan, issued);
}
