import { concurrently, type Source } from '../base/concurrently.ts';
import { inWaves } from '../base/waves.ts';
import { cloudAt } from '../protocol/environments.ts';
import { type Acquire, acquire, type TokenOrder } from './acquire.ts';
import type { AuthResult } from './auth-result.ts';
import { type Concern, concernOf } from './concern.ts';
import type { ClientContext } from './context.ts';
import { withCustody } from './custody.ts';
import { fetchFor } from './environment.ts';
import { AuthError } from './errors.ts';
import { flows } from './flows.ts';
import { planAtTenant } from './plan.ts';
import { isWorthRetrying, waitSeconds, withRetries } from './retry.ts';
import { type SharedPause, sharedPause } from './shared-pause.ts';
import { signInsOnly } from './stores/sign-ins-only.ts';
import type { TokenStore } from './stores/store.ts';
import { untilAborted } from './until-aborted.ts';

/** One identity, many tenants: what is asked of each is a token; what is theirs together is the pace. */

/** What became of one tenant, under the name it was given by. */
export type TenantResult =
  | { readonly tenant: string; readonly ok: true; readonly result: AuthResult }
  | { readonly tenant: string; readonly ok: false; readonly error: AuthError };

export type Tenants = Source<string>;

export interface FanOut {
  readonly context: ClientContext;
  /** What is asked of every tenant; its own tenant is the one an interactive sign-in happens at. */
  readonly order: TokenOrder;
  /** Keeps the sign-in, so that the newest refresh token serves the next tenant. */
  readonly obtain: Acquire;
  /** Tenants asked at a time, 1 to 64; default 8. */
  readonly concurrency?: number | undefined;
  /** Seconds for all tenants together; default: no limit. */
  readonly deadlineSeconds?: number | undefined;
}

export interface Keeping {
  readonly store: TokenStore;
  /** Whether tokens go into the store, or a sign-in alone: the next tenant needs its newest refresh token. */
  readonly keepsTokens: boolean;
  readonly forceRefresh?: boolean | undefined;
}

/** How the token of each tenant is obtained. An application that keeps nothing has nothing to remember. */
export function obtainForMany({ plan }: TokenOrder, { store, keepsTokens, forceRefresh }: Keeping): Acquire {
  if (keepsTokens) return withCustody(store, acquire, forceRefresh);
  return flows[plan.flow].signsIn ? withCustody(signInsOnly(store), acquire, forceRefresh) : acquire;
}

const usualConcurrency = 8;
const highestConcurrency = 64;
/** After so many pauses without one answer between them, throttling has become the answer. */
const mostPauses = 10;
/** Nobody waits longer, whatever an answer says: who comes back later goes on with the tenants that are left. */
const longestPauseSeconds = 3600;
/** How long all wait before they try again, where nobody is answered any more, or has not been yet. */
const outageSeconds = 30;
const firstOutageSeconds = 1;
/** So many tenants in a row without an answer, pauses and tries included, and there is nobody to answer. */
const fewestUnanswered = 3;

/**
 * A token for each tenant, as they come. A tenant's refusal is its result; a failure that every tenant would meet is thrown
 * after what was under way has been handed out. A tenant named twice is asked once.
 */
export async function* fanOut(job: FanOut, tenants: Tenants): AsyncGenerator<TenantResult, void, undefined> {
  const { order, concurrency = usualConcurrency, deadlineSeconds = Number.POSITIVE_INFINITY } = job;
  requireFit(order, concurrency, deadlineSeconds);
  // One for all tenants: its connections are used again.
  const context = { ...job.context, fetch: fetchFor(job.context, order.resolved) };
  const { isInteractive, signsIn } = flows[order.plan.flow];
  if (isInteractive && !order.silent) await job.obtain(context, order);
  const over = new AbortController();
  const waiting = { ...context, signal: AbortSignal.any([over.signal, ...(context.signal ? [context.signal] : [])]) };
  const run: Run = {
    context,
    waiting,
    order: { ...order, silent: true },
    obtain: signsIn && rotates(order) ? inWavesOf(job.obtain) : job.obtain,
    pause: sharedPause(waiting, deadlineSeconds),
    patience: Math.max(concurrency, fewestUnanswered),
    failing: new Set(),
    answers: 0,
    unanswered: 0,
    pauses: 0,
  };
  const ask = async (tenant: string) => {
    try {
      return await resultOf(run, tenant);
    } catch (error) {
      over.abort();
      throw error;
    }
  };
  try {
    yield* concurrently(distinct(tenants), concurrency, ask);
  } finally {
    over.abort();
  }
}

interface Run {
  readonly context: ClientContext;
  /** The same, with a signal that also ends when the run does: for waits, which need not be waited out. */
  readonly waiting: ClientContext;
  readonly order: TokenOrder;
  readonly obtain: Acquire;
  readonly pause: SharedPause;
  /** How many tenants in a row may go without an answer. */
  readonly patience: number;
  /** What has been tried in vain since the last answer, whoever got that. */
  readonly failing: Set<TokenOrder>;
  /** Tokens and refusals so far. */
  answers: number;
  /** Tenants in a row that got neither. */
  unanswered: number;
  /** Pauses ordered by throttling since the last answer. */
  pauses: number;
}

function requireFit({ plan }: TokenOrder, concurrency: number, deadlineSeconds: number): void {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > highestConcurrency) {
    throw new AuthError(
      'invalid_parameters',
      `The concurrency must be a whole number from 1 to ${highestConcurrency}.`,
    );
  }
  if (!(deadlineSeconds > 0)) throw new AuthError('invalid_parameters', 'The deadline must be more than 0 seconds.');
  if (flows[plan.flow].isKept) return;
  throw new AuthError('invalid_parameters', 'A given access token is good in its own tenant alone.', {
    hint: 'Give a refresh token, a secret or a certificate: tokens for many tenants are obtained by these.',
  });
}

/** Entra leaves used refresh tokens valid (document: refresh tokens, token lifetime); of other authorities it has to be known. */
const rotates = ({ plan: { environment } }: TokenOrder): boolean =>
  !environment.keepsUsedRefreshTokens && cloudAt(new URL(environment.authority).origin) === undefined;

/** An authority that rotates takes the use of any but the newest refresh token for theft: no two are used side by side. */
function inWavesOf(obtain: Acquire): Acquire {
  const inWave = inWaves();
  return (context, order) => inWave(() => obtain(context, order));
}

async function* distinct(tenants: Tenants): AsyncGenerator<string, void, undefined> {
  const seen = new Set<string>();
  for await (const given of tenants) {
    if (typeof given !== 'string') throw new TypeError('a tenant must be text');
    const tenant = given.trim();
    const size = seen.size;
    if (seen.add(tenant.toLowerCase()).size > size) yield tenant;
  }
}

/** Asks until there is a result. Throws what concerns every tenant. */
async function resultOf(run: Run, tenant: string): Promise<TenantResult> {
  const { plan } = run.order;
  let order: TokenOrder;
  try {
    order = { ...run.order, plan: planAtTenant(plan, tenant) };
  } catch (error) {
    if (error instanceof AuthError) return { tenant, ok: false, error };
    throw error;
  }
  try {
    return await resultAt(run, order, tenant);
  } finally {
    run.failing.delete(order);
  }
}

async function resultAt(run: Run, order: TokenOrder, tenant: string): Promise<TenantResult> {
  for (let outages = 0; ; ) {
    await run.pause.over();
    try {
      const result = await asked(run, order);
      answered(run);
      return { tenant, ok: true, result };
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      if (error.code === 'timed_out') await run.pause.over();
      if (afterFailure[concernOf(error)](run, error, outages) === 'result') return { tenant, ok: false, error };
      if (error.code !== 'throttled') outages += 1;
    }
  }
}

/** The tries of one tenant. Each reads the sign-in anew, and throttling is everybody's. */
async function asked(run: Run, order: TokenOrder): Promise<AuthResult> {
  const { context, waiting, obtain, pause } = run;
  const { signsIn } = flows[order.plan.flow];
  const deadlineSeconds = Math.min(context.deadlineSeconds, pause.left());
  // A refresh token that is being redeemed may be the last: its successor is waited for and stored, whoever has left.
  const signal = signsIn ? undefined : context.signal;
  const tries = withRetries(
    { ...waiting, deadlineSeconds },
    (within, failed) => {
      if (failed) run.failing.add(order);
      return obtain({ ...within, signal, attempts: 1 }, order);
    },
    (error) => isWorthRetrying(error) && error.code !== 'throttled',
  );
  return context.signal && signsIn ? untilAborted(tries, context.signal) : tries;
}

function answered(run: Run): void {
  // Each clearing is a new table, which the one before refers to.
  if (run.failing.size > 0) run.failing.clear();
  run.answers += 1;
  run.unanswered = 0;
  run.pauses = 0;
}

/** `outages`: how often this tenant has waited for the end of one. */
type AfterFailure = (run: Run, error: AuthError, outages: number) => 'result' | 'again';

const afterFailure: Readonly<Record<Concern, AfterFailure>> = {
  identity: (_, error) => {
    throw error;
  },
  tenant: (run) => {
    answered(run);
    return 'result';
  },
  throttled: (run, error) => {
    if (!run.pause.isOn()) run.pauses += 1;
    if (run.pauses > mostPauses || (error.retryAfterSeconds ?? 0) > longestPauseSeconds) throw error;
    return pauseAll(run, waitSeconds(run.context, error, run.pauses), error, 'Requests are throttled');
  },
  // Where others are answered it is this tenant's trouble, and no outage.
  unanswered: (run, error, outages) => {
    if (outages === 0 && run.failing.size > 1) {
      const seconds = run.answers > 0 ? outageSeconds : firstOutageSeconds;
      return pauseAll(run, seconds, error, 'Nobody is answered any more');
    }
    run.unanswered += 1;
    if (run.unanswered >= run.patience) throw error;
    return 'result';
  },
};

function pauseAll(run: Run, seconds: number, error: AuthError, why: string): 'again' {
  const isNew = !run.pause.isOn();
  if (!run.pause.begin(seconds)) throw error;
  if (isNew) run.context.warn(`${why}: all tenants wait ${Math.ceil(seconds)} seconds.`);
  return 'again';
}
