import { setImmediate as turn } from 'node:timers/promises';
import { settableClock } from '../../src/base/clock.ts';
import { start } from './wire.ts';

/** Time that passes in sleeps alone: whoever sleeps is woken in order, and the clock stands where they wake. */
export function virtualTime() {
  const clock = settableClock(start);
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  const sleep = (seconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { until: Math.ceil(clock.now().getTime() + seconds * 1000), wake: resolve };
      sleepers.add(sleeper);
      const end = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      if (signal?.aborted) end();
      signal?.addEventListener('abort', end, { once: true });
    });
  return {
    clock,
    sleep,
    seconds: () => (clock.now().getTime() - start.getTime()) / 1000,
    /** Lets time pass until the work has ended. */
    async pass<Value>(work: Promise<Value>): Promise<Value> {
      const state = { isOver: false };
      const end = () => {
        state.isOver = true;
      };
      work.then(end, end);
      while (!state.isOver) {
        // Answers of a scripted wire take some turns of the event loop.
        for (let turns = 0; turns < 5; turns++) await turn();
        const [next] = [...sleepers].toSorted((one, other) => one.until - other.until);
        if (!next || state.isOver) continue;
        sleepers.delete(next);
        if (next.until > clock.now().getTime()) clock.set(new Date(next.until));
        next.wake();
      }
      return work;
    },
  };
}
