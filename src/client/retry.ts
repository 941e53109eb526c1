import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { proxyRefused } from './http.ts';

const attempts = 4;
const firstWaitSeconds = 0.5;
const longestWaitSeconds = 8;
/** Seconds from the first attempt after which no further one is begun. */
const budgetSeconds = 90;

/**
 * Runs `attempt` again after time-outs, resets, 5xx and throttling: at most four times, exponential with full jitter,
 * never earlier than `Retry-After` says. A wait that would not fit the budget is left to the caller, who finds it in
 * `retryAfterSeconds`.
 */
export async function withRetries<Value>(context: ClientContext, attempt: () => Promise<Value>): Promise<Value> {
  const startedAt = context.clock.now().getTime();
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AuthError) || !error.retryable || tried >= attempts || isPointless(error)) throw error;
      const wait = Math.max(error.retryAfterSeconds ?? 0, jittered(context, tried));
      const elapsed = (context.clock.now().getTime() - startedAt) / 1000;
      if (elapsed + wait > budgetSeconds) throw error;
      await context.sleep(wait, context.signal).catch((cause: unknown) => {
        throw new AuthError('aborted', 'The call was ended by its caller.', { cause });
      });
    }
  }
}

/** Nothing listens there, the name does not exist, the proxy says no: a second attempt within seconds changes nothing. */
const isPointless = ({ detail = '' }: AuthError): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', proxyRefused].includes(detail);

function jittered(context: ClientContext, tried: number): number {
  const ceiling = Math.min(firstWaitSeconds * 2 ** (tried - 1), longestWaitSeconds);
  const [high = 0, low = 0] = context.random.bytes(2);
  return ceiling * ((high * 256 + low) / 65_535);
}

/** `Retry-After` in its two forms, seconds and HTTP date (RFC 9110 section 10.2.3), as seconds from `now`. */
export function retryAfterSeconds(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim());
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? undefined : Math.max(0, Math.ceil((instant - now.getTime()) / 1000));
}
