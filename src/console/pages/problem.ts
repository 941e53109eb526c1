import type { Refusal } from '../../domain/index.ts';
import type { Problem } from './fields.ts';

/** By the name a refusal has for it: which field of the page it is, and what that is called there. */
export type FieldNames = Readonly<Record<string, readonly [field: string, label: string]>>;

/** What a refusal says, at its field; a part of a field (`team[0]`, `throttle.retryAfter`) is told at the whole. */
export function problemAt({ field, message }: Refusal, names: FieldNames): Problem {
  const [first = ['', field] as const] = Object.values(names);
  const [name, label] = names[field] ?? names[field.replace(/[.[].*$/, '')] ?? [first[0], field];
  return { field: name, text: label === '' ? message : `${label} ${message}` };
}
