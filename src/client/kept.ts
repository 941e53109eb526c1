import { epochSeconds } from '../base/clock.ts';
import { type Acquire, isKept } from './acquire.ts';
import { type AuthResult, authResultJson } from './auth-result.ts';
import { keptResult, type StoredToken } from './stored-token.ts';
import type { TokenStore } from './stores/store.ts';

/** Wraps obtaining with keeping: a good kept token is the answer, a new one is kept before it is handed out. */
export const withStore =
  (store: TokenStore, acquire: Acquire, forceRefresh = false): Acquire =>
  async (context, order) => {
    if (!isKept(order)) return acquire(context, order);
    const now = context.clock.now();
    const kept = forceRefresh ? undefined : keptResult(await store.get(order.plan.key), now);
    if (kept) return kept;
    const result = await acquire(context, order);
    try {
      await store.set(order.plan.key, storedTokenOf(result, context.clock.now()));
    } catch (cause) {
      // The token is there and belongs to the caller, whatever became of keeping it.
      context.warn(`The token could not be kept: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    return result;
  };

export const storedTokenOf = (result: AuthResult, now: Date): StoredToken => ({
  obtainedAt: epochSeconds(now),
  result: authResultJson(result),
});
