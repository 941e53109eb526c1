import { html } from 'hono/html';
import type { Flow } from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { consolePage, product } from '../pages/frame.ts';
import { nothingFound, pager, searchForm } from '../pages/list.ts';
import { listOrder } from '../query.ts';
import type { Visit } from '../route.ts';
import { liveNote, livePart, liveRows, liveScript } from './live.ts';
import { flowPath, flowsPath } from './paths.ts';
import { outcomeBadge, timeOf, titleOf } from './wording.ts';

/** `/console/flows`: what was asked of this sandbox, newest first. */
export async function listFlows(context: ConsoleContext, visit: Visit) {
  const order = listOrder(visit);
  const { items, total } = context.flows.list(order);
  return consolePage(context, visit, {
    heading: 'Flows',
    within: flowsPath,
    lead: 'The last token requests, exchanges and calls of the partner APIs, newest first. Open one to see each check, the one that refused, and what to do.',
    script: liveScript,
    body: html`<div class="commands">${searchForm(flowsPath, order, 'Correlation ID, code, user or tenant')}</div>
${liveNote}<div${livePart}>${items.length === 0 ? nothingFound(order, 'Nothing was asked yet.') : ''}</div>
${flowTable(items, await namesOf(context, items))}<div${livePart}>${pager(flowsPath, order, { total })}</div>`,
  });
}

export const flowTable = (flows: readonly Flow[], names: ReadonlyMap<string, string>): Markup => html`<table>
<thead><tr><th scope="col">Request</th><th scope="col" class="wider">Application</th><th scope="col">Outcome</th><th scope="col" class="wider">Correlation ID</th></tr></thead>
<tbody${liveRows}>${flows.map(
  (flow) =>
    html`<tr id="flow-${flow.id}"><th scope="row"><a href="${flowPath(flow.id)}">${titleOf(flow)}</a><small>${timeOf(flow)} UTC</small></th><td class="wider">${names.get(flow.clientId ?? '') ?? flow.clientId ?? 'None'}</td><td>${outcomeBadge(flow)}</td><td class="wider"><code>${flow.correlationId ?? ''}</code></td></tr>`,
)}</tbody></table>
`;

/** What the applications of flows are called, where they are registered. The console signs people in as one itself. */
export async function namesOf(
  { directory, signIn }: ConsoleContext,
  flows: readonly Flow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(flows.flatMap(({ clientId }) => clientId ?? []))];
  const found = await Promise.all(ids.map((id) => directory.applicationById(id.toLowerCase())));
  return new Map([
    [signIn.appId, product],
    ...ids.flatMap((id, index) => (found[index] ? [[id, found[index].displayName] as const] : [])),
  ]);
}
