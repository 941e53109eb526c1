import { html } from 'hono/html';
import {
  addRelationship as addRelationshipIn,
  delegatedRoles,
  longestRelationshipDays,
  Refusal,
} from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { checkFields, type Problem, textField, wrongNote } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { problemAt } from '../pages/problem.ts';
import type { Visit } from '../route.ts';
import { customerAsked } from './asked.ts';
import { customerDone } from './customer-page.ts';
import { customerPath, customersPath } from './paths.ts';

/** `GET /console/customers/:tenantId/relationships/new` */
export const newRelationshipForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST …/relationships/new` */
export async function addRelationship(context: ConsoleContext, visit: Visit) {
  const customer = await customerAsked(context, visit);
  const { form } = visit;
  const displayName = (form.get('displayName') ?? '').trim();
  const order = {
    ...(displayName === '' ? {} : { displayName }),
    durationDays: Number(form.get('durationDays') ?? ''),
    roles: Object.values(delegatedRoles).filter((role) => form.get(fieldOf(role)) === 'yes'),
  };
  try {
    await addRelationshipIn(context, customer, order);
    return customerDone(customer, 'related');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = {
  displayName: ['displayName', 'Name'],
  durationDays: ['durationDays', 'Duration'],
  roles: ['roles', 'The relationship'],
} as const;

const fieldOf = (role: string): string => `role-${role}`;

async function formPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const { tenantId, companyName } = await customerAsked(context, visit);
  const { form } = visit;
  const action = customerPath(tenantId, 'relationships/new');
  return consolePage(context, visit, {
    heading: 'New relationship',
    within: customersPath,
    trail: [
      [customersPath, 'Customers'],
      [customerPath(tenantId), companyName],
    ],
    lead: `What ${companyName} lets ${visit.tenant.displayName} do in its tenant. It is active at once: the customer’s approval is taken for given.`,
    problems,
    body: html`<section class="card"><form method="post" action="${action}" novalidate>${markerInput(context, visit, action)}
${textField({ name: 'displayName', label: 'Name', hint: 'Left empty: the customer’s, and today’s date.', value: form.get('displayName') ?? '', maxLength: 256, focus: true }, problems)}
${textField({ name: 'durationDays', label: 'Duration in days', hint: `At most ${longestRelationshipDays}.`, value: form.get('durationDays') ?? String(longestRelationshipDays), required: true, maxLength: 8 }, problems)}
<fieldset id="roles"><legend>Roles in the customer’s tenant</legend>
${wrongNote('roles', problems)}${checkFields(
  Object.entries(delegatedRoles).map(([label, role]) => ({ value: fieldOf(role), label })),
  (name) => form.get(name) === 'yes',
)}</fieldset>
<div class="actions"><button class="primary">Add</button><a class="button" href="${customerPath(tenantId)}">Cancel</a></div>
</form></section>`,
  });
}
