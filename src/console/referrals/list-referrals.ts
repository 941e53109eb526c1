import { html } from 'hono/html';
import { pageOf, type Referral } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { markerInput } from '../form.ts';
import { consolePage } from '../pages/frame.ts';
import { nothingFound, pager, searchForm } from '../pages/list.ts';
import { doneNote } from '../pages/notes.ts';
import { listOrder, queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { newReferralPath, referralsPath, removeReferralPath } from './paths.ts';

const done = { added: 'The referral was added.', removed: 'The referral was removed.' } as const;

export const referralsDone = (word: keyof typeof done) => redirectTo(`${referralsPath}?done=${word}`);

/** `GET /console/referrals`: the partner's own, whoever may read them by the API. */
export async function listReferrals(context: ConsoleContext, visit: Visit) {
  const order = listOrder(visit);
  const { items, total } = pageOf(await context.records.listReferrals(visit.tenant.id), namesOf, order);
  return consolePage(context, visit, {
    heading: 'Referrals',
    within: referralsPath,
    lead: 'A Referrals Admin reads and changes all of them, a Referrals User reads those whose team they are on.',
    body: html`${doneNote(done, queryOf(visit).get('done'))}<div class="commands"><a class="button primary" href="${newReferralPath}">+ New referral</a>${searchForm(referralsPath, order, 'Find by name, customer, location or team')}</div>
${items.length === 0 ? nothingFound(order, 'There are no referrals.') : tableOf(context, visit, items)}${pager(referralsPath, order, { total })}`,
  });
}

const namesOf = ({ name, id, customerProfile, location, team }: Referral): readonly [string, ...string[]] => [
  name,
  ...[id, customerProfile.name, location.name],
  ...team.flatMap(({ firstName, lastName, email }) => [`${firstName} ${lastName}`, email]),
];

/** `POST /console/referrals/remove`. Another partner's is none here. */
export async function removeReferral({ records }: ConsoleContext, { tenant, form }: Visit) {
  const referral = await records.referral(form.get('id') ?? '');
  if (referral?.organizationId !== tenant.id) {
    throw new ConsoleError('notFound', `${tenant.displayName} has no such referral.`);
  }
  await records.removeReferral(referral.id);
  return referralsDone('removed');
}

const tableOf = (context: ConsoleContext, visit: Visit, referrals: readonly Referral[]) => html`<table>
<thead><tr><th scope="col">Name</th><th scope="col" class="wider">Location</th><th scope="col" class="wider">Team</th><th scope="col">Status</th><th scope="col" class="end"><span class="unseen">Remove</span></th></tr></thead>
<tbody>
${referrals.map((referral) => {
  const { id, name, customerProfile, location, status, substatus } = referral;
  const team = teamOf(referral);
  const onPhones = [`${location.name}, ${location.country}`, ...team].map(
    (text) => html`<small class="narrow">${text}</small>`,
  );
  return html`<tr><th scope="row">${name}<small>${customerProfile.name}</small>${onPhones}</th><td class="wider">${location.name}<small>${location.country}</small></td><td class="wider">${team.join(', ')}</td><td>${status}<small class="whole">${substatus}</small></td><td class="end"><form method="post" action="${removeReferralPath}">${markerInput(context, visit, removeReferralPath)}<input type="hidden" name="id" value="${id}"><button aria-label="Remove ${name}">Remove</button></form></td></tr>
`;
})}</tbody></table>
`;

const teamOf = ({ team }: Referral): readonly string[] =>
  team.length === 0 ? ['Nobody'] : team.map(({ email }) => email);
