/** JSON that may be looked into safely: a plain object from outside, or undefined. */
export type JsonObject = { readonly [name: string]: unknown };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const ownText = (object: JsonObject, name: string): string | undefined => {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** A count of seconds sent as a number or as text, the two forms the wires here have. */
export function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/**
 * Parses JSON and refuses what two readers could read differently (duplicate member names at any depth, RFC 8259
 * section 4) or what costs too much (nesting). Undefined when the text is refused.
 */
export function strictJson(text: string, maximumDepth = 32): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return flawOf(text, maximumDepth) === undefined ? parsed : undefined;
}

/** Whether well-formed JSON text is an object that gives this member more than once, and has no flaw before that. */
export function repeatsMember(text: string, name: string, maximumDepth = 32): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  const flaw = flawOf(text, maximumDepth);
  return flaw?.repeatedName === name && flaw.depth === 1;
}

interface JsonFlaw {
  /** Undefined when the flaw is the nesting. */
  readonly repeatedName?: string;
  /** How deep the object or list is that has the flaw; the outermost is 1. */
  readonly depth: number;
}

/** Walks JSON text known to be well formed; strings are skipped by their quotes, names are compared unescaped. */
function flawOf(text: string, maximumDepth: number): JsonFlaw | undefined {
  const open: (Set<string> | undefined)[] = [];
  let expectName = false;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x7b: // {
        open.push(new Set());
        expectName = true;
        break;
      case 0x5b: // [
        open.push(undefined);
        expectName = false;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        expectName = false;
        break;
      case 0x2c: // ,
        expectName = open.at(-1) !== undefined;
        break;
      case 0x22: {
        const end = endOfString(text, index);
        const names = open.at(-1);
        if (expectName && names) {
          const name = unescapedName(text.slice(index, end + 1));
          if (names.has(name)) return { repeatedName: name, depth: open.length };
          names.add(name);
          expectName = false;
        }
        index = end;
        break;
      }
    }
    if (open.length > maximumDepth) return { depth: open.length };
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(index - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}

const unescapedName = (quoted: string): string =>
  quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
