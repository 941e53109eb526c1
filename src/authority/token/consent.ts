import type { Application, Authorization, Client, Subject, Tenant, UserSubject } from '../../domain/index.ts';
import { requireAssigned } from '../assignment.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import type { AskedPermissions } from './permissions.ts';

/** What consent and assignment leave of what was asked for. Throws 50105, 65001, 650053, 650057 and 501051. */
export async function authorize(
  context: AuthorityContext,
  proven: { readonly tenant: Tenant; readonly client: Client; readonly subject: Subject },
  asked: AskedPermissions,
): Promise<Authorization> {
  const { tenant, client, subject } = proven;
  const { resource, audience } = asked;
  const principalId = subject.kind === 'user' ? subject.user.id : client.servicePrincipal.id;
  const roles = await context.directory.assignedRoles(tenant.id, principalId, resource.application.appId);
  if (subject.kind === 'user') {
    await requireAssigned(context, client, subject.user);
    return { ...proven, resource, audience, scopes: await delegated(context, tenant, client, subject, asked), roles };
  }
  if (resource.servicePrincipal.appRoleAssignmentRequired && roles.length === 0) {
    const { appId, displayName } = client.application;
    throw new AuthorityError('roleRequired', { application: appId, name: displayName, resource: audience });
  }
  return { ...proven, resource, audience, scopes: [], roles };
}

async function delegated(
  { directory }: AuthorityContext,
  tenant: Tenant,
  { application }: Client,
  { user }: UserSubject,
  { resource, permissions, audience }: AskedPermissions,
): Promise<readonly string[]> {
  const values = { application: application.appId, name: application.displayName, resource: audience };
  const granted = await directory.consentedScopes({
    tenantId: tenant.id,
    clientAppId: application.appId,
    resourceAppId: resource.application.appId,
    userId: user.id,
  });
  // Consented at Graph, but it opens nothing there: it asks for a refresh token.
  const consented = granted.filter((scope) => scope !== 'offline_access');
  if (permissions === 'all') {
    if (consented.length > 0 || resource.application.appId === application.appId) return consented;
    throw new AuthorityError(
      lists(application, resource.application) ? 'consentRequired' : 'resourceNotListed',
      values,
    );
  }
  for (const scope of permissions) {
    const offered = resource.application.oauth2PermissionScopes.some(({ value }) => value === scope);
    if (!offered) throw new AuthorityError('unknownScope', { ...values, scope });
    if (!consented.includes(scope)) throw new AuthorityError('consentRequired', values);
  }
  return permissions;
}

const lists = (client: Application, resource: Application): boolean =>
  client.requiredResourceAccess.some(({ resourceAppId }) => resourceAppId === resource.appId);
