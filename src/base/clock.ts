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

/** Less than this a clock is kept right, and not set. */
const keptRightSeconds = 60;
const isKeptRight = (milliseconds: number): boolean => Math.abs(milliseconds) < keptRightSeconds * 1000;

/**
 * A clock for what must not be lost too early: one that is set ahead is believed once it has gone on so for `doubtSeconds`,
 * and one that is set back at once.
 */
export function doubtingClock(clock: Clock, doubtSeconds: number): Clock {
  const elapsed = stopwatch(clock);
  let believed = clock.now().getTime();
  let believedAt = 0;
  let doubted: { readonly since: number; readonly ahead: number } | undefined;
  return {
    now() {
      const told = clock.now().getTime();
      const seconds = elapsed();
      const expected = believed + (seconds - believedAt) * 1000;
      const ahead = told - expected;
      // One that is set again while it is doubted has not gone on as it was.
      const since = doubted && isKeptRight(ahead - doubted.ahead) ? doubted.since : seconds;
      doubted = isKeptRight(ahead) ? undefined : { since, ahead };
      if (doubted === undefined || seconds - doubted.since >= doubtSeconds) {
        believed = told;
        believedAt = seconds;
        doubted = undefined;
        return new Date(told);
      }
      return new Date(Math.min(told, expected));
    },
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

/** Milliseconds since 1970 in 12 hexadecimal digits: earlier instants sort in front, from then to the year 10889. */
export const sortableInstant = (instant: Date): string =>
  Math.max(0, instant.getTime()).toString(16).padStart(12, '0').slice(-12);
