import { html } from 'hono/html';
import type { HttpReply } from '../../http/message.ts';
import { card, markerInput } from './frame.ts';

export const signedOutPage = (headers: HttpReply['headers']): HttpReply =>
  card({
    heading: 'You are signed out',
    headers,
    body: html`<p>It is a good idea to close all windows of the browser.</p>`,
  });

export const signOutPage = ({
  userNames,
  marker,
  action,
  formTargets,
}: {
  userNames: readonly string[];
  marker: string;
  action: string;
  formTargets: readonly string[];
}): HttpReply =>
  card({
    heading: 'Do you want to sign out?',
    formTargets,
    referrer: 'same-origin',
    body: html`<p>You are signed in as:</p>
<ul class="choices">${userNames.map((name) => html`<li><p>${name}</p></li>`)}</ul>
<form method="post" action="${action}">${markerInput(marker)}<div class="actions"><button class="primary">Sign out</button></div></form>`,
  });
