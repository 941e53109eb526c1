import type { Secret } from '../base/secret.ts';
import { passwordMatches, type Tenant, type User } from '../domain/index.ts';
import type { AuthorityContext } from './context.ts';
import { AuthorityError } from './error-table.ts';

/**
 * The one place where a password is compared, for pages and grants alike. Throws 50126 for a wrong one and for a user who
 * does not exist, after the same work, so that neither answer nor time tells who does.
 */
export async function provePassword(
  { directory }: AuthorityContext,
  { tenant, userName, password }: { tenant: Tenant; userName: string; password: Secret },
): Promise<User> {
  const user = await directory.userByPrincipalName(tenant.id, userName);
  const matches = await passwordMatches(user?.password ?? directory.decoyPassword, password);
  if (!user || !matches) throw new AuthorityError('invalidPassword');
  return user;
}
