import { whenAborted } from '../base/when-aborted.ts';
import { AuthError } from './errors.ts';

/** The work's own end, or `aborted` at once when the signal says so; the work goes on by itself then. */
export function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const letGo = whenAborted(signal, () => reject(aborted(signal)));
    work.then(resolve, reject).finally(letGo);
  });
}

export const aborted = ({ reason }: AbortSignal): AuthError =>
  new AuthError('aborted', 'The call was ended by its caller.', { cause: reason });
