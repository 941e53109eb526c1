import { html } from 'hono/html';
import {
  type Application,
  changeApplication,
  type PermissionState,
  permissionStates,
  type Tenant,
  withoutPermission,
} from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { markerInput } from '../form.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { applicationPath } from './paths.ts';

const done = {
  added: 'The permissions were added. They count once consent to them is granted.',
  removed: 'The permission was taken off the list. What was consented to before stays consented.',
  granted: 'Admin consent was granted for everybody in the organization.',
} as const;

export const permissionsDone = (appId: string, word: keyof typeof done) =>
  redirectTo(`${applicationPath(appId, 'permissions')}?done=${word}`);

/** `GET /console/applications/:appId/permissions` */
export async function showPermissions(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  return applicationPage(context, visit, {
    application,
    part: 'permissions',
    heading: 'API permissions',
    lead: `What the application may ask for. An administrator consents to it for everybody in ${visit.tenant.displayName}.`,
    body: html`${doneNote(done, queryOf(visit).get('done'))}${await configuredPermissions(context, visit, application)}`,
  });
}

/** `POST …/permissions/remove` */
export async function removePermission(context: ConsoleContext, visit: Visit) {
  const { appId } = await applicationAsked(context, visit);
  const { form } = visit;
  const resource = await context.directory.applicationById(form.get('resource') ?? '');
  if (!resource) throw new ConsoleError('notFound', 'There is no such API.');
  const type = form.get('type') === 'Role' ? 'Role' : 'Scope';
  await changeApplication(context, appId, (application) =>
    withoutPermission(application, resource, { permission: form.get('permission') ?? '', type }),
  );
  return permissionsDone(appId, 'removed');
}

/** What the application lists, what of it the tenant granted, and what may be done about it. */
async function configuredPermissions(context: ConsoleContext, visit: Visit, application: Application): Promise<Markup> {
  const { appId } = application;
  const { displayName: organization } = visit.tenant;
  const states = await permissionStates(context.directory, application, visit.tenant.id);
  const action = applicationPath(appId, 'permissions/remove');
  const removal = ({ id, value, type, resourceAppId, resourceName }: PermissionState) =>
    html`<form method="post" action="${action}">${markerInput(context, visit, action)}<input type="hidden" name="resource" value="${resourceAppId}"><input type="hidden" name="type" value="${type}"><input type="hidden" name="permission" value="${id}"><button aria-label="Remove ${value} of ${resourceName}">Remove</button></form>`;
  return html`<div class="commands"><a class="button primary" href="${applicationPath(appId, 'permissions/add')}">+ Add a permission</a>${states.length === 0 ? '' : html`<a class="button" href="${applicationPath(appId, 'permissions/consent')}">Grant admin consent for ${organization}</a>`}</div>
${permissionTable(visit.tenant, states, removal)}`;
}

/** `lastCell`: what may be done about one of them; without it the list is there to be read. */
export function permissionTable(
  tenant: Tenant,
  states: readonly PermissionState[],
  lastCell?: (state: PermissionState) => Markup,
): Markup {
  if (states.length === 0) return html`<p class="lead">No permission was added yet.</p>`;
  return html`<table>
<thead><tr><th scope="col">Permission</th><th scope="col" class="wider">Type</th><th scope="col" class="wider">Admin consent required</th><th scope="col">Status</th>${lastCell ? html`<th scope="col" class="end"><span class="unseen">Remove</span></th>` : ''}</tr></thead>
<tbody>
${states.map(
  (
    state,
  ) => html`<tr><th scope="row">${state.value}<small>${state.resourceName}</small></th><td class="wider">${state.type === 'Scope' ? 'Delegated' : 'Application'}<small>${state.displayName}</small></td><td class="wider">${state.needsAdministrator ? 'Yes' : 'No'}</td><td>${statusOf(state, tenant)}</td>${lastCell ? html`<td class="end">${lastCell(state)}</td>` : ''}</tr>
`,
)}</tbody></table>
`;
}

export const statusOf = ({ granted }: PermissionState, { displayName }: Tenant) =>
  granted
    ? html`<span class="badge good">Granted for ${displayName}</span>`
    : html`<span class="badge missing">Not granted for ${displayName}</span>`;
