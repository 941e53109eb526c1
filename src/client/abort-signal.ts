/** Azure's signals are not the platform's: an `AbortSignal` of a browser, of Node.js, or of a library of one's own. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: (this: AbortSignalLike, event: unknown) => unknown): void;
  removeEventListener(type: 'abort', listener: (this: AbortSignalLike, event: unknown) => unknown): void;
}

/** Runs `work` with the platform's signal for any other; nothing stays behind at the other when it has ended. */
export async function withAbortSignal<Value>(
  given: AbortSignalLike | undefined,
  work: (signal: AbortSignal | undefined) => Promise<Value>,
): Promise<Value> {
  if (given === undefined || given instanceof AbortSignal) return work(given);
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (given.aborted) abort();
  given.addEventListener('abort', abort);
  try {
    return await work(controller.signal);
  } finally {
    given.removeEventListener('abort', abort);
  }
}
