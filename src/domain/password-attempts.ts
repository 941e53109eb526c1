import { addSeconds } from '../base/clock.ts';
import { entryKey } from './entry-key.ts';

/** Passwords tried for one user name, existing or not, since the last right one. */
export interface PasswordAttempts {
  /** Those being compared now are counted: each is counted before it is compared. */
  readonly count: number;
  readonly lockedUntilAt?: Date;
}

/** As many wrong passwords lock a user name; Entra's number. */
const attemptsBeforeLock = 10;

const firstLockSeconds = 60;
const longestLockSeconds = 3600;

/** Seconds the counter is kept after the last attempt: a day, and the longest lock. */
export const attemptsKeptSeconds = 86_400 + longestLockSeconds;

/** A user name is counted in the tenant it was tried in, in one letter case, as the directory finds it. */
export const passwordAttemptsKey = (tenantId: string, userName: string): string =>
  entryKey(`${tenantId}\n${userName}`.toLowerCase());

export const isLocked = (attempts: PasswordAttempts | undefined, now: Date): boolean =>
  attempts?.lockedUntilAt !== undefined && attempts.lockedUntilAt > now;

/**
 * The count with one more attempt, which may be compared if the count before was not locked. The tenth locks for a
 * minute, and each after a lock for twice as long as the one before, at most an hour.
 */
export function oneMoreAttempt(attempts: PasswordAttempts | undefined, now: Date): PasswordAttempts {
  const count = (attempts?.count ?? 0) + 1;
  if (count < attemptsBeforeLock) return { count };
  const seconds = Math.min(firstLockSeconds * 2 ** (count - attemptsBeforeLock), longestLockSeconds);
  return { count, lockedUntilAt: addSeconds(now, seconds) };
}
