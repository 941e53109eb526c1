import { html } from 'hono/html';
import type { WithTemporaryPassword } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { consolePage } from '../pages/frame.ts';
import { toldOnce } from '../pages/notes.ts';
import { signInPath } from '../paths.ts';
import type { Visit } from '../route.ts';
import { addUserPath, userPath, usersPath } from './paths.ts';

/** The user name and the temporary password: an answer to a form, so there is no address to see it at again. */
export const temporaryPasswordPage = (
  context: ConsoleContext,
  visit: Visit,
  { heading, user, temporaryPassword }: WithTemporaryPassword & { readonly heading: string },
) =>
  consolePage(context, visit, {
    heading,
    within: usersPath,
    trail: [
      [usersPath, 'User management'],
      [userPath(user.id), user.displayName],
    ],
    body: html`${toldOnce(
      [
        { name: 'User name', value: user.userPrincipalName },
        { name: 'Temporary password', value: temporaryPassword.reveal() },
      ],
      'Copy both now. The temporary password is shown this once: nobody can look it up later.',
    )}<section class="card"><h2>To activate the account</h2>
<ol><li>Sign in with these credentials: in another browser, or <a href="${signInPath}">here as another account</a>.</li>
<li>Choose a password of one’s own when asked to.</li></ol>
<p class="small quiet">Until then no token is given for this user: requests by password are refused with AADSTS50055.</p></section>
<div class="actions"><a class="button primary" href="${userPath(user.id)}">Done</a><a class="button" href="${addUserPath}">Add another user</a></div>`,
  });
