import { epochSeconds } from '../../base/clock.ts';
import type { Secret } from '../../base/secret.ts';
import { audienceName, audiencesOf } from '../../protocol/resources.ts';
import { type AuthResult, authResult } from '../auth-result.ts';
import type { ClientContext } from '../context.ts';
import { AuthError } from '../errors.ts';
import type { TokenPlan } from '../plan.ts';
import { homeAccountId, readTokenClaims, type TokenClaims } from '../token-claims.ts';

/**
 * A token the caller already has, read and handed back as a result; no network. Its expiry and its audience are checked
 * against the clock and the scopes.
 */
export function givenAccessToken(context: ClientContext, plan: TokenPlan, accessToken: Secret): AuthResult {
  const token = accessToken.reveal();
  const claims = readTokenClaims(token);
  if (!claims?.expiresOn) {
    throw new AuthError('token_unreadable', 'The access token is no JWT with an expiry.', {
      hint: 'Give an Entra access token: three parts with dots between them, without "Bearer" and without quotes.',
    });
  }
  const { expiresOn } = claims;
  if (expiresOn.getTime() <= context.clock.now().getTime()) {
    throw new AuthError('token_expired', `The access token expired at ${expiresOn.toISOString()}.`, {
      hint: 'Obtain a new one: by a refresh token, or by signing in.',
    });
  }
  checkAudience(plan, claims);
  if (claims.applicationId !== undefined && claims.applicationId.toLowerCase() !== plan.applicationId) {
    context.warn(
      `The access token was issued to the application ${claims.applicationId}, not to ${plan.applicationId}.`,
    );
  }
  return resultOfToken(plan, token, claims, expiresOn, context.random.guid());
}

function checkAudience(plan: TokenPlan, claims: TokenClaims): void {
  const asked = plan.resource ?? plan.environment.graph;
  const audience = claims.audience ?? '';
  if (audiencesOf(plan.environment, asked).has(audienceName(audience))) return;
  throw new AuthError('audience_mismatch', `The access token is for ${audience || 'no audience'}, not for ${asked}.`, {
    hint: 'Ask for the scopes of the token’s own resource, or obtain a token for this one.',
  });
}

function resultOfToken(
  plan: TokenPlan,
  token: string,
  claims: TokenClaims,
  expiresOn: Date,
  correlationId: string,
): AuthResult {
  const home = homeAccountId(undefined, claims);
  return authResult({
    accessToken: token,
    refreshToken: null,
    noRefreshToken: 'The access token was given; there was no sign-in to bring a refresh token.',
    idToken: null,
    tokenType: 'Bearer',
    expiresOn,
    expires_on: epochSeconds(expiresOn),
    extendedExpiresOn: expiresOn,
    isExtendedLifeTimeToken: false,
    uniqueId: claims.username === undefined ? null : (claims.objectId ?? null),
    tenantId: claims.tenantId ?? null,
    tenant: claims.tenantId ?? null,
    subscription: null,
    account:
      claims.username !== undefined && home !== undefined
        ? { homeAccountId: home, username: claims.username, environment: new URL(plan.environment.authority).host }
        : null,
    scopes: claims.scopes.length > 0 ? claims.scopes : plan.scopes,
    resource: claims.audience ?? null,
    correlationId,
    mfa: claims.mfa,
    fromCache: false,
  });
}
