import { addSeconds } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import { base32Bytes, totpStep, type User } from '../domain/index.ts';
import type { AuthorityContext } from './context.ts';
import { giveBackGuess, takeGuess } from './guesses.ts';

/** Ten wrong codes lock the second factor for the rest of the window; the password stays as it is. */
const secondFactorRule = { limit: 10, windowSeconds: 900 } as const;

/** Longer than any code counts: one step of 30 seconds either way. */
const rememberedSeconds = 180;

export type CodeJudgement = 'right' | 'wrong' | 'locked';

/**
 * The one place where a one-time code is compared, with the user's secret or with one that is being set up. A code works
 * once for a user: which of many at once it was is decided by the entry of its time step.
 */
export async function judgeOneTimeCode(
  context: AuthorityContext,
  user: Pick<User, 'id'>,
  { secret, code }: { secret: Secret; code: string },
): Promise<CodeJudgement> {
  const { entries, clock } = context;
  const guesses = `second factor of ${user.id}`;
  if (!(await takeGuess(context, guesses, secondFactorRule))) return 'locked';
  const now = clock.now();
  const bytes = base32Bytes(secret.reveal());
  const digits = code.replace(/[\s-]/g, '');
  const step = bytes && /^\d{6}$/.test(digits) ? totpStep(bytes, digits, now) : undefined;
  if (step === undefined) return 'wrong';
  const used = { value: {}, expiresAt: addSeconds(now, rememberedSeconds) };
  if (!(await entries.add('usedOneTimeCode', `${user.id} ${step}`, used))) return 'wrong';
  await giveBackGuess(context, guesses);
  return 'right';
}
