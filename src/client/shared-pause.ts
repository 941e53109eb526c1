import { stopwatch } from '../base/clock.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { pause } from './retry.ts';

/** One pause and one deadline for all who work side by side. */
export interface SharedPause {
  /** Seconds until the deadline. */
  left(): number;
  /** Whether all are waiting already. */
  isOn(): boolean;
  /** Nobody begins for so long; of several pauses the last to end counts. False: it would outlast the deadline. */
  begin(seconds: number): boolean;
  /** Resolves when there is no pause. Throws `timed_out` when the deadline has come, `aborted` by the context's signal. */
  over(): Promise<void>;
}

/** Of the context, the clock, the sleep and the signal. */
export function sharedPause(context: ClientContext, deadlineSeconds: number): SharedPause {
  const elapsed = stopwatch(context.clock);
  let ending: Promise<void> | undefined;
  let until = 0;
  return {
    left: () => deadlineSeconds - elapsed(),
    isOn: () => ending !== undefined,
    begin: (seconds) => {
      const end = elapsed() + seconds;
      if (end >= deadlineSeconds) return false;
      if (ending && end <= until) return true;
      until = end;
      const own = pause(context, seconds).finally(() => {
        if (ending === own) ending = undefined;
      });
      // Whoever waits for it is told.
      own.catch(() => {});
      ending = own;
      return true;
    },
    over: async () => {
      while (ending) await ending;
      if (elapsed() < deadlineSeconds) return;
      throw new AuthError(
        'timed_out',
        `The deadline of ${deadlineSeconds} seconds came before every tenant was asked.`,
        { hint: 'Ask for the tenants that have no result yet.' },
      );
    },
  };
}
