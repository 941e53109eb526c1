import { html } from 'hono/html';
import type { Markup } from '../../http/page.ts';

/** What is wrong with what was entered, and in which field. */
export interface Problem {
  readonly field: string;
  readonly text: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly type?: 'text' | 'email' | 'search' | 'url' | 'file' | 'datetime-local';
  /** Default `off`: nobody enters their own name here. */
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly maxLength?: number;
  /** Where a page begins. */
  readonly focus?: boolean;
  /** Beside the field: the rest of what it is part of. */
  readonly joined?: Markup;
}

export type Problems = readonly Problem[];

export const problemList = (problems: Problems) => html`<div class="alarm" role="alert"><ul>
${problems.map(({ field, text }) => html`<li><a href="#${field}">${text}</a></li>\n`)}</ul></div>
`;

/** A field with its label; what is wrong with it is said with it, and that is where the page begins. */
export function textField(field: Field, problems: Problems = []): Markup {
  const { name, label, hint, value = '', type = 'text', autocomplete = 'off', joined } = field;
  const input = html`<input ${named(field, problems)} type="${type}" autocomplete="${autocomplete}"${type === 'file' ? '' : html` value="${value}"`}${field.maxLength === undefined ? '' : html` maxlength="${field.maxLength}"`} spellcheck="false">`;
  return html`<label for="${name}">${label}${field.required ? '' : html` <span class="quiet">(optional)</span>`}</label>
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>\n`}${joined === undefined ? input : html`<div class="joined">${input}${joined}</div>`}
${wrongNote(name, problems)}`;
}

/** A field of several lines. */
export function areaField(field: Pick<Field, 'name' | 'label' | 'hint' | 'value'>, problems: Problems = []): Markup {
  const { name, label, hint, value = '' } = field;
  // A line break right after the tag is the tag's own (HTML, textarea): the text's first line stays where it is.
  return html`<label for="${name}">${label}</label>
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>\n`}<textarea ${named(field, problems)} rows="${Math.max(2, value.split('\n').length + 1)}" autocomplete="off" spellcheck="false">
${value}</textarea>
${wrongNote(name, problems)}`;
}

/** Attributes of a field: its name, and where its hint and its error stand. */
export function named(field: Pick<Field, 'name' | 'hint' | 'required' | 'focus'>, problems: Problems = []): Markup {
  const { name, hint, required = false, focus = false } = field;
  const wrong = problems.some((problem) => problem.field === name);
  const ids = [...(hint === undefined ? [] : [`${name}-hint`]), ...(wrong ? [`${name}-wrong`] : [])].join(' ');
  const isStart = problems.length > 0 ? problems[0]?.field === name : focus;
  return html`id="${name}" name="${name}"${wrong ? html` aria-invalid="true"` : ''}${ids === '' ? '' : html` aria-describedby="${ids}"`}${isStart ? html` autofocus` : ''}${required ? html` required` : ''}`;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly about?: string | undefined;
}

export const selectField = (
  field: Pick<Field, 'name' | 'label' | 'hint'> & { readonly chosen?: string | undefined },
  choices: readonly Choice[],
  problems: Problems = [],
) => html`<label for="${field.name}">${field.label}</label>
${field.hint === undefined ? '' : html`<p class="hint" id="${field.name}-hint">${field.hint}</p>\n`}<select ${named(field, problems)}>
${choices.map(({ value, label }) => html`<option value="${value}"${value === field.chosen ? html` selected` : ''}>${label}</option>\n`)}</select>
${wrongNote(field.name, problems)}`;

/** What is wrong with what was entered, where it was. */
export function wrongNote(name: string, problems: Problems): Markup {
  const wrong = problems.find(({ field }) => field === name);
  return wrong ? html`<p class="wrong" id="${name}-wrong">${wrong.text}</p>\n` : html``;
}

/** One of several, all of them seen. */
export const radioField = (
  { name, label, chosen }: { readonly name: string; readonly label: string; readonly chosen: string },
  choices: readonly Choice[],
) => html`<fieldset id="${name}"><legend>${label}</legend>
${choices.map((choice) => {
  const { value } = choice;
  const input = html`type="radio" name="${name}" value="${value}"${value === chosen ? html` checked` : ''}`;
  return choiceOf(`${name}-${value}`, input, choice);
})}</fieldset>
`;

/** Each on or off by itself; `value` is the name of its field. */
export const checkFields = (choices: readonly Choice[], checked: (name: string) => boolean) =>
  html`${choices.map((choice) => {
    const { value } = choice;
    const input = html`type="checkbox" name="${value}" value="yes"${checked(value) ? html` checked` : ''}`;
    return choiceOf(value, input, choice);
  })}`;

/** What it is called stays short: what it is about is said after it. */
const choiceOf = (id: string, input: Markup, { label, about }: Choice): Markup =>
  about === undefined
    ? html`<div class="check"><input id="${id}" ${input}><label for="${id}">${label}</label></div>\n`
    : html`<div class="check"><input id="${id}" ${input} aria-describedby="${id}-about"><div><label for="${id}">${label}</label><small id="${id}-about">${about}</small></div></div>\n`;
