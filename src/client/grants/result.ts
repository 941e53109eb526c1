import { addSeconds, epochSeconds } from '../../base/clock.ts';
import { scopesOf } from '../../protocol/scopes.ts';
import { type AuthResult, authResult } from '../auth-result.ts';
import { flows } from '../flows.ts';
import type { TokenPlan } from '../plan.ts';
import { homeAccountId, readTokenClaims } from '../token-claims.ts';
import type { IssuedToken } from '../token-endpoint.ts';

/** Scopes of a flow with a user: what was asked for, and what brings an id_token and a refresh token. */
export const userScope = (plan: TokenPlan): string =>
  [...new Set([...plan.scopes, 'openid', 'profile', 'offline_access'])].join(' ');

/** Why an answer holds no refresh token, as far as can be told from here. */
function noRefreshToken({ flow }: TokenPlan, given: string | undefined): string | null {
  if (given !== undefined) return null;
  if (flows[flow].actsFor === 'application') {
    return 'An application that signs in for itself gets no refresh token; it signs in again (RFC 6749 section 4.4.3).';
  }
  return (
    'The authority gave no refresh token: offline_access is not consented, or a policy forbids it. When the access token ' +
    'ends, the user has to sign in again.'
  );
}

/** What every grant hands back. The expiry is counted from the answer's receipt by our clock, whatever the server's says. */
export function resultOfGrant(plan: TokenPlan, issued: IssuedToken): AuthResult {
  const { response, idTokenClaims, receivedAt } = issued;
  const claims = readTokenClaims(response.accessToken);
  const forUser = flows[plan.flow].actsFor === 'user';
  const tenantId = claims?.tenantId ?? idTokenClaims?.tenantId ?? null;
  const home = homeAccountId(response.clientInfo, idTokenClaims) ?? homeAccountId(undefined, claims);
  const username = idTokenClaims?.username ?? claims?.username ?? plan.account;
  const expiresOn = addSeconds(receivedAt, response.expiresInSeconds);
  return authResult({
    accessToken: response.accessToken,
    refreshToken: response.refreshToken ?? null,
    noRefreshToken: noRefreshToken(plan, response.refreshToken),
    idToken: response.idToken ?? null,
    tokenType: response.tokenType,
    expiresOn,
    expires_on: epochSeconds(expiresOn),
    extendedExpiresOn: addSeconds(receivedAt, response.extExpiresInSeconds ?? response.expiresInSeconds),
    isExtendedLifeTimeToken: false,
    uniqueId: forUser ? (idTokenClaims?.objectId ?? claims?.objectId ?? null) : null,
    tenantId,
    tenant: tenantId,
    subscription: null,
    account:
      forUser && home !== undefined && username !== undefined
        ? { homeAccountId: home, username, environment: new URL(plan.environment.authority).host }
        : null,
    scopes: response.scope === undefined ? plan.scopes : scopesOf(response.scope),
    resource: response.resource ?? plan.resource ?? null,
    correlationId: issued.correlationId,
    mfa: forUser ? (claims?.mfa ?? null) : null,
    fromCache: false,
  });
}
