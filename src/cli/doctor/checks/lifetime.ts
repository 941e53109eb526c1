import { epochSeconds, fromEpochSeconds } from '../../../base/clock.ts';
import { rfc3339 } from '../../../client/auth-result.ts';
import { entriesIn, inactivityDays, type SignIn, signInEndsBy } from '../../../client/entries.ts';
import { flows } from '../../../client/flows.ts';
import { aadsts } from '../../../protocol/aadsts.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, needed, ok, together, warning } from '../check.ts';
import type { Examination } from '../examination.ts';
import type { ExaminedToken } from '../token.ts';
import { spanInWords } from './clock.ts';

/** How long the token is good, and the sign-in behind it. */
export const lifetime: Check = {
  name: 'lifetime',
  run: async (examination) => {
    const examined = await needed(examination.token(), 'a token');
    const now = examination.client.clock.now();
    const signIn = await keptSignIn(examination, examined);
    const finding = tokenLifetime(examined.expiresOn, now);
    if (signIn) return together([finding, signInLifetime(signIn, now)]);
    return examined.noRefreshToken === undefined ? finding : together([finding, ok(examined.noRefreshToken)]);
  },
};

async function keptSignIn({ kept }: Examination, { plan }: ExaminedToken): Promise<SignIn | undefined> {
  if (!plan || !flows[plan.flow].signsIn) return undefined;
  const { store } = await needed(kept(), 'the token store');
  return store && (await entriesIn(store).signIn(plan))?.signIn;
}

/** What ends within this time may end on its way. */
const shortSeconds = 300;

export function tokenLifetime(expiresOn: Date | undefined, now: Date): Finding {
  if (!expiresOn) return warning('The token does not say when it ends.', undefined);
  const left = epochSeconds(expiresOn) - epochSeconds(now);
  const next = 'Obtain a new one: partner-auth token --force-refresh, or sign in again with partner-auth login.';
  if (left <= 0) return failed(exitCodes.signInNeeded, `The token ended at ${rfc3339(expiresOn)}.`, next);
  const found = `The token is good for ${spanInWords(left)} more, until ${rfc3339(expiresOn)}.`;
  return left < shortSeconds ? warning(found, next) : ok(found);
}

const warnDays = 14;
const daySeconds = 86_400;

export function signInLifetime(signIn: Pick<SignIn, 'signedInAt' | 'renewedAt'>, now: Date): Finding {
  const { signedInAt, renewedAt } = signIn;
  const left = epochSeconds(signInEndsBy(signIn)) - epochSeconds(now);
  const since = `The user signed in on ${day(fromEpochSeconds(signedInAt))}; the refresh token was last renewed on ${day(fromEpochSeconds(renewedAt))}`;
  const { nextStep } = aadsts.refreshTokenInactive;
  if (left <= 0) return failed(exitCodes.signInNeeded, `${since}, more than ${inactivityDays} days ago.`, nextStep);
  const found = `${since} and lasts ${spanInWords(left)} more if nobody uses it.`;
  return left < warnDays * daySeconds
    ? warning(found, 'Use it: partner-auth renew, best from a scheduler.')
    : ok(found);
}

const day = (instant: Date): string => rfc3339(instant).slice(0, 10);
