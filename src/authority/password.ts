import { availableParallelism } from 'node:os';
import { admission } from '../base/admission.ts';
import { addSeconds } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import {
  attemptsKeptSeconds,
  isLocked,
  oneMoreAttempt,
  passwordAttemptsKey,
  passwordMatches,
  type Tenant,
  type User,
} from '../domain/index.ts';
import type { AuthorityContext } from './context.ts';
import { AuthorityError } from './error-table.ts';

/** As Node.js has it (libuv). */
const poolThreads = 4;

/**
 * A comparison takes a thread and a core for 30 ms: of the pool's threads one stays free for signatures, and of the cores one
 * for everything else. Of a flood of sign-ins what has to wait ten seconds is refused.
 */
const comparisons = admission({
  atOnce: Math.max(1, Math.min(poolThreads, availableParallelism()) - 1),
  waiting: 1000,
  patienceSeconds: 10,
});

const refuseForRoom = (): never => {
  throw new AuthorityError('budgetExceeded');
};

/**
 * The one place where a password is compared, for pages and grants alike. Throws 50126 for a wrong one and for a user who
 * does not exist, after the same work, so that neither answer nor time tells who does; 50053 for a user name that was
 * tried too often, whether it exists or not, without comparing anything; 90024 where too many sign in at once, and then nothing
 * was tried.
 */
export async function provePassword(
  context: AuthorityContext,
  { tenant, userName, password }: { tenant: Tenant; userName: string; password: Secret },
): Promise<User> {
  const { directory, entries } = context;
  const key = passwordAttemptsKey(tenant.id, userName);
  // One at a time, or many right passwords at once would be taken for many guesses.
  return entries.inTurn('passwordAttempts', key, () =>
    comparisons.admit(async () => {
      await countAttempt(context, key);
      const user = await directory.userByPrincipalName(tenant.id, userName);
      const matches = await passwordMatches(user?.password ?? directory.decoyPassword, password);
      if (!user || !matches) throw new AuthorityError('invalidPassword');
      await entries.take('passwordAttempts', key);
      return user;
    }, refuseForRoom),
  );
}

/** Before the password is compared, as a change of its own: neither a crash nor guesses in parallel go uncounted. */
async function countAttempt({ entries, clock }: AuthorityContext, key: string): Promise<void> {
  const now = clock.now();
  const expiresAt = addSeconds(now, attemptsKeptSeconds);
  for (;;) {
    const counted = await entries.change(
      'passwordAttempts',
      key,
      (attempts) => {
        if (isLocked(attempts, now)) throw new AuthorityError('userLocked');
        return oneMoreAttempt(attempts, now);
      },
      { expiresAt },
    );
    if (counted || (await entries.add('passwordAttempts', key, { value: oneMoreAttempt(undefined, now), expiresAt }))) {
      return;
    }
  }
}

/** Whether sign-ins by that user's name are locked now. */
export const isUserLocked = async ({ entries, clock }: AuthorityContext, user: User): Promise<boolean> =>
  isLocked(
    await entries.find('passwordAttempts', passwordAttemptsKey(user.tenantId, user.userPrincipalName)),
    clock.now(),
  );
