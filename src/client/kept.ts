import { epochSeconds } from '../base/clock.ts';
import { type Acquire, isKept } from './acquire.ts';
import { type AuthResult, authResultJson } from './auth-result.ts';
import { AuthError } from './errors.ts';
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

/**
 * Uses a token, and where it was a kept one that its service does not accept (a sandbox that has begun anew on the same
 * port, a revoked key) obtains another and uses that, once.
 */
export async function replacingRefused<Value>(
  obtain: (forceRefresh: boolean) => Promise<AuthResult>,
  use: (token: AuthResult) => Promise<Value>,
): Promise<Value> {
  const token = await obtain(false);
  try {
    return await use(token);
  } catch (error) {
    const refused = error instanceof AuthError && error.code === 'bearer_refused';
    if (!refused || !token.fromCache) throw error;
  }
  return use(await obtain(true));
}

export const storedTokenOf = (result: AuthResult, now: Date): StoredToken => ({
  obtainedAt: epochSeconds(now),
  result: authResultJson(result),
});
