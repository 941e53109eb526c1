import { epochSeconds } from '../base/clock.ts';
import { type AuthResult, type AuthResultJson, authResultJson, authResultOfJson } from './auth-result.ts';

/** A kept token: the result and when it was obtained, seconds since 1970. */
export interface StoredToken {
  readonly obtainedAt: number;
  readonly result: AuthResultJson;
}

/** A token is replaced this long before it ends, so that a request under way still finds it valid. */
export const earlyExpirySeconds = 300;
/** How far a clock may have been set back before a kept token's age is no longer believed. */
export const clockSkewSeconds = 300;
/** A token with less left than this may end on its way. */
const shortestUseSeconds = 5;

/**
 * Whether a kept token may be used now. A short-lived token counts for half of its life, so that none is refreshed on
 * every call; one "obtained in the future" was kept under another clock and is not used.
 */
export function isFresh(token: StoredToken, now: Date): boolean {
  const seconds = epochSeconds(now);
  const lifetime = token.result.expires_on - token.obtainedAt;
  const margin = Math.min(earlyExpirySeconds, lifetime / 2);
  return seconds < token.result.expires_on - margin && seconds >= token.obtainedAt - clockSkewSeconds;
}

export const keptResult = (token: StoredToken | undefined, now: Date): AuthResult | undefined =>
  token && isFresh(token, now) ? authResultOfJson({ ...token.result, fromCache: true }) : undefined;

export const storedTokenOf = (result: AuthResult, now: Date): StoredToken => ({
  obtainedAt: epochSeconds(now),
  result: authResultJson(result),
});

/** Good for some seconds yet, though due for replacement: what is served while the authority cannot be reached. */
export const stillValidResult = (token: StoredToken | undefined, now: Date): AuthResult | undefined =>
  token &&
  token.result.expires_on > epochSeconds(now) + shortestUseSeconds &&
  token.obtainedAt <= epochSeconds(now) + clockSkewSeconds
    ? authResultOfJson({ ...token.result, fromCache: true })
    : undefined;
