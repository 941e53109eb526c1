import { html } from 'hono/html';
import { brandMark } from '../../http/brand-mark.ts';
import type { HttpReply } from '../../http/message.ts';
import { type Markup, page } from '../../http/page.ts';
import { homePath, signInPath } from '../paths.ts';
import { product } from './frame.ts';

const card = (given: { heading: string; status: number; headers?: HttpReply['headers']; body: Markup }): HttpReply =>
  page({
    layout: 'sign-in',
    title: `${given.heading} – ${product}`,
    status: given.status,
    ...(given.headers === undefined ? {} : { headers: given.headers }),
    content: html`<p class="brand">${brandMark} ${product}</p>
<h1>${given.heading}</h1>
${given.body}`,
  });

/** A sign-in that came to nothing. It is not begun again by itself: a browser without cookies would go in circles. */
export const notSignedInPage = (reason: string, headers: HttpReply['headers'] = []): HttpReply =>
  card({
    heading: 'You are not signed in',
    status: 400,
    headers,
    body: html`<div class="alarm" role="alert"><p>${reason}</p></div>
<div class="actions"><a class="button primary" href="${homePath}">Sign in</a></div>`,
  });

export interface Outcome {
  readonly heading: string;
  readonly status: number;
  readonly message: string;
  readonly headers?: HttpReply['headers'];
}

/** A refusal for somebody whose sign-in here does not count (any more). */
export const outsidePage = ({ heading, status, message, headers = [] }: Outcome): HttpReply =>
  card({
    heading,
    status,
    headers,
    body: html`<p>${message}</p>
<div class="actions"><a class="button primary" href="${homePath}">To the console</a><a class="button" href="${signInPath}">Use another account</a></div>`,
  });

/** Somebody who is signed in and is no administrator here: who they are, and that their account is in order. */
export const notAllowedPage = ({
  userName,
  roles,
  message,
  signOut,
}: {
  userName: string;
  roles: readonly string[];
  message: string;
  signOut: Markup;
}): HttpReply =>
  page({
    layout: 'sign-in',
    title: `Not for this account – ${product}`,
    status: 403,
    formTargets: ["'self'"],
    referrer: 'same-origin',
    content: html`<p class="brand">${brandMark} ${product}</p>
<h1>This page is for administrators</h1>
<p class="account">${userName}</p>
<p>You are signed in, and your account is active. ${message}</p>
<dl class="facts"><div><dt>Your roles</dt><dd>${roles.length > 0 ? roles.join(', ') : 'None'}</dd></div></dl>
<div class="actions"><a class="button primary" href="${signInPath}">Use another account</a></div>
${signOut}`,
  });
