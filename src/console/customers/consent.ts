import { html } from 'hono/html';
import {
  type Application,
  type Customer,
  consentToListed,
  isSingleTenant,
  listedOrders,
  Refusal,
  withdrawFromCustomer,
} from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { markerInput } from '../form.ts';
import type { Problem } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { nothingFound, pager, searchForm } from '../pages/list.ts';
import { problemAt } from '../pages/problem.ts';
import { listOrder } from '../query.ts';
import type { Visit } from '../route.ts';
import { customerAsked } from './asked.ts';
import { grantItem } from './consented-applications.ts';
import { customerDone } from './customer-page.ts';
import { customerPath, customersPath } from './paths.ts';

/** `GET /console/customers/:tenantId/consents/new`: for which of the partner's applications. */
export async function chooseApplication(context: ConsoleContext, visit: Visit) {
  const customer = await customerAsked(context, visit);
  const order = listOrder(visit);
  const action = customerPath(customer.tenantId, 'consents/new');
  const { items, total } = await context.directory.listApplications({ tenantId: visit.tenant.id, ...order });
  return consolePage(context, visit, {
    heading: 'Consent for an application',
    within: customersPath,
    trail: trailOf(customer),
    lead: `Which application of ${visit.tenant.displayName} is to be known in the tenant of ${customer.companyName}?`,
    body: html`<div class="commands">${searchForm(action, order, 'Find by name or application ID')}</div>
${items.length === 0 ? nothingFound(order, 'No application is registered yet.') : tableOf(action, items)}${pager(action, order, { total })}`,
  });
}

const trailOf = ({ tenantId, companyName }: Customer) =>
  [
    [customersPath, 'Customers'],
    [customerPath(tenantId), companyName],
  ] as const;

const tableOf = (action: string, applications: readonly Application[]) => html`<table>
<thead><tr><th scope="col">Display name</th><th scope="col">Supported account types</th></tr></thead>
<tbody>
${applications.map((application) => {
  const { appId, displayName } = application;
  const isOwn = isSingleTenant(application);
  return html`<tr><th scope="row">${isOwn ? displayName : html`<a href="${action}/${appId}">${displayName}</a>`}<small><code>${appId}</code></small></th><td>${isOwn ? 'Its own tenant alone' : 'Multiple tenants'}</td></tr>
`;
})}</tbody></table>
`;

/** `GET …/consents/new/:appId`: what it would have there. */
export const askForConsent = async (context: ConsoleContext, visit: Visit) => consentPage(context, visit, []);

/** `POST …/consents/new/:appId`. Partner Center's own consent for customers. */
export async function giveConsent(context: ConsoleContext, visit: Visit) {
  const customer = await customerAsked(context, visit);
  const application = await applicationAsked(context, visit);
  try {
    await consentToListed(context, customer, application);
    return customerDone(customer, 'consented');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const { companyName } = customer;
    const names = { appId: ['permissions', application.displayName], tenantId: ['permissions', companyName] } as const;
    return consentPage(context, visit, [problemAt(cause, names)]);
  }
}

/** `POST …/consents/withdraw` */
export async function withdrawConsent(context: ConsoleContext, visit: Visit) {
  const customer = await customerAsked(context, visit);
  const application = await context.directory.applicationById(visit.form.get('appId') ?? '');
  if (!application) throw new ConsoleError('notFound', 'There is no such application.');
  await withdrawFromCustomer(context, { application, tenantId: customer.tenantId });
  return customerDone(customer, 'withdrawn');
}

async function applicationAsked({ directory }: ConsoleContext, { tenant, parameter }: Visit): Promise<Application> {
  const application = await directory.applicationById(parameter('appId'));
  if (application?.appOwnerOrganizationId === tenant.id && !isSingleTenant(application)) return application;
  throw new ConsoleError('notFound', `${tenant.displayName} has no such application for multiple tenants.`);
}

async function consentPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const customer = await customerAsked(context, visit);
  const application = await applicationAsked(context, visit);
  const orders = await listedOrders(context.directory, application);
  const action = customerPath(customer.tenantId, `consents/new/${application.appId}`);
  return consolePage(context, visit, {
    heading: `Consent for ${application.displayName}`,
    within: customersPath,
    trail: trailOf(customer),
    problems,
    body: html`<section class="card" id="permissions"><p>Do you want to consent for all accounts of ${customer.companyName} to what the registration lists?</p>
<ul class="permissions">
${orders.map(grantItem)}</ul>
<p class="small quiet">You consent as ${visit.user.userPrincipalName}, for a customer of ${visit.tenant.displayName}.</p>
<form method="post" action="${action}">${markerInput(context, visit, action)}
<div class="actions"><button class="primary">Yes, consent</button><a class="button" href="${customerPath(customer.tenantId)}">No</a></div>
</form></section>`,
  });
}
