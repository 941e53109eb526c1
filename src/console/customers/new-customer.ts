import { html } from 'hono/html';
import { addCustomer as addCustomerIn, Refusal } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { type Problem, textField } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { problemAt } from '../pages/problem.ts';
import type { Visit } from '../route.ts';
import { customerDone } from './customer-page.ts';
import { customersPath, newCustomerPath } from './paths.ts';

/** `GET /console/customers/new` */
export const newCustomerForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST /console/customers/new` */
export async function addCustomer(context: ConsoleContext, visit: Visit) {
  const { form, tenant } = visit;
  const order = { companyName: form.get('companyName') ?? '', domain: form.get('domain') ?? '' };
  try {
    return customerDone(await addCustomerIn(context, tenant, order), 'added');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = { companyName: ['companyName', 'Company name'], domain: ['domain', 'Domain'] } as const;

const formPage = (context: ConsoleContext, visit: Visit, problems: readonly Problem[]) => {
  const value = (name: string) => visit.form.get(name) ?? '';
  return consolePage(context, visit, {
    heading: 'New customer',
    within: customersPath,
    trail: [[customersPath, 'Customers']],
    problems,
    body: html`<section class="card"><form method="post" action="${newCustomerPath}" novalidate>${markerInput(context, visit, newCustomerPath)}
${textField({ name: 'companyName', label: 'Company name', value: value('companyName'), required: true, maxLength: 256, focus: true }, problems)}
${textField({ name: 'domain', label: 'Domain', hint: 'Such as tailspin.onmicrosoft.com. A tenant is made for it where none has it.', value: value('domain'), required: true, maxLength: 253 }, problems)}
<div class="actions"><button class="primary">Add</button><a class="button" href="${customersPath}">Cancel</a></div>
</form></section>`,
  });
};
