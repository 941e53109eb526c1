import { html } from 'hono/html';
import type { Markup } from '../../http/page.ts';

/** What was just done, by the word that stands in the address after it. */
export const doneNote = (words: Readonly<Record<string, string>>, word: string | undefined): Markup =>
  word !== undefined && Object.hasOwn(words, word)
    ? html`<div class="done" role="status"><p>${words[word]}</p></div>\n`
    : html``;

export interface ToldOnce {
  readonly name: string;
  readonly value: string;
}

/** Values that are told here and nowhere again. */
export const toldOnce = (values: readonly ToldOnce[], warning: string): Markup => html`<dl class="once">
${values.map(({ name, value }) => html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>\n`)}</dl>
<div class="notice"><p>${warning}</p></div>
`;
