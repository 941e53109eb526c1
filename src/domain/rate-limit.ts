/** So many requests in so many seconds, evenly refilled; a burst may use them all at once. */
export interface RateLimit {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface RateLimiter {
  /** Takes one request of the caller's allowance. Seconds to wait when there is none left, else undefined. */
  take(caller: string, now: Date): Promise<number | undefined> | number | undefined;
}

/**
 * Generic cell rate algorithm: one instant per caller says everything. `full` is when the caller's allowance would be
 * whole again; undefined for a caller not seen before.
 */
export function takeFromLimit(limit: RateLimit, full: number | undefined, now: number): { full: number; wait: number } {
  const spacing = (limit.perSeconds * 1000) / limit.requests;
  const next = Math.max(full ?? now, now) + spacing;
  const wait = next - limit.perSeconds * 1000 - now;
  return wait > 0 ? { full: full ?? now, wait } : { full: next, wait: 0 };
}
