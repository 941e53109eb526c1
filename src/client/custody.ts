import { epochSeconds } from '../base/clock.ts';
import { Secret } from '../base/secret.ts';
import { type Acquire, canSignIn, redeemRefreshToken, type TokenOrder } from './acquire.ts';
import type { AuthResult } from './auth-result.ts';
import { concernOf } from './concern.ts';
import type { ClientContext } from './context.ts';
import { type Entries, entriesIn, type KeptSignIn, type SignIn } from './entries.ts';
import { AuthError } from './errors.ts';
import { flows } from './flows.ts';
import { inTurnAcrossProcesses } from './in-turn-across-processes.ts';
import { stillValidResult } from './stored-token.ts';
import type { TokenStore } from './stores/store.ts';

/**
 * Keeping: a good kept token is the answer; else the kept sign-in is renewed without the user; else a token is obtained.
 * One process renews at a time, and the others take what it got. A rotated refresh token is stored before anything is
 * handed out. Every refusal that asking again cannot lift is remembered for its time.
 */
export const withCustody =
  (store: TokenStore, acquire: Acquire, forceRefresh = false): Acquire =>
  async (context, order) => {
    const { plan } = order;
    if (!flows[plan.flow].isKept) return acquire(context, order);
    const entries = entriesIn(store);
    const begunAt = context.clock.now();
    const kept = async () => entries.token(plan, context.clock.now());
    const first = forceRefresh ? undefined : await kept();
    if (first) return first;
    // Asked for anew: what another has obtained since is new enough.
    const obtainedMeanwhile = async () => {
      const token = await kept();
      return token && (!forceRefresh || ((await entries.storedToken(plan))?.obtainedAt ?? 0) > epochSeconds(begunAt))
        ? token
        : undefined;
    };
    return inTurnAcrossProcesses(context, store, plan.key, obtainedMeanwhile, async () => {
      const held = await entries.held(plan, context.clock.now());
      if (held && !(forceRefresh && held.interactionRequired)) return servedInstead(context, entries, order, held);
      try {
        return await obtain({ context, entries, order, acquire });
      } catch (error) {
        if (!(error instanceof AuthError)) throw error;
        await remember(context, entries, order, error);
        return servedInstead(context, entries, order, error);
      }
    });
  };

/**
 * Signing in: a token is obtained whatever is kept, and takes the place of what was kept. A given refresh token becomes the
 * sign-in. Throws what the store throws too: a sign-in that was not kept is none.
 */
export const withNewSignIn =
  (store: TokenStore, acquire: Acquire): Acquire =>
  async (context, order) => {
    const { plan } = order;
    const entries = entriesIn(store);
    const held = await entries.held(plan, context.clock.now());
    if (held?.code === 'throttled') throw held;
    try {
      const result = await acquire(context, order);
      const given = result.refreshToken === null ? await order.refreshToken?.() : undefined;
      const kept = given ? { ...result, refreshToken: given.reveal(), noRefreshToken: null } : result;
      await put({ context, entries, order, acquire }, kept, undefined);
      return kept;
    } catch (error) {
      if (error instanceof AuthError && error.code === 'throttled') {
        await entries.holdThrottle(plan, error, context.clock.now());
      }
      throw error;
    }
  };

interface Work {
  readonly context: ClientContext;
  readonly entries: Entries;
  readonly order: TokenOrder;
  readonly acquire: Acquire;
}

/** Without the user where a sign-in is kept, else as the order says. */
async function obtain(work: Work): Promise<AuthResult> {
  const { context, entries, order, acquire } = work;
  const { plan } = order;
  const signIn = flows[plan.flow].signsIn ? await entries.signIn(plan) : undefined;
  if (signIn) {
    const renewed = await renew(work, signIn);
    if (!(renewed instanceof AuthError)) return renewed;
    // A token that was given is older than the kept one: where they rotate, using it ends them all (RFC 9700 section 4.14.2).
    if (plan.flow === 'refreshToken' || !canSignIn(order)) throw renewed;
  }
  const result = await acquire(context, order);
  await keep(work, result, undefined);
  return result;
}

/** The refusal that only a person can lift is handed back; every other failure is thrown. */
async function renew(work: Work, kept: KeptSignIn): Promise<AuthResult | AuthError> {
  const { context, entries, order } = work;
  try {
    const result = await redeemRefreshToken(context, order, new Secret(kept.signIn.refreshToken));
    requireSameAccount(kept.signIn, result);
    await keep(work, result, kept);
    return result;
  } catch (error) {
    if (!(error instanceof AuthError) || !error.interactionRequired) throw error;
    // What the tenant asks of whoever signs in there is no news of the token.
    if (concernOf(error) === 'tenant') return error;
    // Another may have used the token up meanwhile and stored its successor.
    const newer = await entries.signIn(order.plan);
    return newer && newer.version !== kept.version ? renew(work, newer) : error;
  }
}

/** OpenID Connect Core section 12.2: by one issuer a renewal is of the same user; another's token is not taken for theirs. */
function requireSameAccount({ account, tenantId }: SignIn, renewed: AuthResult): void {
  if (!account || !renewed.account || renewed.tenantId !== tenantId) return;
  if (account.homeAccountId === renewed.account.homeAccountId) return;
  throw new AuthError('answer_unreadable', 'The authority renewed the sign-in of one account for another.', {
    correlationId: renewed.correlationId,
    hint: 'Sign in again.',
  });
}

/** Stores what was obtained, the sign-in first: a refresh token that was rotated away must not be all that is left. */
async function keep(work: Work, result: AuthResult, renewed: KeptSignIn | undefined): Promise<void> {
  const { context } = work;
  try {
    await put(work, result, renewed);
  } catch (cause) {
    // The token is there and belongs to the caller, whatever became of keeping it.
    const why = cause instanceof Error ? cause.message : String(cause);
    const what = renewed
      ? 'The renewed sign-in could not be stored, and the old one may have ended: sign in again if it is refused'
      : 'The token could not be kept';
    context.warn(`${what}: ${why}`);
  }
}

/**
 * Stores what was obtained, the sign-in first: a refresh token that was rotated away must not be all that is left. Of a
 * sign-in that was removed while it was renewed nothing is stored; a new one may be another user's, and ends the tokens of
 * the one before.
 */
async function put({ context, entries, order }: Work, result: AuthResult, renewed: KeptSignIn | undefined) {
  const { plan } = order;
  const now = context.clock.now();
  if (flows[plan.flow].signsIn) {
    if (result.refreshToken !== null) {
      await entries.putSignIn(plan, signInOf(order, result, renewed?.signIn, now), renewed?.version);
    }
    if (renewed && !(await entries.signIn(plan))) return;
    if (!renewed) await entries.removeTokens(plan);
    await entries.forgetRefusal(plan);
  }
  await entries.putToken(plan, result, now);
}

function signInOf({ plan }: TokenOrder, result: AuthResult, earlier: SignIn | undefined, now: Date): SignIn {
  return {
    refreshToken: result.refreshToken ?? '',
    authority: plan.environment.authority,
    applicationId: plan.applicationId,
    tenantId: earlier?.tenantId ?? result.tenantId,
    account: earlier?.account ?? result.account,
    signedInAt: earlier?.signedInAt ?? epochSeconds(now),
    renewedAt: epochSeconds(now),
  };
}

/** What asking again at once cannot change: a pause that was ordered, and a sign-in that has ended. */
async function remember({ clock }: ClientContext, entries: Entries, { plan, silent }: TokenOrder, error: AuthError) {
  const now = clock.now();
  if (error.code === 'throttled') await entries.holdThrottle(plan, error, now);
  const { signsIn, isInteractive } = flows[plan.flow];
  // Whoever has just been asked may be asked again.
  if (signsIn && error.interactionRequired && (silent || !isInteractive)) {
    await entries.holdRefusal(plan, error, (await entries.signIn(plan))?.version ?? null, now);
  }
}

/** While the authority does not answer, a kept token that has not ended yet is better than none. */
async function servedInstead(
  { clock, warn }: ClientContext,
  entries: Entries,
  { plan }: TokenOrder,
  error: AuthError,
): Promise<AuthResult> {
  const token = error.retryable ? stillValidResult(await entries.storedToken(plan), clock.now()) : undefined;
  if (!token) throw error;
  warn(
    `The token could not be replaced (${error.message}); the stored one is still good until ${token.expiresOn.toISOString()}.`,
  );
  return token;
}
