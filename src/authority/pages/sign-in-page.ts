import { html } from 'hono/html';
import { described, type Frame, markerInput, type Problem, stepCard } from './frame.ts';

export const signInPage = (frame: Frame, userName: string, problem?: Problem) =>
  stepCard(frame, {
    heading: 'Sign in',
    problem,
    body: html`<form method="post" novalidate>${markerInput(frame.marker)}
<label for="username">User name</label>
<input ${described('username', problem)} type="email" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" value="${userName}"${userName === '' && !problem ? html` autofocus` : ''} required>
<label for="password">Password</label>
<input ${described('password', problem)} type="password" autocomplete="current-password"${userName !== '' && !problem ? html` autofocus` : ''} required>
<div class="actions"><button class="primary">Sign in</button></div>
</form>`,
  });
