import { html } from 'hono/html';
import {
  type Application,
  changeApplication,
  microsoftServicesTenantId,
  type OfferedPermission,
  offeredBy,
  pageOf,
  permissionStates,
  resourcesFor,
  withPermission,
} from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import { encodeForm } from '../../protocol/form.ts';
import { otherResourceNames, resourceApplicationIds } from '../../protocol/resources.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { markerInput } from '../form.ts';
import { checkFields, type Problem } from '../pages/fields.ts';
import { current } from '../pages/frame.ts';
import { nothingFound, pager } from '../pages/list.ts';
import { type ListOrder, listOrder, queryOf } from '../query.ts';
import type { Visit } from '../route.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { applicationPath } from './paths.ts';
import { permissionsDone, permissionTable } from './permissions.ts';

const commonlyUsed: readonly string[] = [
  resourceApplicationIds.graph,
  resourceApplicationIds.arm,
  resourceApplicationIds.exchange,
];

/** The tabs of the side panel, and which APIs each of them has. */
const tabs = [
  ['microsoft', 'Microsoft APIs', ({ appId }) => commonlyUsed.includes(appId)],
  ['organization', 'APIs my organization uses', () => true],
  ['own', 'My APIs', ({ appOwnerOrganizationId: owner }) => owner !== microsoftServicesTenantId],
] as const satisfies readonly (readonly [name: string, title: string, has: (api: Application) => boolean])[];

/** `GET /console/applications/:appId/permissions/add`: which API. */
export async function chooseApi(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  const [tab, , has] = tabs.find(([name]) => name === queryOf(visit).get('tab')) ?? tabs[0];
  const order = listOrder(visit);
  const apis = (await resourcesFor(context.directory, visit.tenant.id)).filter(has);
  const { items, total } = pageOf(apis, namesOf, order);
  const address = applicationPath(application.appId, 'permissions/add');
  return besideTheList(context, visit, {
    application,
    panel: html`<h2>Request API permissions</h2>
<p>Select an API</p>
<nav aria-label="Kinds of APIs"><ul class="tabs">
${tabs.map(([name, title]) => html`<li><a href="${address}?tab=${name}"${current(name === tab)}>${title}</a></li>\n`)}</ul></nav>
<div class="commands">${apiSearch(address, tab, order)}</div>
${items.length === 0 ? nothingFound(order, 'There is no API of this kind.') : apiTable(address, items)}${pager(address, order, { total, kept: [['tab', tab]] })}`,
  });
}

/** What an API is found by: names of either kind, and its whole application id. */
const namesOf = ({ displayName, appId }: Application): readonly [string, ...string[]] => [
  displayName,
  appId,
  ...(otherResourceNames[appId] === undefined ? [] : [otherResourceNames[appId]]),
];

const apiSearch = (action: string, tab: string, { search }: ListOrder) =>
  html`<form class="find" role="search" action="${action}" method="get"><input type="hidden" name="tab" value="${tab}"><label class="unseen" for="q">API name or application ID</label><input id="q" name="q" type="search" value="${search}" placeholder="API name or application ID" autocomplete="off" maxlength="256" autofocus><button>Find</button></form>`;

const apiTable = (address: string, apis: readonly Application[]) => html`<table>
<thead><tr><th scope="col">Name</th></tr></thead>
<tbody>
${apis.map(
  ({
    appId,
    displayName,
  }) => html`<tr><th scope="row"><a href="${address}/${appId}">${displayName}</a>${otherResourceNames[appId] === undefined ? '' : html`<small>also shown as ${otherResourceNames[appId]}</small>`}<small><code>${appId}</code></small></th></tr>
`,
)}</tbody></table>
`;

/** `GET …/permissions/add/:resource`: which of its permissions. */
export const choosePermissions = async (context: ConsoleContext, visit: Visit) => permissionsPage(context, visit, []);

/** `POST …/permissions/add/:resource` */
export async function addPermissions(context: ConsoleContext, visit: Visit) {
  const { appId } = await applicationAsked(context, visit);
  const resource = await resourceAsked(context, visit);
  const chosen = offeredBy(resource).filter((offered) => visit.form.get(fieldOf(offered)) === 'yes');
  if (chosen.length === 0) {
    const field = fieldOf(offeredBy(resource)[0]);
    return permissionsPage(context, visit, [{ field, text: 'Check the permissions to add.' }]);
  }
  await changeApplication(context, appId, (application) =>
    chosen.reduce((changed, { id, type }) => withPermission(changed, resource, { permission: id, type }), application),
  );
  return permissionsDone(appId, 'added');
}

async function resourceAsked({ directory }: ConsoleContext, { tenant, parameter }: Visit): Promise<Application> {
  const wanted = parameter('resource').toLowerCase();
  const found = (await resourcesFor(directory, tenant.id)).find(({ appId }) => appId === wanted);
  return found ?? missing(tenant.displayName);
}

function missing(organization: string): never {
  throw new ConsoleError('notFound', `${organization} uses no API of this id that offers permissions.`);
}

const fieldOf = (offered: OfferedPermission | undefined): string => `${offered?.type}-${offered?.id}`;

async function permissionsPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const application = await applicationAsked(context, visit);
  const resource = await resourceAsked(context, visit);
  const address = applicationPath(application.appId, 'permissions/add');
  const action = `${address}/${resource.appId}`;
  return besideTheList(context, visit, {
    application,
    problems,
    panel: html`<h2>Request API permissions</h2>
<p><a href="${address}?${encodeForm([['tab', 'organization']])}">All APIs</a></p>
<p><strong>${resource.displayName}</strong><br><code>${resource.appId}</code></p>
<form method="post" action="${action}">${markerInput(context, visit, action)}
${kinds.map(([type, legend]) => checkboxes(legend, application, resource, type))}<div class="actions"><button class="primary">Add permissions</button><a class="button" href="${applicationPath(application.appId, 'permissions')}">Discard</a></div>
</form>`,
  });
}

const kinds = [
  ['Scope', 'Delegated permissions'],
  ['Role', 'Application permissions'],
] as const;

function checkboxes(legend: string, application: Application, resource: Application, type: 'Scope' | 'Role'): Markup {
  const offered = offeredBy(resource).filter((one) => one.type === type);
  if (offered.length === 0) return html``;
  const access = application.requiredResourceAccess.find(({ resourceAppId }) => resourceAppId === resource.appId);
  const listed = new Set(access?.resourceAccess.map(({ id }) => id));
  const about = ({ id, displayName, needsAdministrator }: OfferedPermission): string =>
    `${displayName}${needsAdministrator ? '. Admin consent required' : ''}${listed.has(id) ? '. Added already' : ''}`;
  return html`<fieldset><legend>${legend}</legend>
${checkFields(
  offered.map((one) => ({ value: fieldOf(one), label: one.value, about: about(one) })),
  () => false,
)}</fieldset>
`;
}

/** A panel at the side of what the application lists so far. */
const besideTheList = async (
  context: ConsoleContext,
  visit: Visit,
  { application, panel, problems = [] }: { application: Application; panel: Markup; problems?: readonly Problem[] },
) =>
  applicationPage(context, visit, {
    application,
    part: 'permissions',
    isInside: true,
    heading: 'API permissions',
    problems,
    body: html`<div class="beside"><div>${permissionTable(visit.tenant, await permissionStates(context.directory, application, visit.tenant.id))}</div>
<section class="panel" aria-label="Request API permissions">${panel}</section></div>`,
  });
