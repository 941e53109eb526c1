import { html } from 'hono/html';
import {
  accountLine,
  card,
  described,
  type Frame,
  markerInput,
  otherAccountForm,
  type Problem,
  stepCard,
} from './frame.ts';

export const enterCodePage = (
  { marker, userCode, headers }: { marker: string; userCode: string; headers: readonly (readonly [string, string])[] },
  problem?: Problem,
) =>
  card({
    heading: 'Enter code',
    problem,
    status: problem ? 400 : 200,
    formTargets: ["'self'"],
    referrer: 'same-origin',
    headers,
    body: html`<p>Enter the code your app or device shows.</p>
<form method="post" action="/devicelogin" novalidate>${markerInput(marker)}
<label for="otc">Code</label>
<p class="hint" id="code-hint">9 letters; case and hyphens do not matter</p>
<input class="code" ${described('otc', problem, 'code-hint')} type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" value="${userCode}"${problem ? '' : html` autofocus`} required>
<p class="small quiet">Enter only a code that you asked for yourself. Nobody from support ever sends you one.</p>
<div class="actions"><button class="primary">Next</button></div>
</form>`,
  });

export const confirmDevicePage = (frame: Frame, publisher: string) =>
  stepCard(frame, {
    heading: `Are you signing in to ${frame.applicationName}?`,
    towards: 'on another app or device',
    body: html`${accountLine(frame)}<p><strong>${frame.applicationName}</strong><br><span class="quiet">published by ${publisher}</span></p>
<div class="notice"><p>Continue only if you started this yourself, on a device of your own. If somebody sent you the code, they would be signed in as you.</p></div>
<form method="post">${markerInput(frame.marker)}
<div class="actions"><button class="primary" name="decision" value="accept">Continue</button><button name="decision" value="cancel">Cancel</button></div>
</form>
${otherAccountForm(frame)}`,
  });

export const deviceAnsweredPage = ({ applicationName, approved }: { applicationName: string; approved: boolean }) =>
  card({
    heading: approved ? 'You are signed in on your device' : 'Sign-in cancelled',
    body: approved
      ? html`<p>${applicationName} goes on by itself. You can close this window.</p>`
      : html`<p>${applicationName} was told that you refused. You can close this window.</p>`,
  });
