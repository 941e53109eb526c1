import type { User } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { refuseForm } from './marker.ts';

/**
 * Writes what `change` makes of the user as they are now, one change after the other: of two at once the second sees what
 * the first wrote, and may refuse by throwing.
 */
export const changeUser = (
  { directory, entries }: AuthorityContext,
  { tenantId, id }: Pick<User, 'tenantId' | 'id'>,
  change: (user: User) => User,
): Promise<void> =>
  entries.inTurn('session', `changes of ${id}`, async () => {
    const user = await directory.userById(tenantId, id);
    if (!user) refuseForm('The account is no longer there.');
    await directory.putUser(change(user));
  });
