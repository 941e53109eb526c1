import { changeUser as changeUserIn, type User, type UserPlace } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { refuseForm } from './marker.ts';

/** Writes what `change` makes of the user as they are now (`changeUser` of the domain). It may refuse by throwing. */
export async function changeUser(
  context: AuthorityContext,
  place: UserPlace,
  change: (user: User) => User,
): Promise<void> {
  if (!(await changeUserIn(context, place, change))) refuseForm('The account is no longer there.');
}
