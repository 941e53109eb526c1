import type { Awaitable } from '../base/awaitable.ts';
import type { Clock } from '../base/clock.ts';
import type { Directory, DirectoryChanges } from './directory.ts';
import { endSignIns } from './end-sign-ins.ts';
import type { Entries } from './entries.ts';
import {
  newUser,
  type PasswordContext,
  resetPassword,
  type UserOrder,
  type UserSettings,
  type WithTemporaryPassword,
  withoutSecondFactor,
  withSettings,
} from './new-user.ts';
import { passwordAttemptsKey } from './password-attempts.ts';
import { refuse } from './refusal.ts';
import type { Tenant } from './tenant.ts';
import type { User } from './user.ts';

/** What it takes to change a directory: changes of one thing follow one another, in this process. */
export interface ChangeContext {
  readonly directory: Directory & DirectoryChanges;
  readonly entries: Entries;
}

export interface AdministrationContext extends ChangeContext, PasswordContext {
  readonly clock: Clock;
}

/** Which user: ids say it for good, names change. */
export type UserPlace = Pick<User, 'tenantId' | 'id'>;

/** Adds a user with a temporary password. Throws `Refusal`: `invalid`, or `taken` for a name somebody has. */
export const addUser = (
  context: AdministrationContext,
  tenant: Tenant,
  order: UserOrder,
): Promise<WithTemporaryPassword> =>
  context.entries.inTurn('session', `names of ${tenant.id}`, async () => {
    const added = await newUser(context, tenant, order);
    const { userPrincipalName } = added.user;
    if (await context.directory.userByPrincipalName(tenant.id, userPrincipalName)) {
      refuse('taken', 'userPrincipalName', `is taken: there is a user ${userPrincipalName}. Choose another name.`);
    }
    await context.directory.putUser(added.user);
    return added;
  });

/**
 * Writes what `change` makes of the user as they are now, one change after the other: of two at once the second sees what
 * the first wrote, and may refuse by throwing. Undefined when the user is no longer there.
 */
export const changeUser = (
  { directory, entries }: ChangeContext,
  { tenantId, id }: UserPlace,
  change: (user: User) => Awaitable<User>,
): Promise<User | undefined> =>
  entries.inTurn('session', `changes of ${id}`, async () => {
    const user = await directory.userById(tenantId, id);
    const changed = user && (await change(user));
    if (changed) await directory.putUser(changed);
    return changed;
  });

/** Throws `Refusal`: `invalid`, or `missing` for a user who is not there. */
export const changeSettings = async (context: ChangeContext, place: UserPlace, settings: UserSettings): Promise<User> =>
  required(await changeUser(context, place, (user) => withSettings(user, settings)));

/**
 * Gives the user a temporary password, told this once. What was signed in is dead, and a lock by wrong passwords is open.
 * Throws `Refusal` for a user who is not there.
 */
export async function setTemporaryPassword(
  context: AdministrationContext,
  place: UserPlace,
): Promise<WithTemporaryPassword> {
  const { entries, clock } = context;
  let temporaryPassword: WithTemporaryPassword['temporaryPassword'] | undefined;
  const user = required(
    await changeUser(context, place, async (before) => {
      const reset = await resetPassword(context, before, clock.now());
      temporaryPassword = reset.temporaryPassword;
      return reset.user;
    }),
  );
  await endSignIns(entries, user.id, clock.now());
  await entries.take('passwordAttempts', passwordAttemptsKey(user.tenantId, user.userPrincipalName));
  return { user, temporaryPassword: temporaryPassword ?? refuse('missing', 'user', gone) };
}

/** Takes the user's second factor away; what was signed in with it is dead. Throws `Refusal`. */
export async function forgetSecondFactor(context: AdministrationContext, place: UserPlace): Promise<User> {
  const now = context.clock.now();
  const user = required(
    await changeUser(context, place, (before) => ({ ...withoutSecondFactor(before), signInSessionsValidFrom: now })),
  );
  await endSignIns(context.entries, user.id, now);
  return user;
}

const gone = 'is no longer there.';
const required = (user: User | undefined): User => user ?? refuse('missing', 'user', gone);
