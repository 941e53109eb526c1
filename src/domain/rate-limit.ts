/** So many requests in so many seconds, evenly refilled; a burst may use them all at once. */
export interface RateLimit {
  readonly requests: number;
  readonly perSeconds: number;
}

/** The most of each that a limit may say; the least is 1. */
export const largestRateLimit: RateLimit = { requests: 1_000_000, perSeconds: 3600 };

export interface RateLimiter {
  /** Takes one request of the caller's allowance. Seconds to wait when there is none left, else undefined. `limit`: their own. */
  take(caller: string, now: Date, limit?: RateLimit): number | undefined;
}

/** One that also counts what others have granted. */
export interface CountingLimiter extends RateLimiter {
  /** Takes so many requests away, granted or not; never more than the whole allowance. */
  spend(caller: string, spent: { readonly requests: number; readonly now: Date; readonly limit: RateLimit }): void;
  remembered(): number;
}

/** The generic cell rate algorithm, in this process: one instant per caller, when its allowance would be whole again. */
export function rateLimiter(usual: RateLimit): CountingLimiter {
  const sweepEvery = usual.perSeconds * 1000;
  const wholeAt = new Map<string, number>();
  let sweepAt = 0;
  /** Once a window: callers whose allowance is whole again are forgotten. */
  const sweep = (instant: number) => {
    sweepAt = instant + sweepEvery;
    for (const [caller, whole] of wholeAt) if (whole <= instant) wholeAt.delete(caller);
  };
  /** Further ahead than a whole window only when the clock was set back: nobody waits for it to catch up. */
  const wholeFrom = (caller: string, instant: number, window: number): number => {
    const kept = wholeAt.get(caller) ?? instant;
    return kept > instant + window ? instant : Math.max(kept, instant);
  };
  return {
    /** Callers whose allowance was not whole at the last sweep, and those who came since. */
    remembered: () => wholeAt.size,
    take(caller, now, { requests, perSeconds } = usual) {
      const instant = now.getTime();
      const window = perSeconds * 1000;
      if (instant >= sweepAt || instant < sweepAt - sweepEvery) sweep(instant);
      const whole = wholeFrom(caller, instant, window) + window / requests;
      const wait = whole - window - instant;
      if (wait > 0) return wait / 1000;
      wholeAt.set(caller, whole);
      return undefined;
    },
    spend(caller, { requests: spent, now, limit: { requests, perSeconds } }) {
      const instant = now.getTime();
      const window = perSeconds * 1000;
      const whole = wholeFrom(caller, instant, window) + (spent * window) / requests;
      wholeAt.set(caller, Math.min(whole, instant + window));
    },
  };
}
