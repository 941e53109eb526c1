import { stopwatch } from '../base/clock.ts';
import { aadsts } from '../protocol/aadsts.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import type { AnswerHeaders } from './exchange.ts';
import { proxyRefused } from './http.ts';

const firstCeilingSeconds = 0.5;
const highestCeilingSeconds = 30;
/** For throttling that names no time: full jitter alone can be almost nothing. */
const leastThrottleSeconds = 1;

/** One try. `failed`: how the one before it ended. Its context ends with the call's deadline. */
export type Attempt<Value> = (context: ClientContext, failed: AuthError | undefined) => Promise<Value>;

/**
 * Runs `attempt` again after time-outs, resets, 5xx and throttling: never earlier than `Retry-After` says, otherwise with
 * full jitter below 0.5 s, 1 s, 2 s …, at most 30 s; at most `attempts` tries within `deadlineSeconds`. A wait that would
 * not fit is left to the caller, who finds it in `retryAfterSeconds`.
 */
export async function withRetries<Value>(
  context: ClientContext,
  attempt: Attempt<Value>,
  isWorthwhile = isWorthRetrying,
): Promise<Value> {
  const elapsed = stopwatch(context.clock);
  let failed: AuthError | undefined;
  for (let tried = 1; ; tried++) {
    try {
      const left = context.deadlineSeconds - elapsed();
      return await attempt({ ...context, timeoutSeconds: Math.min(context.timeoutSeconds, left) }, failed);
    } catch (error) {
      if (!(error instanceof AuthError) || !isWorthwhile(error) || tried >= context.attempts) throw error;
      const wait = waitSeconds(context, error, tried);
      if (elapsed() + wait >= context.deadlineSeconds) throw error;
      await pause(context, wait);
      failed = error;
    }
  }
}

/** Whether the next moment may bring another answer. A loop the authority has seen goes on with every repeat. */
export const isWorthRetrying = (error: AuthError): boolean => error.retryable && !isUnheard(error) && !isLoop(error);

/** AADSTS50196. */
export const isLoop = ({ aadsts: numbers }: Pick<AuthError, 'aadsts'>): boolean =>
  numbers.includes(aadsts.loopingClient.code);

/**
 * Whether Partner Center has said no, so that the next try is another request and has another `ms-requestid`. After a
 * time-out, a reset or a 5xx it may have done what it was asked all the same, and finds it again by the id (document:
 * Partner Center REST headers).
 */
export const isFinal = ({ status }: AuthError): boolean => status !== undefined && status < 500 && status !== 408;

/** Nothing listens there, the name does not exist, the proxy says no: a second attempt within seconds changes nothing. */
export const isUnheard = ({ detail = '' }: AuthError): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', proxyRefused].includes(detail);

/** How long to wait after the `tried`th failure in a row. */
export function waitSeconds(context: ClientContext, { code, retryAfterSeconds }: AuthError, tried: number): number {
  const ceiling = Math.min(firstCeilingSeconds * 2 ** (tried - 1), highestCeilingSeconds);
  const least = retryAfterSeconds ?? (code === 'throttled' ? leastThrottleSeconds : 0);
  return least + ceiling * fraction(context);
}

/** From 0 to 1. */
function fraction({ random }: ClientContext): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65_535;
}

/** Throws `aborted` when the caller's signal ends it. */
export async function pause(context: ClientContext, seconds: number): Promise<void> {
  await context.sleep(seconds, context.signal).catch((cause: unknown) => {
    throw new AuthError('aborted', 'The call was ended by its caller.', { cause });
  });
}

/**
 * `Retry-After` in its two forms, seconds and HTTP date (RFC 9110 section 10.2.3), as seconds from now. A date is the
 * server's: what its own clock says counts, where the answer tells, and ours may be wrong.
 */
export function retryAfterSeconds(headers: AnswerHeaders, now: Date): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const until = Date.parse(text);
  const from = Date.parse(headers.get('date') ?? '');
  const seconds = (until - (Number.isNaN(from) ? now.getTime() : from)) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}
