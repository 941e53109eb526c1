import type { ClientContext } from './context.ts';
import type { TokenStore, Unlock } from './stores/store.ts';

const pauseSeconds = 0.05;
/** Beyond one request's time, for storing its answer. */
const marginSeconds = 5;

/**
 * Does the work while nobody else with the same store does it for the same key. Whoever has to wait looks every 50 ms
 * whether the other has brought the result. Patience ends after the time of one request: a holder that is stopped, or
 * asleep with its machine, does not stop the others, and what it writes late is refused by its version.
 */
export async function inTurnAcrossProcesses<Value>(
  context: ClientContext,
  store: TokenStore,
  key: string,
  found: () => Promise<Value | undefined>,
  work: () => Promise<Value>,
): Promise<Value> {
  const patience = context.timeoutSeconds + marginSeconds;
  for (let waited = 0; waited < patience; waited += pauseSeconds) {
    const unlock = await locked(context, store, key);
    if (unlock) {
      try {
        return (await found()) ?? (await work());
      } finally {
        await unlock();
      }
    }
    await context.sleep(pauseSeconds, context.signal);
    const value = await found();
    if (value !== undefined) return value;
  }
  return work();
}

/** A store that cannot lock (a full disk, a folder that became read-only) does not keep a token from its caller. */
async function locked({ warn }: ClientContext, store: TokenStore, key: string): Promise<Unlock | undefined> {
  try {
    return await store.tryLock(key);
  } catch (cause) {
    warn(`The token store cannot be locked: ${cause instanceof Error ? cause.message : String(cause)}`);
    return async () => {};
  }
}
