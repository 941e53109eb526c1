import { epochSeconds, fromEpochSeconds } from '../../base/clock.ts';
import { rfc3339 } from '../../client/auth-result.ts';
import { signInEndsBy } from '../../client/entries.ts';
import type { KeptIdentity } from '../../client/inventory.ts';
import { holders } from '../../client/plan.ts';
import { environments } from '../../protocol/environments.ts';
import { actsForOf, type Holding } from './stored.ts';

/** One sign-in, or one profile without any, as `login`, `status` and `renew` tell it. Never a token. */
export interface SignInStatus {
  readonly profile: string | null;
  readonly current: boolean;
  readonly signsInAs: 'application' | 'user' | null;
  readonly account: string | null;
  readonly applicationId: string | null;
  readonly tenantId: string | null;
  /** The cloud's name, else the authority's address. */
  readonly environment: string | null;
  /** Of the token obtained last. */
  readonly mfa: boolean | null;
  readonly accessTokenExpiresOn: string | null;
  readonly signedInOn: string | null;
  readonly renewedOn: string | null;
  /** When the refresh token ends if it is not used, at the latest. */
  readonly refreshTokenEndsBy: string | null;
  /** Whole days until then. */
  readonly daysLeftAtMost: number | null;
  readonly signInNeeded: boolean;
  readonly why: string | null;
}

/** One for each identity, or one that says that nothing is stored. */
export const statusesOf = (holding: Holding, now: Date): readonly SignInStatus[] =>
  holding.identities.length === 0
    ? [emptyStatus(holding)]
    : holding.identities.map((identity) => statusOf(holding, identity, now));

function emptyStatus({ profile, isCurrent }: Holding): SignInStatus {
  const signsInAs = (profile && actsForOf(profile.profile)) ?? null;
  return {
    profile: profile?.name ?? null,
    current: isCurrent,
    signsInAs,
    account: profile?.profile.username ?? null,
    applicationId: profile?.profile.applicationId ?? null,
    tenantId: profile?.profile.tenant ?? null,
    environment: profile?.profile.environment ?? profile?.profile.authority ?? null,
    mfa: null,
    accessTokenExpiresOn: null,
    signedInOn: null,
    renewedOn: null,
    refreshTokenEndsBy: null,
    daysLeftAtMost: null,
    signInNeeded: signsInAs !== 'application',
    why: 'nothing is stored',
  };
}

function statusOf({ profile, isCurrent }: Holding, identity: KeptIdentity, now: Date): SignInStatus {
  const { applicationId, authority, holder, tokens } = identity;
  const token = tokens[0]?.token.result;
  const signIn = identity.signIn?.signIn;
  const why = whySignIn(identity, now);
  return {
    profile: profile?.name ?? null,
    current: isCurrent,
    signsInAs: holder === holders.application ? 'application' : 'user',
    account: signIn?.account?.username ?? token?.account?.username ?? null,
    applicationId,
    tenantId: signIn?.tenantId ?? token?.tenantId ?? null,
    environment: environmentAt(authority),
    mfa: token?.mfa ?? null,
    accessTokenExpiresOn: token?.expiresOn ?? null,
    signedInOn: instant(signIn?.signedInAt),
    renewedOn: instant(signIn?.renewedAt),
    refreshTokenEndsBy: signIn ? rfc3339(signInEndsBy(signIn)) : null,
    daysLeftAtMost: signIn ? daysLeft(signInEndsBy(signIn), now) : null,
    signInNeeded: why !== null,
    why,
  };
}

export const daysLeft = (end: Date, now: Date): number =>
  Math.max(0, Math.floor((epochSeconds(end) - epochSeconds(now)) / 86_400));

function whySignIn({ signIn, refusal }: KeptIdentity, now: Date): string | null {
  if (refusal) return refusal.error.message;
  return signIn && signInEndsBy(signIn.signIn) <= now ? 'the refresh token was not used for too long' : null;
}

const instant = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : rfc3339(fromEpochSeconds(seconds));

const environmentAt = (authority: string): string =>
  Object.values(environments).find((environment) => environment.authority === authority)?.name ?? authority;
