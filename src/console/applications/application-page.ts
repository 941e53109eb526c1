import { html } from 'hono/html';
import type { Application } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { type ConsolePage, consolePage, current } from '../pages/frame.ts';
import type { Visit } from '../route.ts';
import { applicationPath, applicationsPath } from './paths.ts';

/** What of an application is managed, as the portal names it. */
const parts = [
  ['', 'Overview'],
  ['authentication', 'Authentication'],
  ['credentials', 'Certificates & secrets'],
  ['permissions', 'API permissions'],
] as const;

export type ApplicationPart = (typeof parts)[number][0];

export interface ApplicationPage extends Omit<ConsolePage, 'within' | 'trail'> {
  readonly part: ApplicationPart;
  /** It is a step inside of the part, which the trail leads back to. */
  readonly isInside?: boolean;
}

/** A page about one application: which one, and the ways to its parts. */
export const applicationPage = (
  context: ConsoleContext,
  visit: Visit,
  { application, part, isInside = false, ...page }: ApplicationPage & { readonly application: Application },
) => {
  const { appId, displayName } = application;
  const [, title] = parts.find(([name]) => name === part) ?? parts[0];
  return consolePage(context, visit, {
    ...page,
    within: applicationsPath,
    trail: [
      [applicationsPath, 'App registrations'],
      ...(part === '' ? [] : [[applicationPath(appId), displayName] as const]),
      ...(isInside ? [[applicationPath(appId, part), title] as const] : []),
    ],
    body: html`<nav class="manage" aria-label="Manage"><p>Manage</p><ul class="tabs">
${parts.map(([name, text]) => html`<li><a href="${applicationPath(appId, name)}"${current(name === part)}>${text}</a></li>\n`)}</ul></nav>
${page.body}`,
  });
};
