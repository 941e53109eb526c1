import { isJsonObject } from '../../base/json.ts';
import { ReferralError } from './error.ts';

export type Entity = Readonly<Record<string, unknown>>;
export type Filter = (entity: Entity) => boolean;

/** What stands at a path of members; undefined where nothing does. */
export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);

const token = /\s*(?:'((?:[^']|'')*)'|([A-Za-z_][\w/]*)|(-?\d+(?:\.\d+)?)|([():]))/y;

type Token = { readonly kind: 'text' | 'name' | 'number' | 'mark'; readonly text: string };

const longestFilter = 2048;

/**
 * A condition in OData's words, as much of it as the document shows: comparisons by `eq` and `ne`, `and`, `or`, brackets,
 * and `team/any(t:t/email eq '…')`. Throws 400.
 */
export function filterOf(text: string | null): Filter {
  if (text === null) return () => true;
  if (text.length > longestFilter) refuse(`must have at most ${longestFilter} characters.`);
  const tokens = tokensOf(text);
  const filter = anyOf(tokens);
  if (tokens.length > 0) refuse(`cannot be read at ${tokens[0]?.text}.`);
  return filter;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const from = token.lastIndex;
    const found = token.exec(text);
    if (!found) refuse(`cannot be read at character ${from + 1}.`);
    const [, quoted, name, number, mark] = found;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'mark', text: mark ?? '' });
  }
  return tokens;
}

function anyOf(tokens: Token[]): Filter {
  const parts = [allOf(tokens)];
  while (takes(tokens, 'or')) parts.push(allOf(tokens));
  return (entity) => parts.some((part) => part(entity));
}

function allOf(tokens: Token[]): Filter {
  const parts = [condition(tokens)];
  while (takes(tokens, 'and')) parts.push(condition(tokens));
  return (entity) => parts.every((part) => part(entity));
}

function condition(tokens: Token[]): Filter {
  if (takes(tokens, '(')) {
    const inner = anyOf(tokens);
    expect(tokens, ')');
    return inner;
  }
  const { kind, text } = tokens.shift() ?? end;
  if (kind !== 'name') refuse("needs a comparison such as status eq 'New'.");
  if (!text.endsWith('/any')) return comparison(tokens, text.split('/'));
  expect(tokens, '(');
  const variable = tokens.shift() ?? end;
  expect(tokens, ':');
  const [first, ...path] = (tokens.shift() ?? end).text.split('/');
  if (first !== variable.text) refuse(`compares ${first}, which is not ${variable.text}.`);
  const inner = comparison(tokens, path);
  expect(tokens, ')');
  const place = text.split('/').slice(0, -1);
  return (entity) => {
    const items = valueAt(entity, place);
    return Array.isArray(items) && items.some((item) => isJsonObject(item) && inner(item));
  };
}

/** Text is compared without regard to case, as the names of states are. */
function comparison(tokens: Token[], path: readonly string[]): Filter {
  const operator = (tokens.shift() ?? end).text.toLowerCase();
  const { kind, text } = tokens.shift() ?? end;
  if (operator !== 'eq' && operator !== 'ne') refuse('compares by eq or ne.');
  if (kind !== 'text' && kind !== 'number') refuse('compares with text in single quotes, or with a number.');
  const wanted = text.toLowerCase();
  return (entity) => (String(valueAt(entity, path) ?? '').toLowerCase() === wanted) === (operator === 'eq');
}

const end: Token = { kind: 'mark', text: 'its end' };

function takes(tokens: Token[], word: string): boolean {
  const is = tokens[0]?.kind !== 'text' && tokens[0]?.text.toLowerCase() === word;
  if (is) tokens.shift();
  return is;
}

function expect(tokens: Token[], mark: string): void {
  if (!takes(tokens, mark)) refuse(`needs ${mark} at ${tokens[0]?.text ?? end.text}.`);
}

function refuse(message: string): never {
  throw new ReferralError(400, `$filter: ${message}`);
}
