import type { Secret } from '../../base/secret.ts';
import type { Grant } from '../acquire.ts';
import type { AuthResult } from '../auth-result.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant, userScope } from './result.ts';

/**
 * A sign-in's refresh token for another access token (RFC 6749 section 6): for any resource, and in any tenant the user
 * may reach. The refresh token of the answer is the one to keep, and the account stays the one of the user's home tenant.
 */
export async function refreshTokenGrant(grant: Grant, refreshToken: Secret): Promise<AuthResult> {
  const { plan } = grant;
  const request = { scope: userScope(plan), claims: plan.claims, refreshToken, clientInfo: '1' };
  return resultOfGrant(plan, await requestToken(grant, { grant: 'refreshToken', request }));
}
