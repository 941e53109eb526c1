import { html } from 'hono/html';
import { type Customer, endRelationship as endRelationshipIn, Refusal } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import type { Problem } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { customerAsked, relationshipsWith } from './asked.ts';
import { consentedPart } from './consented-applications.ts';
import { customerPath, customersPath } from './paths.ts';
import { relationshipTable } from './relationship-table.ts';

const done = {
  added: 'Added. Next: a relationship, and consent for an application.',
  related: 'The relationship is active.',
  ended: 'The relationship has ended: tokens that are out already are the last.',
  consented: 'The application is known in the tenant and has what was listed.',
  withdrawn: 'The application is no longer known in the tenant, and has nothing there.',
} as const;

export const customerDone = ({ tenantId }: Customer, word: keyof typeof done) =>
  redirectTo(`${customerPath(tenantId)}?done=${word}`);

/** `GET /console/customers/:tenantId` */
export const showCustomer = async (context: ConsoleContext, visit: Visit) => customerPage(context, visit, []);

/** `POST …/relationships/end` */
export async function endRelationship(context: ConsoleContext, visit: Visit) {
  const customer = await customerAsked(context, visit);
  try {
    await endRelationshipIn(context, customer, visit.form.get('id') ?? '');
    return customerDone(customer, 'ended');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return customerPage(context, visit, [{ field: 'relationships', text: `The relationship ${cause.message}` }]);
  }
}

async function customerPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const customer = await customerAsked(context, visit);
  const relationships = await relationshipsWith(context, customer);
  return consolePage(context, visit, {
    heading: customer.companyName,
    within: customersPath,
    trail: [[customersPath, 'Customers']],
    problems,
    body: html`${doneNote(done, queryOf(visit).get('done'))}<section class="card"><dl class="known">
<div><dt>Domain</dt><dd>${customer.domain}</dd></div>
<div><dt>Directory (tenant) ID</dt><dd><code>${customer.tenantId}</code></dd></div>
</dl></section>
<h2 id="relationships">Relationships</h2>
<p class="lead">Delegated admin privileges (GDAP): while one is active, users of ${visit.tenant.displayName} get tokens for this tenant.</p>
<div class="commands"><a class="button primary" href="${customerPath(customer.tenantId, 'relationships/new')}">+ New relationship</a></div>
${relationshipTable(context, visit, { customer, relationships })}
${await consentedPart(context, visit, customer)}`,
  });
}
