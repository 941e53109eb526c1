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

/**
 * The one place where a password is compared, for pages and grants alike. Throws 50126 for a wrong one and for a user who
 * does not exist, after the same work, so that neither answer nor time tells who does; 50053 for a user name that was
 * tried too often, whether it exists or not, without comparing anything.
 */
export async function provePassword(
  context: AuthorityContext,
  { tenant, userName, password }: { tenant: Tenant; userName: string; password: Secret },
): Promise<User> {
  const { directory, entries } = context;
  const key = passwordAttemptsKey(tenant.id, userName);
  // One at a time, or many right passwords at once would be taken for many guesses.
  return entries.inTurn('passwordAttempts', key, async () => {
    await countAttempt(context, key);
    const user = await directory.userByPrincipalName(tenant.id, userName);
    const matches = await passwordMatches(user?.password ?? directory.decoyPassword, password);
    if (!user || !matches) throw new AuthorityError('invalidPassword');
    await entries.take('passwordAttempts', key);
    return user;
  });
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
