import { html } from 'hono/html';
import { accountLine, described, type Frame, markerInput, otherAccountForm, type Problem, stepCard } from './frame.ts';

export const changePasswordPage = (frame: Frame, minimumLength: number, problem?: Problem) =>
  stepCard(frame, {
    heading: 'Choose a new password',
    problem,
    body: html`${accountLine(frame)}<p>The password you signed in with is temporary. Choose one of your own.</p>
<form method="post" novalidate>${markerInput(frame.marker)}
<input type="hidden" name="username" autocomplete="username" value="${frame.userName ?? ''}">
<label for="new-password">New password</label>
<p class="hint" id="rule">At least ${minimumLength} characters, and not the temporary one</p>
<input ${described('new-password', problem, 'rule')} type="password" autocomplete="new-password"${problem ? '' : html` autofocus`} required>
<label for="confirm-password">New password again</label>
<input ${described('confirm-password', problem)} type="password" autocomplete="new-password" required>
<div class="actions"><button class="primary">Change password</button></div>
</form>
${otherAccountForm(frame)}`,
  });
