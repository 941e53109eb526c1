import { html } from 'hono/html';
import { formPairs } from '../protocol/form.ts';
import type { ConsoleContext } from './context.ts';
import { consolePage, pagesOf, searchPath, settingsPath } from './pages/frame.ts';
import { type ListedPage, pagesFound } from './pages/navigation.ts';
import { homePath } from './paths.ts';
import type { Visit } from './route.ts';

/** `/console`: everything there is to do. */
export const home = async (context: ConsoleContext, visit: Visit) =>
  consolePage(context, visit, {
    heading: visit.tenant.displayName,
    within: homePath,
    lead: 'Set up the partner tenant of this sandbox as the documents tell it: its users and their roles, its applications and what they may do, its customers.',
    body: gridOf(pagesOf(visit).filter(({ place }) => place === 'navigation')),
  });

/** `/console/settings`: what the gear opens. */
export const settings = async (context: ConsoleContext, visit: Visit) => {
  const { displayName, id, verifiedDomains } = visit.tenant;
  return consolePage(context, visit, {
    heading: 'Settings',
    within: settingsPath,
    lead: 'Account settings of the partner tenant.',
    body: html`${gridOf(pagesOf(visit).filter(({ isSetting }) => isSetting))}
<section class="card"><h2>Organization</h2>
<dl class="known">
<div><dt>Name</dt><dd>${displayName}</dd></div>
<div><dt>Directory (tenant) ID</dt><dd><code>${id}</code></dd></div>
<div><dt>Domains</dt><dd>${verifiedDomains.join(', ')}</dd></div>
</dl></section>`,
  });
};

const longestSearch = 100;

/** `/console/search`: finds pages. */
export const search = async (context: ConsoleContext, visit: Visit) => {
  const wanted = (new Map(formPairs(visit.http.query)).get('q') ?? '').trim().slice(0, longestSearch);
  const found = pagesFound(pagesOf(visit), wanted);
  return consolePage(context, visit, {
    heading: wanted === '' ? 'All pages' : `Pages for “${wanted}”`,
    within: searchPath,
    ...(found.length === 0 ? { lead: 'No page has that in its name or purpose. Try one word of it.' } : {}),
    body: gridOf(found),
  });
};

const gridOf = (pages: readonly ListedPage[]) =>
  pages.length === 0
    ? html``
    : html`<ul class="grid">
${pages.map(({ path, title, about }) => html`<li><a href="${path}">${title}</a><p>${about}</p></li>\n`)}</ul>`;
