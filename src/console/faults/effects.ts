import { isJsonObject, strictJson } from '../../base/json.ts';
import type { Form } from '../../protocol/form.ts';
import type { Field } from '../pages/fields.ts';
import type { FaultEffect } from '../sandbox.ts';

/** One kind of fault: what is entered for it, and what comes of that. Numbers are the sandbox's to check. */
export interface EffectKind {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** Each with what it holds before anything is entered. */
  readonly fields: readonly (Field & { readonly lines?: true })[];
  readonly effectIn: (form: Form) => FaultEffect;
}

const text = (form: Form, name: string): string => (form.get(name) ?? '').trim();

/** NaN for what is none. */
const number = (form: Form, name: string): number => (text(form, name) === '' ? Number.NaN : Number(text(form, name)));

export const effectKinds: readonly EffectKind[] = [
  {
    name: 'delay',
    title: 'Delay',
    about: 'The real answer, late.',
    fields: [{ name: 'delay', label: 'Delay in milliseconds', hint: 'At most 60000.', value: '2000', required: true }],
    effectIn: (form) => ({ delay: number(form, 'delay') }),
  },
  {
    name: 'error',
    title: 'AADSTS error',
    about: 'Entra’s own answer with an error code of it.',
    fields: [
      {
        name: 'error',
        label: 'Error code',
        hint: 'Such as AADSTS50196; partner-auth explain tells what each means.',
        required: true,
        maxLength: 16,
      },
    ],
    effectIn: (form) => ({ error: text(form, 'error') }),
  },
  {
    name: 'throttle',
    title: 'Throttle',
    about: 'Status 429, in the words of the host that is asked.',
    fields: [{ name: 'retryAfter', label: 'Retry-After in seconds', value: '3', required: true }],
    effectIn: (form) => ({ throttle: { retryAfter: number(form, 'retryAfter') } }),
  },
  {
    name: 'status',
    title: 'Status',
    about: 'Any status, with any body.',
    fields: [
      { name: 'status', label: 'HTTP status', value: '503', required: true },
      {
        name: 'body',
        label: 'Body',
        hint: 'A JSON object or list is sent as JSON, everything else as text.',
        lines: true,
      },
    ],
    effectIn: (form) => ({ status: number(form, 'status'), body: bodyIn(form.get('body') ?? '') }),
  },
  {
    name: 'drop',
    title: 'Drop',
    about: 'The connection is cut without an answer.',
    fields: [],
    effectIn: () => ({ drop: true }),
  },
];

function bodyIn(entered: string): unknown {
  const value = strictJson(entered);
  return isJsonObject(value) || Array.isArray(value) ? value : entered;
}

/** What a fault does, in a few words; one made elsewhere may have a delay beside its answer. */
export function effectOf({ delay, error, throttle, status, body, drop }: FaultEffect): string {
  const held = delay === undefined ? [] : [`${delay.toLocaleString('en')} ms late`];
  const answers = [
    ...(error === undefined ? [] : [`AADSTS${String(error).replace(/^AADSTS/i, '')}`]),
    ...(throttle === undefined ? [] : [`429, Retry-After ${throttle.retryAfter ?? 1} s`]),
    ...(status === undefined ? [] : [`Status ${status}${body === undefined || body === '' ? '' : ' with a body'}`]),
    ...(drop ? ['Connection cut'] : []),
  ];
  return [...answers, ...held].join(', ');
}
