import { html } from 'hono/html';
import type { Application } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { consolePage } from '../pages/frame.ts';
import { nothingFound, pager, searchForm } from '../pages/list.ts';
import { listOrder } from '../query.ts';
import type { Visit } from '../route.ts';
import { applicationPath, applicationsPath, newApplicationPath } from './paths.ts';

/** `/console/applications`: a part of what is registered in the tenant. */
export async function listApplications(context: ConsoleContext, visit: Visit) {
  const order = listOrder(visit);
  const { items, total } = await context.directory.listApplications({ tenantId: visit.tenant.id, ...order });
  return consolePage(context, visit, {
    heading: 'App registrations',
    within: applicationsPath,
    lead: `Applications of ${visit.tenant.displayName}: who they are to the authority, and what they may do.`,
    body: html`<div class="commands"><a class="button primary" href="${newApplicationPath}">+ New registration</a>${searchForm(applicationsPath, order, 'Find by name or application ID')}</div>
${items.length === 0 ? nothingFound(order, 'Nothing is registered yet.') : tableOf(items, visit.now)}${pager(applicationsPath, order, { total })}`,
  });
}

const tableOf = (applications: readonly Application[], now: Date) => html`<table>
<thead><tr><th scope="col">Display name</th><th scope="col" class="wider">Application (client) ID</th><th scope="col">Secrets and certificates</th></tr></thead>
<tbody>
${applications.map(
  (
    application,
  ) => html`<tr><th scope="row"><a href="${applicationPath(application.appId)}">${application.displayName}</a></th><td class="wider"><code>${application.appId}</code></td><td>${credentialBadge(application, now)}</td></tr>
`,
)}</tbody></table>
`;

function credentialBadge({ passwordCredentials, keyCredentials }: Application, now: Date) {
  const all = [...passwordCredentials, ...keyCredentials];
  if (all.length === 0) return html`None`;
  return all.some(({ endDateTime }) => endDateTime > now)
    ? html`<span class="badge good">Current</span>`
    : html`<span class="badge off">Expired</span>`;
}
