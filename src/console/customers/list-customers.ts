import { html } from 'hono/html';
import { type Customer, isActive } from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { consolePage } from '../pages/frame.ts';
import { nothingFound, pager, searchForm } from '../pages/list.ts';
import { listOrder } from '../query.ts';
import type { Visit } from '../route.ts';
import { relationshipsWith } from './asked.ts';
import { customerPath, customersPath, newCustomerPath } from './paths.ts';
import { relationshipBadge } from './relationship-table.ts';

/** `/console/customers`: a part of the partner's customers, looked for and counted on this side. */
export async function listCustomers(context: ConsoleContext, visit: Visit) {
  const order = listOrder(visit);
  const { items, total } = await context.records.listCustomers({ partnerTenantId: visit.tenant.id, ...order });
  return consolePage(context, visit, {
    heading: 'Customers',
    within: customersPath,
    lead: `Tenants that ${visit.tenant.displayName} looks after: its relationships with them, and the applications it consented for there.`,
    body: html`<div class="commands"><a class="button primary" href="${newCustomerPath}">+ New customer</a>${searchForm(customersPath, order, 'Find by name, domain or tenant ID')}</div>
${items.length === 0 ? nothingFound(order, 'There are no customers.') : await tableOf(context, visit, items)}${pager(customersPath, order, { total })}`,
  });
}

const tableOf = async (context: ConsoleContext, visit: Visit, customers: readonly Customer[]) => html`<table>
<thead><tr><th scope="col">Company</th><th scope="col" class="wider">Directory (tenant) ID</th><th scope="col">Relationship</th></tr></thead>
<tbody>
${await Promise.all(
  customers.map(
    async (customer) =>
      html`<tr><th scope="row"><a href="${customerPath(customer.tenantId)}">${customer.companyName}</a><small>${customer.domain}</small></th><td class="wider"><code>${customer.tenantId}</code></td><td>${await standingOf(context, visit, customer)}</td></tr>
`,
  ),
)}</tbody></table>
`;

/** The relationship that counts: an active one before all others. */
async function standingOf(context: ConsoleContext, { now }: Visit, customer: Customer): Promise<Markup> {
  const relationships = await relationshipsWith(context, customer);
  const shown = relationships.find((one) => isActive(one, now)) ?? relationships[0];
  return shown ? relationshipBadge(shown, now) : html`None`;
}
