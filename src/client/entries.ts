import { addSeconds, epochSeconds, fromEpochSeconds } from '../base/clock.ts';
import type { JsonObject } from '../base/json.ts';
import type { Account, AuthResult } from './auth-result.ts';
import { type AuthError, type AuthErrorJson, authErrorJson, authErrorOfJson } from './errors.ts';
import { flows } from './flows.ts';
import { refusalKey, signInKey, type TokenPlan, throttleKey, tokenKeyPrefix } from './plan.ts';
import { clockSkewSeconds, keptResult, type StoredToken, storedTokenOf, withRefreshToken } from './stored-token.ts';
import type { TokenStore } from './stores/store.ts';

/** What is kept in a store: tokens, sign-ins and remembered refusals, each under keys of its own kind. */

/** A user's sign-in: the refresh token, good for every resource and tenant the user may reach. */
export interface SignIn {
  readonly refreshToken: string;
  readonly authority: string;
  readonly applicationId: string;
  /** The tenant the user signed in at. */
  readonly tenantId: string | null;
  readonly account: Account | null;
  /** When the user signed in, and when the authority last gave a refresh token; seconds since 1970. */
  readonly signedInAt: number;
  readonly renewedAt: number;
}

export interface KeptSignIn {
  readonly signIn: SignIn;
  readonly version: string;
}

/**
 * Entra ends a refresh token that was not used for this long; policies and passwords end it sooner, never later.
 * Source: Microsoft identity platform, refresh token lifetimes.
 */
export const inactivityDays = 90;

/** The latest moment at which an unused refresh token ends. */
export const signInEndsBy = ({ renewedAt }: Pick<SignIn, 'renewedAt'>): Date =>
  fromEpochSeconds(renewedAt + inactivityDays * 86_400);

export interface Hold {
  /** Seconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** The version of the sign-in that was refused: a newer one is not held. Null: it is not about a sign-in. */
  readonly signIn: string | null;
  readonly error: AuthErrorJson;
}

/** As MSAL: whatever an answer says, who kept it asks again after an hour. */
const longestPauseSeconds = 3_600;
/** How long a refusal that only a person can lift is remembered, so that silent calls do not repeat it. */
const refusalSeconds = 120;

export type Entries = ReturnType<typeof entriesIn>;

export function entriesIn(store: TokenStore) {
  const put = (key: string, value: object, expected?: string | null) => store.put(key, value as JsonObject, expected);
  return {
    /** Undefined: none, or none that may still be used. */
    async token(plan: TokenPlan, now: Date): Promise<AuthResult | undefined> {
      const token = await this.storedToken(plan);
      if (!token || !flows[plan.flow].signsIn) return keptResult(token, now);
      const refreshToken = (await this.signIn(plan))?.signIn.refreshToken ?? null;
      return keptResult(withRefreshToken(token, refreshToken), now);
    },

    /** As it is, even when it is due for replacement. */
    async storedToken(plan: TokenPlan): Promise<StoredToken | undefined> {
      const stored = await store.get(plan.key);
      return stored && (stored.value as unknown as StoredToken);
    },

    async putToken(plan: TokenPlan, result: AuthResult, now: Date): Promise<void> {
      const token = storedTokenOf(result, now);
      await put(plan.key, flows[plan.flow].signsIn ? withRefreshToken(token, null) : token);
    },

    /** Those of the plan's identity, for whatever they were asked. */
    async removeTokens(plan: TokenPlan): Promise<void> {
      await Promise.all((await store.keys(tokenKeyPrefix(plan))).map((key) => store.delete(key)));
    },

    async signIn(plan: TokenPlan): Promise<KeptSignIn | undefined> {
      const stored = await store.get(signInKey(plan));
      return stored && { signIn: stored.value as unknown as SignIn, version: stored.version };
    },

    /** False: another has written a newer one, which stays. */
    putSignIn: (plan: TokenPlan, signIn: SignIn, expected?: string): Promise<boolean> =>
      put(signInKey(plan), signIn, expected),

    /** The refusal that still holds for this plan, its time left in `retryAfterSeconds` where it is about throttling. */
    async held(plan: TokenPlan, now: Date): Promise<AuthError | undefined> {
      const throttle = holdAt(await store.get(throttleKey(plan)), now);
      if (throttle) {
        const retryAfterSeconds = Math.ceil(throttle.until - now.getTime() / 1000);
        return authErrorOfJson({ ...throttle.error, retryAfterSeconds });
      }
      if (!flows[plan.flow].signsIn) return undefined;
      const refusal = holdAt(await store.get(refusalKey(plan)), now);
      const isAbout = refusal && refusal.signIn === ((await this.signIn(plan))?.version ?? null);
      return isAbout ? authErrorOfJson(refusal.error) : undefined;
    },

    async holdThrottle(plan: TokenPlan, error: AuthError, now: Date): Promise<void> {
      const pause = Math.min(error.retryAfterSeconds ?? 0, longestPauseSeconds);
      const until = epochSeconds(addSeconds(now, pause));
      const hold: Hold = { from: epochSeconds(now), until, signIn: null, error: authErrorJson(error) };
      await put(throttleKey(plan), hold);
    },

    async holdRefusal(plan: TokenPlan, error: AuthError, signIn: string | null, now: Date): Promise<void> {
      const from = epochSeconds(now);
      const hold: Hold = { from, until: from + refusalSeconds, signIn, error: authErrorJson(error) };
      await put(refusalKey(plan), hold);
    },

    async forgetRefusal(plan: TokenPlan): Promise<void> {
      // A deletion costs a store more than a look.
      if (await store.get(refusalKey(plan))) await store.delete(refusalKey(plan));
    },
  };
}

function holdAt(stored: { readonly value: JsonObject } | undefined, now: Date): Hold | undefined {
  const hold = stored && (stored.value as unknown as Hold);
  const seconds = now.getTime() / 1000;
  // One "from the future" was written under another clock: nobody knows when it would end.
  return hold && hold.until > seconds && hold.from <= seconds + clockSkewSeconds ? hold : undefined;
}
