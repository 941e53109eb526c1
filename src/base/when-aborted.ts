/**
 * Calls `call` once the signal is aborted, at once where it is already; what comes back lets go of the signal.
 *
 * A removed listener of Node's still refers to the one that was added after it. On a signal that outlives its listeners
 * one that has become old thus keeps all later ones, and what they hold, until the next full collection: hence the box,
 * which is empty once nobody listens.
 */
export function whenAborted(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    call();
    return () => {};
  }
  const box: { call: (() => void) | undefined } = { call };
  const listener = () => box.call?.();
  signal.addEventListener('abort', listener, { once: true });
  return () => {
    box.call = undefined;
    signal.removeEventListener('abort', listener);
  };
}
