import { html } from 'hono/html';
import type { ConsentRequest } from '../interaction/consent-of.ts';
import { accountLine, type Frame, markerInput, otherAccountForm, stepCard } from './frame.ts';

export interface ConsentPageQuestion {
  /** The organization the application is registered in. */
  readonly publisher: string;
  readonly tenantName: string;
  /** Only for everybody: an administrator's consent was asked for. */
  readonly forTenant: boolean;
  readonly mayDecideForTenant: boolean;
  readonly requests: readonly ConsentRequest[];
  readonly openIdScopes: readonly string[];
}

const openIdNames: Readonly<Record<string, string>> = {
  openid: 'Sign you in',
  profile: 'View your basic profile',
  email: 'View your email address',
  offline_access: 'Keep this access while you are away',
};

export const consentPage = (frame: Frame, question: ConsentPageQuestion) =>
  stepCard(frame, {
    towards: question.forTenant ? 'for everybody in the organization' : `to sign you in to ${frame.applicationName}`,
    heading: question.forTenant ? `Permissions for ${question.tenantName}` : 'Permissions requested',
    body: html`${accountLine(frame)}<p><strong>${frame.applicationName}</strong><br><span class="quiet">published by ${question.publisher}</span></p>
<p>${question.forTenant ? html`If you accept, this application may do the following for everybody in ${question.tenantName}.` : 'This application would like to:'}</p>
${permissionList(question)}
<p class="small quiet">Accept only if you trust the application and know what it is for. An administrator can take the permissions back.</p>
<form method="post">${markerInput(frame.marker)}
${question.mayDecideForTenant && !question.forTenant ? html`<label class="check"><input type="checkbox" name="organization" value="yes"><span>Consent on behalf of everybody in ${question.tenantName}</span></label>\n` : ''}<div class="actions"><button class="primary" name="decision" value="accept">Accept</button><button name="decision" value="cancel">Cancel</button></div>
</form>
${otherAccountForm(frame)}`,
  });

export const permissionList = ({ requests, openIdScopes }: Pick<ConsentPageQuestion, 'requests' | 'openIdScopes'>) =>
  html`${
    openIdScopes.length > 0
      ? html`<h2>Your account</h2>
<ul class="permissions">${openIdScopes.map((scope) => html`<li>${openIdNames[scope] ?? scope}<code>${scope}</code></li>`)}</ul>
`
      : ''
  }${requests.map(
    ({ resource, permissions }) => html`<h2>${resource.displayName}</h2>
<ul class="permissions">${permissions.map(({ value, adminConsentDisplayName }) => html`<li>${adminConsentDisplayName}<code>${value}</code></li>`)}</ul>
`,
  )}`;
