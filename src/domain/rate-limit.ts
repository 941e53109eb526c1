/** So many requests in so many seconds, evenly refilled; a burst may use them all at once. */
export interface RateLimit {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface RateLimiter {
  /** Takes one request of the caller's allowance. Seconds to wait when there is none left, else undefined. */
  take(caller: string, now: Date): Promise<number | undefined> | number | undefined;
}

/** Callers remembered before those whose allowance is whole again are forgotten. */
const sweepAt = 10_000;

/** The generic cell rate algorithm, in this process: one instant per caller, when its allowance would be whole again. */
export function rateLimiter({ requests, perSeconds }: RateLimit): RateLimiter {
  const spacing = (perSeconds * 1000) / requests;
  const wholeAt = new Map<string, number>();
  return {
    take(caller, now) {
      const instant = now.getTime();
      if (wholeAt.size > sweepAt) for (const [key, whole] of wholeAt) if (whole <= instant) wholeAt.delete(key);
      const whole = Math.max(wholeAt.get(caller) ?? instant, instant) + spacing;
      const wait = whole - perSeconds * 1000 - instant;
      if (wait > 0) return wait / 1000;
      wholeAt.set(caller, whole);
      return undefined;
    },
  };
}
