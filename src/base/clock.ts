/** Time enters a function through its context. `systemClock` is the only place that asks the machine. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export interface SettableClock extends Clock {
  set(instant: Date): void;
  advance(seconds: number): void;
}

/** A clock that stands still until it is told otherwise. */
export function settableClock(start: Date): SettableClock {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    set: (instant) => {
      current = instant.getTime();
    },
    advance: (seconds) => {
      current += seconds * 1000;
    },
  };
}

/** NumericDate of RFC 7519: whole seconds since 1970. Used on the wire only. */
export const epochSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);

export const fromEpochSeconds = (seconds: number): Date => new Date(seconds * 1000);

export const addSeconds = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000);
