import { html } from 'hono/html';
import { accountLine, described, type Frame, markerInput, otherAccountForm, type Problem, stepCard } from './frame.ts';

/** What a field for a one-time code needs, wherever it stands. */
export const codeField = (problem: Problem | undefined) => html`<label for="otc">Code</label>
<p class="hint" id="otc-hint">6 digits, new every 30 seconds</p>
<input class="code" ${described('otc', problem, 'otc-hint')} type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="11"${problem ? '' : html` autofocus`} required>`;

export const verifyPage = (frame: Frame, problem?: Problem) =>
  stepCard(frame, {
    heading: 'Enter your code',
    problem,
    body: html`${accountLine(frame)}<p>Open your authenticator app and enter the code it shows for this account.</p>
<form method="post" novalidate>${markerInput(frame.marker)}
${codeField(problem)}
<div class="actions"><button class="primary">Verify</button></div>
</form>
${otherAccountForm(frame)}`,
  });
