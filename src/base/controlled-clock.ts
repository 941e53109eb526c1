import { type Clock, type SettableClock, systemClock } from './clock.ts';

/** A clock that runs on from wherever it is set, and can be stopped. */
export interface ControlledClock extends SettableClock {
  readonly isFrozen: boolean;
  freeze(): void;
  /** False when it cannot: a test moves it, and nobody else does. */
  run(): boolean;
  /** Back to the clock it was made from. */
  restore(): void;
}

/** Keeps a distance to the clock it is given. A settable one is set itself, so that whoever holds it sees the same time. */
export function controlledClock(base: Clock = systemClock): ControlledClock {
  if (isSettable(base)) return standing(base);
  let offset = 0;
  let frozenAt: number | undefined;
  const now = () => frozenAt ?? base.now().getTime() + offset;
  const set = (instant: number) => {
    offset = instant - base.now().getTime();
    if (frozenAt !== undefined) frozenAt = instant;
  };
  return {
    now: () => new Date(now()),
    set: (instant) => set(instant.getTime()),
    advance: (seconds) => set(now() + seconds * 1000),
    get isFrozen() {
      return frozenAt !== undefined;
    },
    freeze: () => {
      frozenAt = now();
    },
    run: () => {
      const instant = now();
      frozenAt = undefined;
      set(instant);
      return true;
    },
    restore: () => {
      frozenAt = undefined;
      offset = 0;
    },
  };
}

const isSettable = (clock: Clock): clock is SettableClock => 'set' in clock && 'advance' in clock;

function standing(clock: SettableClock): ControlledClock {
  const start = clock.now();
  return {
    now: () => clock.now(),
    set: (instant) => clock.set(instant),
    advance: (seconds) => clock.advance(seconds),
    isFrozen: true,
    freeze: () => {},
    run: () => false,
    restore: () => clock.set(start),
  };
}
