/**
 * As much of Go's text/template, with Helm's functions, as our chart uses: actions, variables of the root, `if`, `with`,
 * `range`, `define`. Anything else is an error, so that a chart that needs more is not rendered wrongly.
 */

type Value = unknown;
type Functions = Readonly<Record<string, (...args: readonly Value[]) => Value>>;

interface Block {
  readonly action: string;
  readonly nodes: Node[];
  otherwise: Node[];
}
type Node = string | { readonly output: string } | Block;

export interface Templates {
  /** Reads a file; what it defines can be included by all. */
  add(name: string, text: string): void;
  render(name: string, root: Readonly<Record<string, Value>>): string;
}

export function goTemplates(functions: Functions): Templates {
  const defined = new Map<string, readonly Node[]>();
  const own: Functions = {
    include: (name, root) => rendered(defined.get(String(name)) ?? fail(`no template ${name}`), root, root),
    default: (usual, value) => (isTrue(value) ? value : usual),
    printf: (format, ...args) => {
      const values = [...args];
      return String(format).replaceAll('%s', () => String(values.shift()));
    },
    quote: (value) => JSON.stringify(String(value)),
    nindent: (count, text) => `\n${indented(Number(count), String(text))}`,
    trunc: (count, text) => String(text).slice(0, Number(count)),
    trimSuffix: (end, text) => (String(text).endsWith(String(end)) ? String(text).slice(0, -String(end).length) : text),
    contains: (part, text) => String(text).includes(String(part)),
    add: (...values) => values.reduce((sum: number, value) => sum + Number(value), 0),
    not: (value) => !isTrue(value),
    and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
    required: (message, value) => (isTrue(value) ? value : fail(String(message))),
    ...functions,
  };

  function evaluated(expression: string, dot: Value, root: Value): Value {
    const words = wordsOf(expression);
    let value: Value;
    let piped: readonly Value[] = [];
    for (const command of splitAt(words, '|')) {
      const [head = '', ...rest] = command;
      const args = [...rest.map((word) => operand(word, dot, root)), ...piped];
      value = own[head] ? own[head](...args) : operand(head, dot, root);
      piped = [value];
    }
    return value;
  }

  function operand(word: string, dot: Value, root: Value): Value {
    if (word.startsWith('(')) return evaluated(word.slice(1, -1), dot, root);
    if (word.startsWith('"')) return JSON.parse(word);
    if (/^-?\d+$/.test(word)) return Number(word);
    if (word === '.') return dot;
    if (word === '$') return root;
    const path = /^(\$?)((?:\.[A-Za-z]+)+)$/.exec(word) ?? fail(`cannot read ${word}`);
    const names = (path[2] ?? '').slice(1).split('.');
    return names.reduce((value: Value, name) => memberOf(value, name), path[1] === '$' ? root : dot);
  }

  function rendered(nodes: readonly Node[], dot: Value, root: Value): string {
    return nodes
      .map((node) => {
        if (typeof node === 'string') return node;
        if ('output' in node) return text(evaluated(node.output, dot, root));
        const [, kind = '', expression = ''] = /^(\w+)\s+(.*)$/s.exec(node.action) ?? [];
        const value = evaluated(expression, dot, root);
        if (!isTrue(value)) return rendered(node.otherwise, dot, root);
        if (kind === 'range') return (value as readonly Value[]).map((one) => rendered(node.nodes, one, root)).join('');
        return rendered(node.nodes, kind === 'with' ? value : dot, root);
      })
      .join('');
  }

  return {
    add: (name, source) => {
      const parsed = parsedFrom(source, (title, nodes) => defined.set(title, nodes));
      defined.set(name, parsed);
    },
    render: (name, root) => rendered(defined.get(name) ?? fail(`no template ${name}`), root, root),
  };
}

function parsedFrom(source: string, define: (name: string, nodes: readonly Node[]) => void): Node[] {
  const top: Node[] = [];
  const open: { readonly block: Block; into: Node[] }[] = [];
  const into = () => open.at(-1)?.into ?? top;
  let at = 0;
  let trims = false;
  for (const match of source.matchAll(/\{\{(-?)\s*(.*?)\s*(-?)\}\}/gs)) {
    const [whole, before, action = '', behind] = match;
    const text = source.slice(at, match.index);
    const begun = trims ? text.trimStart() : text;
    into().push(before ? begun.trimEnd() : begun);
    at = match.index + whole.length;
    trims = behind === '-';
    if (action.startsWith('/*')) continue;
    if (/^(if|with|range|define)\s/.test(action)) {
      const block: Block = { action, nodes: [], otherwise: [] };
      if (!action.startsWith('define')) into().push(block);
      open.push({ block, into: block.nodes });
    } else if (action === 'else') {
      const current = open.at(-1) ?? fail('else without if');
      current.into = current.block.otherwise;
    } else if (action === 'end') {
      const { block } = open.pop() ?? fail('end without beginning');
      const name = /^define\s+"(.+)"$/.exec(block.action)?.[1];
      if (name !== undefined) define(name, block.nodes);
    } else if (/^(else|template|block|break|continue)\b|:=/.test(action)) fail(`cannot do ${action}`);
    else into().push({ output: action });
  }
  if (open.length > 0) fail('a block is not ended');
  const rest = source.slice(at);
  top.push(trims ? rest.trimStart() : rest);
  return top;
}

/** Texts, parentheses and the rest, each a word. */
const wordsOf = (expression: string): readonly string[] =>
  expression.match(/"(?:[^"\\]|\\.)*"|\((?:[^()"]|"(?:[^"\\]|\\.)*")*\)|\||[^\s|()]+/g) ?? [];

function splitAt(words: readonly string[], divider: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === divider) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

const memberOf = (value: Value, name: string): Value =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, Value>>)[name] : undefined;

/** Go's: empty is false. */
const isTrue = (value: Value): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);

const text = (value: Value): string => (value === undefined || value === null ? '' : String(value));

const indented = (count: number, value: string): string =>
  value
    .split('\n')
    .map((line) => ' '.repeat(count) + line)
    .join('\n');

function fail(message: string): never {
  throw new Error(message);
}
