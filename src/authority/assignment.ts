import type { Application, ServicePrincipal, User } from '../domain/index.ts';
import type { AuthorityContext } from './context.ts';
import { AuthorityError } from './error-table.ts';

/** An application may be for those alone who are assigned to it, whichever way they sign in. Throws 50105. */
export async function requireAssigned(
  { directory }: AuthorityContext,
  { application, servicePrincipal }: { application: Application; servicePrincipal: ServicePrincipal },
  user: User,
): Promise<void> {
  const { tenantId, appId, appRoleAssignmentRequired } = servicePrincipal;
  if (!appRoleAssignmentRequired || (await directory.assignedRoles(tenantId, user.id, appId)).length > 0) return;
  const values = { name: application.displayName, application: appId, user: user.userPrincipalName };
  throw new AuthorityError('userNotAssigned', values);
}
