import { html } from 'hono/html';
import type { User } from '../../domain/index.ts';
import { type Frame, markerInput, stepCard } from './frame.ts';

export const pickAccountPage = (frame: Frame, users: readonly User[]) =>
  stepCard(frame, {
    heading: 'Pick an account',
    body: html`<form method="post">${markerInput(frame.marker)}
<ul class="choices">
${users.map(
  ({
    id,
    displayName,
    userPrincipalName,
  }) => html`<li><button name="account" value="${id}">${displayName}<small>${userPrincipalName}</small></button></li>
`,
)}<li><button name="account" value="other">Use another account</button></li>
</ul></form>`,
  });
