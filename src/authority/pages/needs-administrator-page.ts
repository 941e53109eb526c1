import { html } from 'hono/html';
import type { AuthorityError } from '../error-table.ts';
import type { ConsentRequest } from '../interaction/consent-of.ts';
import { permissionList } from './consent-page.ts';
import { accountLine, type Frame, markerInput, otherAccountForm, stepCard } from './frame.ts';

export const needsAdministratorPage = (
  frame: Frame,
  { entry, message }: AuthorityError,
  requests: readonly ConsentRequest[],
) =>
  stepCard(frame, {
    heading: 'Administrator approval needed',
    body: html`${accountLine(frame)}<p>${message}</p>
<p class="small quiet">AADSTS${entry.code}</p>
${permissionList({ requests, openIdScopes: [] })}
<form method="post">${markerInput(frame.marker)}<div class="actions"><button>Return without consent</button></div></form>
${otherAccountForm(frame)}`,
  });
