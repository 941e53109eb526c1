import { html } from 'hono/html';
import type { Markup } from '../../http/page.ts';
import { encodeForm } from '../../protocol/form.ts';
import type { ListOrder } from '../query.ts';

/** Finds in a list: a form of its own address. */
export const searchForm = (action: string, { search }: Pick<ListOrder, 'search'>, label: string): Markup =>
  html`<form class="find" role="search" action="${action}" method="get"><label class="unseen" for="q">${label}</label><input id="q" name="q" type="search" value="${search}" placeholder="${label}" autocomplete="off" maxlength="256"><button>Find</button></form>`;

/** Which part of the list this is, and the ways to the others; `kept` stays in their addresses. */
export function pager(
  action: string,
  order: ListOrder,
  { total, kept = [] }: { total: number; kept?: readonly (readonly [string, string])[] },
): Markup {
  const { page, skip, top, search } = order;
  const at = (number: number) =>
    `${action}?${encodeForm([...kept, ['q', search === '' ? undefined : search], ['page', String(number)]])}`;
  if (total === 0) return html``;
  const last = Math.min(skip + top, total);
  const shown = skip >= total ? 'nothing' : `${counted(skip + 1)} to ${counted(last)}`;
  return html`<nav class="pager" aria-label="Parts of the list">${page > 1 ? html`<a class="button" href="${at(page - 1)}" rel="prev">Previous</a>` : ''}<span>${shown} of ${counted(total)}</span>${last < total ? html`<a class="button" href="${at(page + 1)}" rel="next">Next</a>` : ''}</nav>`;
}

const counted = (number: number): string => number.toLocaleString('en');

export const nothingFound = ({ search }: Pick<ListOrder, 'search'>, none: string): Markup =>
  search === ''
    ? html`<p class="lead">${none}</p>`
    : html`<p class="lead">Nothing has “${search}” in its name or id.</p>`;
