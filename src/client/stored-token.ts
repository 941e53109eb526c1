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
 * When a kept token may be used, in seconds since 1970: `from` and before `until`. A short-lived token counts for half of
 * its life, so that none is refreshed on every call; one "obtained in the future" was kept under another clock.
 */
export function freshTimes({ obtainedAt, expiresOn }: { readonly obtainedAt: number; readonly expiresOn: number }) {
  const margin = Math.min(earlyExpirySeconds, (expiresOn - obtainedAt) / 2);
  return { from: obtainedAt - clockSkewSeconds, until: expiresOn - margin };
}

export function isFresh(token: StoredToken, now: Date): boolean {
  const { from, until } = freshTimes({ obtainedAt: token.obtainedAt, expiresOn: token.result.expires_on });
  const seconds = epochSeconds(now);
  return seconds >= from && seconds < until;
}

export const keptResult = (token: StoredToken | undefined, now: Date): AuthResult | undefined =>
  token && isFresh(token, now) ? authResultOfJson({ ...token.result, fromCache: true }) : undefined;

/** The refresh token beside a sign-in's access token is the sign-in's, never an older one. */
export const withRefreshToken = (token: StoredToken, refreshToken: string | null): StoredToken => ({
  ...token,
  result: { ...token.result, refreshToken },
});

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
