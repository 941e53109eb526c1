import { html } from 'hono/html';
import {
  type Application,
  type ConsentedApplication,
  type ConsentOrder,
  type Customer,
  consentedApplications,
  mayAdminister,
} from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import type { Visit } from '../route.ts';
import { customerPath } from './paths.ts';

/** The part of a customer's page that tells which applications were consented to there. */
export async function consentedPart(
  context: ConsoleContext,
  visit: Visit,
  { tenantId, companyName }: Customer,
): Promise<Markup> {
  const applications = await consentedApplications(context.directory, tenantId);
  const mayConsent = mayAdminister(visit.user, visit.tenant, 'applications');
  return html`<h2 id="applications">Applications consented here</h2>
<p class="lead">What partners’ applications may do in this tenant for its users, and for users of a partner with a relationship.</p>
${mayConsent ? html`<div class="commands"><a class="button" href="${customerPath(tenantId, 'consents/new')}">+ Consent for an application</a></div>\n` : ''}${
  applications.length === 0
    ? html`<p class="lead">There is none: token requests in the tenant of ${companyName} are refused (AADSTS700016).</p>`
    : applications.map((one) =>
        cardOf(one, mayConsent ? withdrawalOf(context, visit, { tenantId, application: one.application }) : ''),
      )
}`;
}

/** What is given of one resource. */
export const grantItem = ({ resource, scopes }: ConsentOrder) =>
  html`<li>${resource.displayName}<code>${scopes.join(', ')}</code></li>\n`;

const cardOf = (
  { application: { appId, displayName }, grants }: ConsentedApplication,
  withdrawal: Markup | string,
) => html`<section class="card"><h3>${displayName}</h3><code>${appId}</code>
<ul class="permissions">
${grants.map(grantItem)}</ul>
${withdrawal}</section>
`;

function withdrawalOf(
  context: ConsoleContext,
  visit: Visit,
  { tenantId, application }: { readonly tenantId: string; readonly application: Application },
): Markup {
  const action = customerPath(tenantId, 'consents/withdraw');
  return html`<form method="post" action="${action}">${markerInput(context, visit, action)}<input type="hidden" name="appId" value="${application.appId}"><div class="actions"><button aria-label="Withdraw consent for ${application.displayName}">Withdraw</button></div></form>`;
}
