import { WireError } from './wire-error.ts';

/** Decoded `application/x-www-form-urlencoded`, every name once. Names are looked up in a Map: no name reaches a prototype. */
export type Form = ReadonlyMap<string, string>;

const maximumFields = 1000;
/**
 * The Referrals document prints its body with a line break before each `&`; a saved copy may end with one too. A run of
 * them is looked at from its beginning alone, or a body of nothing else would cost the square of its length.
 */
const lineBreaks = /(?<![\r\n])[\r\n]+(?=&|$)/g;

/**
 * Reads a form. A name given twice is refused (RFC 6749 section 3.2: parameters must not be included more than once),
 * and so is a percent sign that is not followed by two hex digits: two readers would disagree about it.
 */
export function decodeForm(text: string): Form {
  const form = new Map<string, string>();
  for (const [name, value] of formPairs(text)) {
    if (form.has(name))
      throw new WireError('repeated', `The parameter '${name}' is given more than once.`, { field: name });
    form.set(name, value);
  }
  return form;
}

/** The fields in the order given, repeated ones too. */
export function formPairs(text: string): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = [];
  for (const pair of text.replace(lineBreaks, '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    pairs.push([decoded(equals < 0 ? pair : pair.slice(0, equals)), equals < 0 ? '' : decoded(pair.slice(equals + 1))]);
    if (pairs.length > maximumFields) {
      throw new WireError('unreadable', `The form has more than ${maximumFields} fields.`);
    }
  }
  return pairs;
}

/** Parameters of an address as they came: what is asked for by name, and which names came more than once. */
export interface QueryParameters<Name extends string> {
  /** An empty parameter is none (RFC 6749 section 3.1). */
  readonly get: (name: Name) => string | undefined;
  /** Parameters given more than once: which of their values counts, nobody can say. */
  readonly repeated: ReadonlySet<Name>;
}

/** Reads the known parameters of a query. Throws `WireError` for one that cannot be read. */
export function decodeQuery<Name extends string>(query: string, names: readonly Name[]): QueryParameters<Name> {
  const known: ReadonlySet<string> = new Set(names);
  const isKnown = (name: string): name is Name => known.has(name);
  const values = new Map<Name, string>();
  const repeated = new Set<Name>();
  for (const [name, value] of formPairs(query)) {
    if (!isKnown(name)) continue;
    if (values.has(name)) repeated.add(name);
    values.set(name, value);
  }
  return { get: (name) => values.get(name) || undefined, repeated };
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new WireError('unreadable', 'The form is not percent-encoded UTF-8.', { cause });
  }
}

/** Writes a form; members that are undefined are left out. */
export function encodeForm(fields: Iterable<readonly [string, string | undefined]>): string {
  const form = new URLSearchParams();
  for (const [name, value] of fields) if (value !== undefined) form.append(name, value);
  return form.toString();
}
