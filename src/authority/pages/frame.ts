import { html } from 'hono/html';
import { brandMark } from '../../http/brand-mark.ts';
import type { HttpReply } from '../../http/message.ts';
import { markerField } from '../../http/own-form.ts';
import { type Markup, type Page, page } from '../../http/page.ts';

/** What the pages of one interaction share. */
export interface Frame {
  readonly applicationName: string;
  /** Of whoever is signing in, once that is known. */
  readonly userName?: string;
  readonly marker: string;
  readonly formTargets: readonly string[];
}

/** What was wrong with an answer, and in which field. */
export interface Problem {
  readonly field?: string;
  readonly text: string;
  /** AADSTS number. */
  readonly code?: number;
}

interface Card extends Omit<Page, 'title' | 'content' | 'layout'> {
  readonly heading: string;
  /** Where the person is going. */
  readonly towards?: string;
  readonly problem?: Problem | undefined;
  readonly body: Markup;
}

const footer = html`<footer>A sandbox for development: its accounts are nobody’s. Never enter a real password here.</footer>
`;

/** One card on a quiet ground: the frame of every page somebody signs in by. A problem is the first thing it says. */
export const card = ({ heading, towards, problem, body, ...rest }: Card): HttpReply =>
  page({
    ...rest,
    layout: 'sign-in',
    title: `${problem ? 'Error: ' : ''}${heading} – partner-auth sandbox`,
    footer,
    content: html`<p class="brand">${brandMark} partner-auth sandbox</p>
<h1>${heading}</h1>
${towards === undefined ? '' : html`<p class="quiet">${towards}</p>\n`}${problem ? alarm(problem) : ''}${body}`,
  });

const alarm = ({ field, text, code }: Problem) => html`<div class="alarm" role="alert" id="problem">
<p>${field === undefined ? text : html`<a href="#${field}">${text}</a>`}</p>
${code === undefined ? '' : html`<p class="small">AADSTS${code}</p>`}
</div>
`;

/** A card whose form answers a step. `referrer`: with none at all, browsers would not name the origin of its form. */
export const stepCard = ({ formTargets, applicationName }: Frame, given: Card): HttpReply =>
  card({ towards: `to continue to ${applicationName}`, ...given, formTargets, referrer: 'same-origin' });

export const markerInput = (marker: string) => html`<input type="hidden" name="${markerField}" value="${marker}">`;

/** Attributes of a field: its error is said with it. */
export const described = (field: string, problem: Problem | undefined, hint?: string) => {
  const isWrong = problem?.field === field;
  const ids = [...(hint === undefined ? [] : [hint]), ...(isWrong ? ['problem'] : [])].join(' ');
  return html`id="${field}" name="${field}"${isWrong ? html` aria-invalid="true" autofocus` : ''}${ids === '' ? '' : html` aria-describedby="${ids}"`}`;
};

/** Who this is about, with the way to somebody else: a form of its own, so that Enter never leads there. */
export const accountLine = ({ userName }: Frame) =>
  userName === undefined ? '' : html`<p class="account">${userName}</p>\n`;

export const otherAccountForm = ({ userName, marker }: Frame) =>
  userName === undefined
    ? ''
    : html`<form method="post">${markerInput(marker)}<button class="plain" name="action" value="startOver">Use another account</button></form>`;
