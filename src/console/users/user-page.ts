import { html } from 'hono/html';
import {
  changeSettings,
  forgetSecondFactor,
  mayChangeSignIn,
  setTemporaryPassword,
  type User,
} from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import type { Markup } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { markerInput } from '../form.ts';
import { checkFields } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { statusBadge } from './list-users.ts';
import { mfaChoice } from './new-user.ts';
import { userPath, usersPath } from './paths.ts';
import { roleFields, rolesIn } from './roles.ts';
import { temporaryPasswordPage } from './temporary-password-page.ts';

const done = {
  saved: 'Saved.',
  blocked: 'Blocked. The user gets no token and no page any more.',
  unblocked: 'The user may sign in again.',
  forgotten: 'Taken away. The user sets up an authenticator app at the next sign-in.',
} as const;

const doneAt = ({ id }: User, word: keyof typeof done): HttpReply => redirectTo(`${userPath(id)}?done=${word}`);

/** `GET /console/users/:id` */
export async function showUser(context: ConsoleContext, visit: Visit) {
  const user = await userAsked(context, visit);
  return consolePage(context, visit, {
    heading: user.displayName,
    within: usersPath,
    trail: [[usersPath, 'User management']],
    body: html`${doneNote(done, queryOf(visit).get('done'))}${factsOf(user)}${settingsForm(context, visit, user)}${signInForms(context, visit, user)}`,
  });
}

/** `POST /console/users/:id`: roles, and whether a second factor is asked for. */
export async function saveUser(context: ConsoleContext, visit: Visit) {
  const user = await userAsked(context, visit);
  const mfaRequired = visit.form.get('mfa') === 'yes';
  if (mfaRequired !== user.mfa.required) requireSignInTheirs(visit, user);
  await changeSettings(context, user, { partnerRoles: rolesIn(visit.form), mfaRequired });
  return doneAt(user, 'saved');
}

/** `POST /console/users/:id/reset-password`: the one answer that tells the temporary password. */
export async function resetUserPassword(context: ConsoleContext, visit: Visit) {
  const user = await userAsked(context, visit);
  requireSignInTheirs(visit, user);
  const reset = await setTemporaryPassword(context, user);
  return temporaryPasswordPage(context, visit, { ...reset, heading: 'Password reset' });
}

/** `POST /console/users/:id/block` and `…/unblock` */
export const setBlocked = (accountEnabled: boolean) => async (context: ConsoleContext, visit: Visit) => {
  const user = await userAsked(context, visit);
  requireSignInTheirs(visit, user);
  await changeSettings(context, user, { accountEnabled });
  return doneAt(user, accountEnabled ? 'unblocked' : 'blocked');
};

/** `POST /console/users/:id/forget-second-factor` */
export async function forgetFactor(context: ConsoleContext, visit: Visit) {
  const user = await userAsked(context, visit);
  requireSignInTheirs(visit, user);
  await forgetSecondFactor(context, user);
  return doneAt(user, 'forgotten');
}

/** A user of the visitor's own tenant; those of others are nobody here. */
async function userAsked({ directory }: ConsoleContext, { tenant, parameter }: Visit): Promise<User> {
  const user = await directory.userById(tenant.id, parameter('id'));
  if (user) return user;
  throw new ConsoleError('notFound', `There is no such user in ${tenant.displayName}.`);
}

function requireSignInTheirs({ user: administrator }: Visit, user: User): void {
  if (mayChangeSignIn(administrator, user)) return;
  throw new ConsoleError('notAllowed', 'How an administrator signs in is a global administrator’s to change.');
}

const factorOf = ({ mfa }: User): string => {
  if (!mfa.required) return mfa.totpSecret ? 'Off; an authenticator app is set up' : 'Off';
  return mfa.totpSecret ? 'On; an authenticator app is set up' : 'On; to be set up at the next sign-in';
};

const factsOf = (user: User) => html`<section class="card"><dl class="known">
<div><dt>User name</dt><dd>${user.userPrincipalName}</dd></div>
<div><dt>Status</dt><dd>${statusBadge(user)}</dd></div>
<div><dt>Second factor (MFA)</dt><dd>${factorOf(user)}</dd></div>
<div><dt>Password recovery email</dt><dd>${user.otherMails[0] ?? 'None'}</dd></div>
<div><dt>Object ID</dt><dd><code>${user.id}</code></dd></div>
</dl></section>
`;

const settingsForm = (context: ConsoleContext, visit: Visit, user: User) => {
  const action = userPath(user.id);
  return html`<section class="card"><h2>Roles and second factor</h2>
<form method="post" action="${action}">${markerInput(context, visit, action)}
${roleFields((role) => user.partnerRoles.includes(role))}<fieldset><legend>Second factor</legend>
${checkFields(mfaChoice, () => user.mfa.required)}</fieldset>
<div class="actions"><button class="primary">Save</button></div>
</form></section>
`;
};

/** What is done to the sign-in of somebody, each a form of its own. */
function signInForms(context: ConsoleContext, visit: Visit, user: User): Markup {
  if (!mayChangeSignIn(visit.user, user)) {
    return html`<p class="lead">How an administrator signs in is a global administrator’s to change.</p>`;
  }
  const form = (path: string, button: string, about: string) => {
    const action = `${userPath(user.id)}/${path}`;
    return html`<form method="post" action="${action}">${markerInput(context, visit, action)}<p>${about}</p><div class="actions"><button>${button}</button></div></form>\n`;
  };
  return html`<section class="card"><h2>Sign-in</h2>
${form('reset-password', 'Reset password', 'Gives the user a new temporary password. What was signed in ends.')}${
  user.mfa.totpSecret
    ? form(
        'forget-second-factor',
        'Set up the second factor again',
        'Takes the authenticator app of the user away. What was signed in ends.',
      )
    : ''
}${
  user.id === visit.user.id
    ? ''
    : user.accountEnabled
      ? form('block', 'Block sign-in', 'The user gets no token and no page any more. Nothing is deleted.')
      : form('unblock', 'Unblock sign-in', 'The user may sign in again, with the password as it was.')
}</section>
`;
}
