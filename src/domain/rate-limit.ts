/** So many requests in so many seconds, evenly refilled; a burst may use them all at once. */
export interface RateLimit {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface RateLimiter {
  /** Takes one request of the caller's allowance. Seconds to wait when there is none left, else undefined. */
  take(caller: string, now: Date): number | undefined;
}

/** The generic cell rate algorithm, in this process: one instant per caller, when its allowance would be whole again. */
export function rateLimiter({ requests, perSeconds }: RateLimit): RateLimiter & { remembered(): number } {
  const window = perSeconds * 1000;
  const spacing = window / requests;
  const wholeAt = new Map<string, number>();
  let sweepAt = 0;
  /** Once a window: callers whose allowance is whole again are forgotten. */
  const sweep = (instant: number) => {
    sweepAt = instant + window;
    for (const [caller, whole] of wholeAt) if (whole <= instant) wholeAt.delete(caller);
  };
  return {
    /** Callers whose allowance was not whole at the last sweep, and those who came since. */
    remembered: () => wholeAt.size,
    take(caller, now) {
      const instant = now.getTime();
      if (instant >= sweepAt) sweep(instant);
      const kept = wholeAt.get(caller) ?? instant;
      // Further ahead than a whole window only when the clock was set back: nobody waits for it to catch up.
      const whole = (kept > instant + window ? instant : Math.max(kept, instant)) + spacing;
      const wait = whole - window - instant;
      if (wait > 0) return wait / 1000;
      wholeAt.set(caller, whole);
      return undefined;
    },
  };
}
