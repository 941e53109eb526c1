import { whenAborted } from './when-aborted.ts';

/** One signal for a caller's own signal and a time limit in seconds; whichever comes first ends the work. */
export const deadline = (seconds: number, signal?: AbortSignal): AbortSignal =>
  signal ? AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]) : AbortSignal.timeout(seconds * 1000);

export interface TimeLimit {
  readonly signal: AbortSignal;
  /** The work has ended: lets go of the timer and of the caller's signal. */
  over(): void;
}

/** The same for works that come by the hundred: a deadline keeps what hangs on it until its time, however long it is over. */
export function timeLimit(seconds: number, signal?: AbortSignal): TimeLimit {
  const limit = new AbortController();
  const late = () => limit.abort(new DOMException('The operation timed out.', 'TimeoutError'));
  const timer = setTimeout(late, seconds * 1000);
  timer.unref();
  const letGo = whenAborted(signal, () => limit.abort(signal?.reason));
  const over = () => {
    clearTimeout(timer);
    letGo();
  };
  return { signal: limit.signal, over };
}
