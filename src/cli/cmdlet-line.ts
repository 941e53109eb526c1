/**
 * A line of PowerShell read as far as it matters here: one cmdlet, its parameters, their values. Nothing is evaluated: what
 * is neither a literal nor a plain variable is an `expression`, and its text is not kept, because it may hold a secret.
 */
export type CmdletValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'expression' };

export type CmdletToken =
  | { readonly kind: 'parameter'; readonly name: string; readonly colon: boolean }
  | { readonly kind: 'values'; readonly values: readonly CmdletValue[] }
  /** `@parameters`: what it stands for is not in the line. */
  | { readonly kind: 'splat' };

export interface CmdletLine {
  readonly tokens: readonly CmdletToken[];
  /** What follows the cmdlet: a pipeline, a member, another statement. */
  readonly rest: string;
}

/** Undefined: the cmdlet is not in the text. */
export function readCmdletLine(text: string, cmdlet: string): CmdletLine | undefined {
  const found = new RegExp(`(?<![\\w-])${cmdlet}(?![\\w-])`, 'i').exec(text);
  if (!found) return undefined;
  const tokens: CmdletToken[] = [];
  let at = found.index + found[0].length;
  for (;;) {
    at = afterBlanks(text, at);
    const lexeme = lexemeAt(text, at);
    if (!lexeme) return { tokens, rest: text.slice(at).trim() };
    at = lexeme.end;
    const last = tokens.at(-1);
    if (lexeme.token.kind === 'values' && last?.kind === 'values' && lexeme.afterComma) {
      tokens[tokens.length - 1] = { kind: 'values', values: [...last.values, ...lexeme.token.values] };
    } else tokens.push(lexeme.token);
  }
}

interface Lexeme {
  readonly token: CmdletToken;
  readonly end: number;
  readonly afterComma?: true;
}

/** Blanks, comments, and a line's end where a backtick, a comma or a parameter on the next line carries the line on. */
function afterBlanks(text: string, from: number): number {
  const blank = /(?:[^\S\r\n]|`\r?\n|<#[\s\S]*?#>|#[^\r\n]*|\s*\r?\n\s*(?=[-–—―]\p{L}))*/uy;
  blank.lastIndex = from;
  return from + (blank.exec(text)?.[0].length ?? 0);
}

const parameter = /[-–—―](\p{L}[\w-]*)(:?)/uy;
const splat = /@\w+/y;

function lexemeAt(text: string, at: number): Lexeme | undefined {
  const named = matchAt(parameter, text, at);
  if (named) {
    const [whole, name = '', colon] = named;
    return { token: { kind: 'parameter', name, colon: colon === ':' }, end: at + whole.length };
  }
  const splatted = matchAt(splat, text, at);
  if (splatted) return { token: { kind: 'splat' }, end: at + splatted[0].length };
  const comma = text[at] === ',';
  const begin = comma ? afterBreaks(text, at + 1) : at;
  const value = valueAt(text, begin);
  return (
    value && { token: { kind: 'values', values: value.values }, end: value.end, ...(comma ? { afterComma: true } : {}) }
  );
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const afterBreaks = (text: string, from: number): number =>
  from + (/^(?:\s|`\r?\n)*/.exec(text.slice(from))?.[0].length ?? 0);

interface Read {
  readonly values: readonly CmdletValue[];
  readonly end: number;
}

// PowerShell takes typographic quotation marks for plain ones.
const single = /['‘’‚‛]((?:[^'‘’‚‛]|['‘’‚‛]{2})*)['‘’‚‛]/y;
const double = /["“”„]((?:[^"“”„`]|`[\s\S]|["“”„]{2})*)["“”„]/y;
const variable = /\$(?:\{([^}]+)\}|((?:\w+:)?\w+))(?![\w.[(:])/y;
const bare = /(?:[^\s,;|&(){}"“”„'‘’‚‛`$@]|`[^\r\n]|[$@](?=[\s]|$))(?:[^\s,;|&(){}"“”„'‘’‚‛`$]|`[^\r\n])*/y;

function valueAt(text: string, at: number): Read | undefined {
  const literal = literalAt(text, at);
  if (literal) {
    // A literal that goes on ('a'.Trim(), a'b') is no literal.
    const end = afterExpression(text, literal.end);
    return end === literal.end ? literal : { values: [{ kind: 'expression' }], end };
  }
  const end = afterExpression(text, at);
  if (end === at) return undefined;
  const list = /^@\(([\s\S]*)\)$/.exec(text.slice(at, end));
  const inside = list && listItems(list[1] ?? '');
  return { values: inside ?? [{ kind: 'expression' }], end };
}

function literalAt(text: string, at: number): Read | undefined {
  const read = (match: RegExpExecArray, value: CmdletValue): Read => ({ values: [value], end: at + match[0].length });
  const quoted = matchAt(single, text, at);
  if (quoted) return read(quoted, { kind: 'text', text: (quoted[1] ?? '').replace(/(['‘’‚‛])['‘’‚‛]/g, '$1') });
  const expanding = matchAt(double, text, at);
  if (expanding) return read(expanding, expanded(expanding[1] ?? ''));
  const named = matchAt(variable, text, at);
  if (named) return read(named, { kind: 'variable', name: named[1] ?? named[2] ?? '' });
  const word = matchAt(bare, text, at);
  return word ? read(word, { kind: 'text', text: word[0].replace(/`(.)/g, '$1') }) : undefined;
}

/** The inside of double quotes: text, one variable alone, or something to be evaluated. */
function expanded(inside: string): CmdletValue {
  if (!/(?<!`)\$[\w{(]/.test(inside)) {
    return { kind: 'text', text: inside.replace(/`(.)|(["“”„])["“”„]/gs, (_, escaped, quote) => escaped ?? quote) };
  }
  const alone = /^\$(?:\{([^}]+)\}|((?:\w+:)?\w+))$/.exec(inside);
  return alone ? { kind: 'variable', name: alone[1] ?? alone[2] ?? '' } : { kind: 'expression' };
}

function listItems(inside: string): readonly CmdletValue[] | undefined {
  const items: CmdletValue[] = [];
  for (let at = afterBreaks(inside, 0); at < inside.length; ) {
    const item = literalAt(inside, at);
    if (!item) return undefined;
    items.push(...item.values);
    at = afterBreaks(inside, item.end);
    if (at === inside.length) break;
    if (inside[at] !== ',') return undefined;
    at = afterBreaks(inside, at + 1);
  }
  return items;
}

const opening = '([{';
const closing = ')]}';

/** Past what is no literal, brackets and quotes in it counted; as far as the next blank, comma or end of statement. */
function afterExpression(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const quoted = matchAt(single, text, at) ?? matchAt(double, text, at);
    if (quoted) {
      at += quoted[0].length;
      continue;
    }
    const character = text[at] ?? '';
    if (depth === 0 && /[\s,;|&)\]}]/.test(character)) return at;
    if (opening.includes(character)) depth += 1;
    if (closing.includes(character)) depth -= 1;
    at += 1;
  }
  return at;
}
