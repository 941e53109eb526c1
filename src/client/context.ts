import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Random, systemRandom } from '../base/random.ts';

/** One line of the story of a call: for `--verbose`, a log, a test. Never holds a secret. */
export interface CallEvent {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly milliseconds: number;
  readonly correlationId: string | undefined;
}

/** What a caller may set for any call. */
export interface CallOptions {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Default: the global one, or for the sandbox one that trusts its certificate authority. */
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds for one request and its answer; default 30. */
  readonly timeoutSeconds?: number | undefined;
  /** Seconds for the whole call, its tries and the waits between them; default 90. */
  readonly deadlineSeconds?: number | undefined;
  /** How often a request is tried before its failure is the call's, 1 or more; default 4. */
  readonly attempts?: number | undefined;
  /** Sentences for a person. Default: nothing. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  readonly onRequest?: ((event: CallEvent) => void) | undefined;
  /** Waits between attempts. Default: a timer. */
  readonly sleep?: ((seconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Path of the sandbox's environment file; default: `PARTNER_AUTH_ENVIRONMENT_FILE`, else its data folder. */
  readonly environmentFile?: string | undefined;
}

/** Everything a call needs from outside, resolved. */
export interface ClientContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: the caller left the choice to the environment. */
  readonly fetch: typeof fetch | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutSeconds: number;
  readonly deadlineSeconds: number;
  readonly attempts: number;
  readonly warn: (warning: string) => void;
  readonly onRequest: (event: CallEvent) => void;
  readonly sleep: (seconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly environmentFile: string | undefined;
}

const nothing = () => {};

const timer = async (seconds: number, signal: AbortSignal | undefined): Promise<void> => {
  await delay(seconds * 1000, undefined, signal ? { signal } : {});
};

export const clientContext = (options: CallOptions): ClientContext => ({
  clock: options.clock ?? systemClock,
  random: options.random ?? systemRandom,
  fetch: options.fetch,
  signal: options.signal,
  timeoutSeconds: options.timeoutSeconds ?? 30,
  deadlineSeconds: options.deadlineSeconds ?? 90,
  attempts: options.attempts ?? 4,
  warn: options.onWarning ?? nothing,
  onRequest: options.onRequest ?? nothing,
  sleep: options.sleep ?? timer,
  environmentFile: options.environmentFile,
});
