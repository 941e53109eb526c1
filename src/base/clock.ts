/** Time enters a function through its context. `systemClock` is the only place that asks the machine. */
export interface Clock {
  now(): Date;
  /** Seconds on a clock that nobody sets, from any beginning. Left out: `now` measures spans too. */
  uptime?(): number;
}

export const systemClock: Clock = { now: () => new Date(), uptime: () => performance.now() / 1000 };

/** Seconds since it was made. Nothing makes them fewer: a clock that is set back stands still meanwhile. */
export function stopwatch(clock: Clock): () => number {
  const reading = () => clock.uptime?.() ?? clock.now().getTime() / 1000;
  let last = reading();
  let seconds = 0;
  return () => {
    const next = reading();
    seconds += Math.max(0, next - last);
    last = next;
    return seconds;
  };
}

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
