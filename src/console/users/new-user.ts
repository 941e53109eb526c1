import { html } from 'hono/html';
import { addUser, Refusal, type Tenant, type UserOrder } from '../../domain/index.ts';
import type { Form } from '../../protocol/form.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { checkFields, type Problem, textField } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { type FieldNames, problemAt } from '../pages/problem.ts';
import type { Visit } from '../route.ts';
import { newUserPath, usersPath } from './paths.ts';
import { roleFields, rolesIn } from './roles.ts';
import { temporaryPasswordPage } from './temporary-password-page.ts';

/** `GET /console/users/new` */
export const newUserForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST /console/users/new`: the one answer that tells the temporary password. */
export async function createUser(context: ConsoleContext, visit: Visit) {
  const problems = missingFields(visit.form);
  if (problems.length > 0) return formPage(context, visit, problems);
  try {
    const added = await addUser(context, visit.tenant, orderIn(visit.form));
    return temporaryPasswordPage(context, visit, { ...added, heading: 'User created' });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const labels = { firstName: 'First name', lastName: 'Last name', userName: 'User name' } as const;
const recoveryLabel = 'Password recovery email';

const missingFields = (form: Form): readonly Problem[] =>
  Object.entries(labels)
    .filter(([field]) => (form.get(field) ?? '').trim() === '')
    .map(([field, label]) => ({ field, text: `Enter the ${label.toLowerCase()}.` }));

function orderIn(form: Form): UserOrder {
  const text = (field: string) => (form.get(field) ?? '').trim();
  const name = text('userName');
  const recovery = text('recoveryMail');
  return {
    // Who enters the whole name has said the domain too.
    userPrincipalName: name.includes('@') ? name : `${name}@${text('domain')}`,
    displayName: `${text('firstName')} ${text('lastName')}`,
    givenName: text('firstName'),
    surname: text('lastName'),
    ...(recovery === '' ? {} : { otherMails: [recovery] }),
    partnerRoles: rolesIn(form),
    mfaRequired: form.get('mfa') === 'yes',
  };
}

const fields: FieldNames = {
  userPrincipalName: ['userName', labels.userName],
  givenName: ['firstName', labels.firstName],
  surname: ['lastName', labels.lastName],
  displayName: ['firstName', 'The name'],
  otherMails: ['recoveryMail', recoveryLabel],
};

function formPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const { form, tenant } = visit;
  const value = (name: string) => form.get(name) ?? '';
  return consolePage(context, visit, {
    heading: 'Create a new user',
    within: usersPath,
    trail: [[usersPath, 'User management']],
    problems,
    body: html`<section class="card"><form method="post" action="${newUserPath}" novalidate>${markerInput(context, visit, newUserPath)}
<h2>User details</h2>
<div class="pair"><div>${textField({ name: 'firstName', label: labels.firstName, value: value('firstName'), required: true, maxLength: 64, focus: true }, problems)}</div>
<div>${textField({ name: 'lastName', label: labels.lastName, value: value('lastName'), required: true, maxLength: 64 }, problems)}</div></div>
${textField({ name: 'userName', label: labels.userName, value: value('userName'), required: true, maxLength: 256, joined: domainsOf(tenant, value('domain')) }, problems)}
${textField({ name: 'recoveryMail', label: recoveryLabel, hint: 'Kept with the user. This sandbox sends no mail.', value: value('recoveryMail'), type: 'email', maxLength: 256 }, problems)}
${roleFields((role) => value(role) === 'yes')}<fieldset><legend>Second factor</legend>
${checkFields(mfaChoice, (name) => value(name) === 'yes')}</fieldset>
<div class="actions"><button class="primary">Save</button><a class="button" href="${usersPath}">Cancel</a></div>
</form></section>`,
  });
}

export const mfaChoice = [
  {
    value: 'mfa',
    label: 'Ask for a second factor (MFA)',
    about:
      'The user sets up an authenticator app at the next sign-in. Requests by password, as the Referrals document sends them, are then refused (AADSTS50076).',
  },
];

const domainsOf = ({ verifiedDomains }: Tenant, chosen: string) =>
  html`<span aria-hidden="true">@</span><select name="domain" aria-label="Domain of the user name">${verifiedDomains.map((domain) => html`<option value="${domain}"${domain === chosen ? html` selected` : ''}>${domain}</option>`)}</select>`;
