import { html } from 'hono/html';
import type { User } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { consolePage } from '../pages/frame.ts';
import { nothingFound, pager, searchForm } from '../pages/list.ts';
import { listOrder } from '../query.ts';
import type { Visit } from '../route.ts';
import { addUserPath, userPath, usersPath } from './paths.ts';
import { rolesOf } from './roles.ts';

/** `/console/users`: a part of the tenant's users, looked for and counted on this side. */
export async function listUsers(context: ConsoleContext, visit: Visit) {
  const order = listOrder(visit);
  const { items, total } = await context.directory.listUsers({ tenantId: visit.tenant.id, ...order });
  return consolePage(context, visit, {
    heading: 'User management',
    within: usersPath,
    lead: `Who signs in for ${visit.tenant.displayName}, and with which roles.`,
    body: html`<div class="commands"><a class="button primary" href="${addUserPath}">Add user</a>${searchForm(usersPath, order, 'Find a user by name')}</div>
${items.length === 0 ? nothingFound(order, 'There are no users.') : tableOf(items)}${pager(usersPath, order, { total })}`,
  });
}

const tableOf = (users: readonly User[]) => html`<table>
<thead><tr><th scope="col">Name</th><th scope="col" class="wider">Roles</th><th scope="col" class="wider">MFA</th><th scope="col">Status</th></tr></thead>
<tbody>
${users.map(
  (
    user,
  ) => html`<tr><th scope="row"><a href="${userPath(user.id)}">${user.displayName}</a><small>${user.userPrincipalName}</small></th><td class="wider">${rolesOf(user) || 'None'}</td><td class="wider">${user.mfa.required ? 'On' : 'Off'}</td><td>${statusBadge(user)}</td></tr>
`,
)}</tbody></table>
`;

export const statusBadge = ({ accountEnabled, forceChangePasswordNextSignIn }: User) => {
  if (!accountEnabled) return html`<span class="badge off">Blocked</span>`;
  return forceChangePasswordNextSignIn
    ? html`<span class="badge missing">Temporary password</span>`
    : html`<span class="badge good">Active</span>`;
};
