import { AuthError } from './errors.ts';

/** The work's own end, or `aborted` at once when the signal says so; the work goes on by itself then. */
export function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export const aborted = ({ reason }: AbortSignal): AuthError =>
  new AuthError('aborted', 'The call was ended by its caller.', { cause: reason });
