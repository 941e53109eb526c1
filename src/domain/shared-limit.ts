import { addSeconds, type Clock } from '../base/clock.ts';
import type { Entries } from './entries.ts';
import { type RateLimit, type RateLimiter, rateLimiter } from './rate-limit.ts';

/** What one process granted in a turn: by caller, how much, and by which limit. */
export interface Granted {
  readonly callers: readonly (readonly [caller: string, requests: number, limit: RateLimit])[];
}

export interface SharedLimiter extends RateLimiter {
  /** Tells the others what was granted here, and counts what they granted. Rejects when the store cannot be asked. */
  share(): Promise<void>;
}

export interface SharedLimitContext {
  readonly entries: Entries;
  readonly clock: Clock;
  /** Of this process: no other has it. */
  readonly processId: string;
  /** What is limited: grants of another kind are not this one's. */
  readonly kind: 'caller' | 'address';
}

/** Some turns: whoever is slower misses what was granted, and lets a caller have more. */
const rememberedSeconds = 5;
/** Callers told of in one turn; a process that serves more at once shares the rest with the next. */
const mostCallers = 5000;
/** Callers remembered to be told of, however many come while the store cannot be told. */
const mostUntold = 50_000;

/**
 * One limit for all processes of all nodes: each grants by what it knows, and tells the others with every turn. A caller
 * that is spread over all of them gets its limit, and at most what each of them grants within a turn besides.
 */
export function sharedLimiter(
  usual: RateLimit,
  { entries, clock, processId, kind }: SharedLimitContext,
): SharedLimiter {
  const limiter = rateLimiter(usual);
  const granted = new Map<string, { requests: number; limit: RateLimit }>();
  let heard: ReadonlySet<string> = new Set();
  let turn = 0;

  async function tell(): Promise<void> {
    const callers = [...granted].slice(0, mostCallers);
    if (callers.length === 0) return;
    for (const [caller] of callers) granted.delete(caller);
    const value = { callers: callers.map(([caller, { requests, limit }]) => [caller, requests, limit] as const) };
    turn += 1;
    const expiresAt = addSeconds(clock.now(), rememberedSeconds);
    await entries.add('granted', `${kind} ${processId} ${turn}`, { value, expiresAt, owner: kind });
  }

  async function hear(): Promise<void> {
    const told = await entries.list('granted', kind);
    const news = told.filter(({ key }) => !heard.has(key) && !key.startsWith(`${kind} ${processId} `));
    heard = new Set(told.map(({ key }) => key));
    for (const { value } of news) {
      for (const [caller, requests, limit] of value.callers)
        limiter.spend(caller, { requests, now: clock.now(), limit });
    }
  }

  return {
    take(caller, now, limit = usual) {
      const wait = limiter.take(caller, now, limit);
      if (wait === undefined) {
        const known = granted.get(caller);
        if (known || granted.size < mostUntold) granted.set(caller, { requests: (known?.requests ?? 0) + 1, limit });
      }
      return wait;
    },
    async share() {
      await tell();
      await hear();
    },
  };
}
