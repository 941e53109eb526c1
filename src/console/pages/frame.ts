import { html } from 'hono/html';
import { mayAdminister } from '../../domain/index.ts';
import { brandMark } from '../../http/brand-mark.ts';
import type { HttpReply } from '../../http/message.ts';
import { type Markup, page } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { homePath, signOutPath } from '../paths.ts';
import type { Visitor } from '../route.ts';
import { type Problem, problemList } from './fields.ts';
import { type ListedPage, listedPages } from './navigation.ts';
import { consoleStyle } from './style.ts';

export interface ConsolePage {
  readonly heading: string;
  /** Path of the listed page it is, or is part of. */
  readonly within?: string;
  /** The pages above it, outermost first. */
  readonly trail?: readonly Crumb[];
  /** What the page is for. */
  readonly lead?: Markup | string;
  readonly problems?: readonly Problem[];
  readonly body: Markup;
  /** Default 200, or 400 with problems. */
  readonly status?: number;
  readonly headers?: HttpReply['headers'];
  /** Keeps the page up to date; it works without. */
  readonly script?: string;
}

type Crumb = readonly [path: string, title: string];

export const product = 'partner-auth console';

/** The frame of every page of somebody who is signed in. What is wrong with a form is the first thing its page says. */
export const consolePage = (context: ConsoleContext, visitor: Visitor, given: ConsolePage): HttpReply => {
  const { heading, trail = [], lead, problems = [], body, within = '' } = given;
  return page({
    title: `${problems.length > 0 ? 'Error: ' : ''}${heading} – ${product}`,
    layout: 'console',
    style: consoleStyle,
    status: given.status ?? (problems.length > 0 ? 400 : 200),
    formTargets: ["'self'"],
    referrer: 'same-origin',
    ...(given.headers === undefined ? {} : { headers: given.headers }),
    ...(given.script === undefined ? {} : { script: given.script, asksItself: true }),
    header: html`<a class="skip" href="#content">Skip to the content</a>
${bar(context, visitor, within)}<div class="side">${navigation(visitor, within)}</div>
<details class="menu"><summary>Menu</summary>${navigation(visitor, within)}<p class="small quiet">Signed in as ${visitor.user.userPrincipalName}</p></details>
`,
    content: html`${trail.length > 0 ? trailOf(trail) : ''}<h1>${heading}</h1>
${lead === undefined ? '' : html`<p class="lead">${lead}</p>\n`}${problems.length > 0 ? problemList(problems) : ''}${body}`,
  });
};

const gear = html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"><circle cx="12" cy="12" r="3.2"/><path d="M10.3 3h3.4l.5 2.6 1.9 1.1 2.5-.9 1.7 3-2 1.7v2.9l2 1.7-1.7 3-2.5-.9-1.9 1.1-.5 2.7h-3.4l-.5-2.7-1.9-1.1-2.5.9-1.7-3 2-1.7v-2.9l-2-1.7 1.7-3 2.5.9 1.9-1.1z"/></svg>`;

export const settingsPath = '/console/settings';
export const searchPath = '/console/search';

const bar = (context: ConsoleContext, visitor: Visitor, within: string) => html`<header class="bar">
<a class="brand" href="${homePath}">${brandMark} ${product}</a>
<form class="find" role="search" action="${searchPath}" method="get"><label class="unseen" for="find">Search pages</label><input id="find" name="q" type="search" placeholder="Search pages, such as App registrations" autocomplete="off" maxlength="100"><button>Search</button></form>
<div class="me"><a class="gear" href="${settingsPath}" aria-label="Settings"${current(within === settingsPath)}>${gear}<span>Settings</span></a><span>${visitor.user.userPrincipalName}</span><form method="post" action="${signOutPath}">${markerInput(context, visitor, signOutPath)}<button>Sign out</button></form></div>
</header>
`;

const navigation = (visitor: Visitor, within: string) => html`<nav aria-label="Pages"><ul class="pages">
${pagesOf(visitor)
  .filter(({ place }) => place === 'navigation')
  .map(({ path, title }) => html`<li><a href="${path}"${current(within === path)}>${title}</a></li>\n`)}</ul></nav>`;

export const current = (is: boolean) => (is ? html` aria-current="page"` : '');

/** The listed pages that are theirs. */
export const pagesOf = ({ user, tenant }: Visitor): readonly ListedPage[] =>
  listedPages.filter(({ part }) => mayAdminister(user, tenant, part));

const trailOf = (trail: readonly Crumb[]) => html`<nav class="trail" aria-label="Above this page"><ol>
${trail.map(([path, title]) => html`<li><a href="${path}">${title}</a></li>\n`)}</ol></nav>
`;
