import { html } from 'hono/html';
import { Refusal } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { areaField, type Problem, selectField, textField } from '../pages/fields.ts';
import { consolePage, current } from '../pages/frame.ts';
import { problemAt } from '../pages/problem.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../route.ts';
import type { FaultOrder } from '../sandbox.ts';
import { type EffectKind, effectKinds } from './effects.ts';
import { faultsDone } from './list-faults.ts';
import { faultsPath, newFaultPath } from './paths.ts';

/** `GET /console/faults/new?effect=…`: each effect has a form of its own. */
export const newFaultForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST /console/faults/new` */
export async function addFault(context: ConsoleContext, visit: Visit) {
  try {
    await context.sandbox.addFault(orderIn(visit));
    return faultsDone('added');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = {
  endpoint: ['endpoint', 'Where'],
  path: ['path', 'Path pattern'],
  count: ['count', 'Requests'],
  delay: ['delay', 'Delay'],
  error: ['error', 'Error code'],
  throttle: ['retryAfter', 'Retry-After'],
  status: ['status', 'HTTP status'],
} as const;

/** The one the form was for, or the one its tab names; else the first. */
function kindOf(visit: Visit): EffectKind {
  const wanted = visit.form.get('effect') ?? queryOf(visit).get('effect');
  return effectKinds.find(({ name }) => name === wanted) ?? (effectKinds[0] as EffectKind);
}

function orderIn(visit: Visit): FaultOrder {
  const { form } = visit;
  const given = (name: string) => (form.get(name) ?? '').trim();
  return {
    ...(given('endpoint') === '' ? {} : { endpoint: given('endpoint') }),
    ...(given('path') === '' ? {} : { path: given('path') }),
    count: Number(given('count')),
    ...kindOf(visit).effectIn(form),
  };
}

const byPath = 'By the path pattern below';

function formPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const kind = kindOf(visit);
  const { form } = visit;
  const endpoints = context.sandbox.faultEndpoints;
  return consolePage(context, visit, {
    heading: 'New fault',
    within: faultsPath,
    trail: [[faultsPath, 'Faults']],
    problems,
    body: html`<nav aria-label="Effects"><ul class="tabs">
${effectKinds.map(({ name, title }) => html`<li><a href="${newFaultPath}?effect=${name}"${current(name === kind.name)}>${title}</a></li>\n`)}</ul></nav>
<section class="card"><h2>${kind.title}</h2>
<p>${kind.about}</p>
<form method="post" action="${newFaultPath}" novalidate>${markerInput(context, visit, newFaultPath)}<input type="hidden" name="effect" value="${kind.name}">
${kind.fields.map(({ lines, ...field }) => {
  const entered = { ...field, value: form.get(field.name) ?? field.value ?? '' };
  return lines ? areaField(entered, problems) : textField(entered, problems);
})}${selectField(
  {
    name: 'endpoint',
    label: 'Where',
    hint: 'Every path an endpoint has, in whichever tenant.',
    chosen: form.get('endpoint') ?? 'token',
  },
  [...endpoints.map((value) => ({ value, label: value })), { value: '', label: byPath }],
  problems,
)}${textField({ name: 'path', label: 'Path pattern', hint: 'Such as /contoso.com/*, where * stands for any text.', value: form.get('path') ?? '', maxLength: 512 }, problems)}
${textField({ name: 'count', label: 'Requests', hint: 'How many it meets.', value: form.get('count') ?? '1', required: true, maxLength: 7 }, problems)}
<div class="actions"><button class="primary">Add</button><a class="button" href="${faultsPath}">Cancel</a></div>
</form></section>`,
  });
}
