import { html } from 'hono/html';
import { type Customer, type DelegatedAdminRelationship, delegatedRoleName, isActive } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { minuteOf } from '../instant.ts';
import type { Visit } from '../route.ts';
import { customerPath } from './paths.ts';

/** Where a relationship stands, and when it ends or ended. */
export const relationshipBadge = (relationship: DelegatedAdminRelationship, now: Date) => {
  const { status, endDateTime } = relationship;
  if (status === 'approvalPending') return html`<span class="badge missing">Approval pending</span>`;
  return isActive(relationship, now)
    ? html`<span class="badge good">Active</span><small>until ${minuteOf(endDateTime)}</small>`
    : html`<span class="badge off">${status === 'terminated' ? 'Ended' : 'Expired'}</span><small>${minuteOf(endDateTime)}</small>`;
};

export function relationshipTable(
  context: ConsoleContext,
  visit: Visit,
  { customer, relationships }: { customer: Customer; relationships: readonly DelegatedAdminRelationship[] },
) {
  if (relationships.length === 0) {
    return html`<p class="lead">There is none: no token of a user of ${visit.tenant.displayName} is given for this tenant.</p>`;
  }
  const action = customerPath(customer.tenantId, 'relationships/end');
  const ending = ({ id, displayName }: DelegatedAdminRelationship) =>
    html`<form method="post" action="${action}">${markerInput(context, visit, action)}<input type="hidden" name="id" value="${id}"><button aria-label="End ${displayName}">End</button></form>`;
  return html`<table>
<thead><tr><th scope="col">Name and roles</th><th scope="col">Status</th><th scope="col" class="end"><span class="unseen">End</span></th></tr></thead>
<tbody>
${relationships.map(
  (
    relationship,
  ) => html`<tr><th scope="row">${relationship.displayName}<small>${relationship.unifiedRoles.map(delegatedRoleName).join(', ')}</small></th><td>${relationshipBadge(relationship, visit.now)}</td><td class="end">${isActive(relationship, visit.now) ? ending(relationship) : ''}</td></tr>
`,
)}</tbody></table>
`;
}
