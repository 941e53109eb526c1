import { html } from 'hono/html';
import { type ReferralLocation, Refusal } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { areaField, type Problem, textField } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { problemAt } from '../pages/problem.ts';
import type { Visit } from '../route.ts';
import type { ReferralOfForm } from '../sandbox.ts';
import { referralsDone } from './list-referrals.ts';
import { newReferralPath, referralsPath } from './paths.ts';

/** `GET /console/referrals/new` */
export const newReferralForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST /console/referrals/new` */
export async function addReferral(context: ConsoleContext, visit: Visit) {
  try {
    await context.sandbox.addReferral(await orderIn(context, visit));
    return referralsDone('added');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = {
  name: ['name', 'Name'],
  customerName: ['customerName', 'Customer'],
  country: ['country', 'Country'],
  dealValue: ['dealValue', 'Deal value'],
  notes: ['notes', 'Notes'],
  team: ['team', 'Team'],
  location: ['location', 'Location'],
} as const;

async function orderIn(context: ConsoleContext, { form, tenant }: Visit): Promise<ReferralOfForm> {
  const text = (name: string) => (form.get(name) ?? '').trim();
  const country = text('country');
  const location = text('location');
  return {
    ...{ partner: tenant.id, name: text('name'), customerName: text('customerName'), country, notes: text('notes') },
    dealValue: Number(text('dealValue')),
    team: text('team')
      .split(/[\s,]+/)
      .filter((name) => name !== ''),
    ...(location === '' ? {} : { location: await locationNamed(context, tenant.id, { name: location, country }) }),
  };
}

/** One that a referral belongs to already, or a new one in the customer's country. */
async function locationNamed(
  { records, random }: ConsoleContext,
  organizationId: string,
  { name, country }: Omit<ReferralLocation, 'id'>,
): Promise<ReferralLocation> {
  const known = (await records.listReferrals(organizationId)).map(({ location }) => location);
  return known.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? { id: random.guid(), name, country };
}

function formPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const { form, tenant } = visit;
  const value = (name: string, usual = '') => form.get(name) ?? usual;
  return consolePage(context, visit, {
    heading: 'New referral',
    within: referralsPath,
    trail: [[referralsPath, 'Referrals']],
    lead: `One that came in to ${tenant.displayName}. Those that go out are made by the Referrals API.`,
    problems,
    body: html`<section class="card"><form method="post" action="${newReferralPath}" novalidate>${markerInput(context, visit, newReferralPath)}
${textField({ name: 'name', label: 'Name', value: value('name'), required: true, maxLength: 256, focus: true }, problems)}
<div class="pair"><div>${textField({ name: 'customerName', label: 'Customer', value: value('customerName'), required: true, maxLength: 256 }, problems)}</div>
<div>${textField({ name: 'country', label: 'Country', value: value('country', 'US'), required: true, maxLength: 256 }, problems)}</div></div>
${textField({ name: 'dealValue', label: 'Deal value in USD', value: value('dealValue', '0'), required: true, maxLength: 15 }, problems)}
${textField({ name: 'location', label: 'Location', hint: `Which of the partner’s. Left empty: ${tenant.displayName} itself; a new one is in the customer’s country.`, value: value('location'), maxLength: 256 }, problems)}
${areaField({ name: 'team', label: 'Team', hint: 'User names, one in a line.', value: value('team') }, problems)}
${areaField({ name: 'notes', label: 'Notes', value: value('notes') }, problems)}
<div class="actions"><button class="primary">Add</button><a class="button" href="${referralsPath}">Cancel</a></div>
</form></section>`,
  });
}
