import { html } from 'hono/html';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { consolePage } from '../pages/frame.ts';
import { pager } from '../pages/list.ts';
import { doneNote } from '../pages/notes.ts';
import { listOrder, queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import type { WaitingFault } from '../sandbox.ts';
import { effectOf } from './effects.ts';
import { faultsPath, newFaultPath, removeAllFaultsPath, removeFaultPath } from './paths.ts';

const done = {
  added: 'The fault waits for its requests.',
  removed: 'The fault was removed.',
  allRemoved: 'No fault is left.',
} as const;

export const faultsDone = (word: keyof typeof done) => redirectTo(`${faultsPath}?done=${word}`);

/** `GET /console/faults`: those that wait, the first to be used first. */
export async function listFaults(context: ConsoleContext, visit: Visit) {
  const order = listOrder(visit);
  const faults = await context.sandbox.faults();
  const shown = faults.slice(order.skip, order.skip + order.top);
  return consolePage(context, visit, {
    heading: 'Faults',
    within: faultsPath,
    lead: 'What goes wrong next, on purpose. Each meets so many requests and is used up; of several that fit, the one on top comes first. This console and /sandbox meet none, but a sign-in here begins at the authority, which does.',
    body: html`${doneNote(done, queryOf(visit).get('done'))}<div class="commands"><a class="button primary" href="${newFaultPath}">+ New fault</a>${faults.length === 0 ? '' : html`<form method="post" action="${removeAllFaultsPath}">${markerInput(context, visit, removeAllFaultsPath)}<button>Remove all</button></form>`}</div>
${shown.length === 0 ? html`<p class="lead">No fault is waiting.</p>` : tableOf(context, visit, shown)}${pager(faultsPath, order, { total: faults.length })}`,
  });
}

/** `POST /console/faults/remove`. One that was used up meanwhile is gone as well. */
export async function removeFault({ sandbox }: ConsoleContext, { form }: Visit) {
  await sandbox.removeFaults(form.get('id') ?? '');
  return faultsDone('removed');
}

/** `POST /console/faults/remove-all` */
export async function removeAllFaults({ sandbox }: ConsoleContext) {
  await sandbox.removeFaults();
  return faultsDone('allRemoved');
}

const tableOf = (context: ConsoleContext, visit: Visit, faults: readonly WaitingFault[]) => html`<table>
<thead><tr><th scope="col">Where</th><th scope="col" class="wider">Effect</th><th scope="col">Left</th><th scope="col" class="end"><span class="unseen">Remove</span></th></tr></thead>
<tbody>
${faults.map((fault) => {
  const { id, endpoint, path = '', remaining } = fault;
  return html`<tr><th scope="row">${endpoint ?? html`<code>${path}</code>`}<small class="narrow">${effectOf(fault)}</small></th><td class="wider">${effectOf(fault)}</td><td>${remaining.toLocaleString('en')}</td><td class="end"><form method="post" action="${removeFaultPath}">${markerInput(context, visit, removeFaultPath)}<input type="hidden" name="id" value="${id}"><button aria-label="Remove the fault of ${endpoint ?? path}">Remove</button></form></td></tr>
`;
})}</tbody></table>
`;
