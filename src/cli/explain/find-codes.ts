import type { Explanation } from '../../protocol/explanations.ts';

export interface FoundCodes {
  readonly explained: readonly Explanation[];
  /** Codes that were meant as such and are in no table. */
  readonly unknown: readonly string[];
}

/**
 * The codes in what was given: codes alone, in any letter case, or a message pasted with codes in it. `known`: every
 * explanation there is; a number in two tables is explained from both.
 */
export function findCodes(words: readonly string[], known: readonly Explanation[]): FoundCodes {
  const index = indexed(known);
  const bare = words.map(withoutPunctuation);
  const areCodes = bare.length > 0 && bare.every((word) => /^(aadsts)?\d{1,9}$/i.test(word) || index.has(keyOf(word)));
  const keys = new Set(areCodes ? bare.map(keyOf) : keysInMessage(words.join(' '), index));
  const explained = [...keys].flatMap((key) => index.get(key) ?? []);
  return {
    explained: [...new Set(explained)],
    unknown: [...keys].filter((key) => !index.has(key)).map((key) => key.toUpperCase()),
  };
}

type Index = ReadonlyMap<string, readonly Explanation[]>;

/** By code, and by number alone. */
function indexed(known: readonly Explanation[]): Index {
  const index = new Map<string, Explanation[]>();
  for (const explanation of known) {
    const key = keyOf(explanation.code);
    for (const each of new Set([key, key.replace('aadsts', '')])) {
      index.set(each, [...(index.get(each) ?? []), explanation]);
    }
  }
  return index;
}

/** Letter case and leading zeros do not count. */
const keyOf = (word: string): string => word.toLowerCase().replace(/(^|s)0+(?=\d)/, '$1');

const withoutPunctuation = (word: string): string => word.trim().replace(/^[\s"'`([{<]+|[\s"'`)\]}>.,:;!?]+$/g, '');

/** Where an answer, or our own sentence about one, has a number that is a code for certain. */
const certain: readonly RegExp[] = [
  /AADSTS[ :]?(\d{1,9})(?!\d)/gi,
  /"code"\s*:\s*"?(\d{1,9})(?!\d)/gi,
  /\bHTTP \d{3} and (\d{1,9})(?!\d)/g,
];

function keysInMessage(text: string, index: Index): readonly string[] {
  const numbers = certain.flatMap((pattern, place) =>
    [...text.matchAll(pattern)].map(([, number = '']) => keyOf(place === 0 ? `aadsts${number}` : number)),
  );
  // Any other number counts when it is known, unless it is part of an identifier, an instant or a longer number.
  const others = [...text.matchAll(/(?<![\w.:/-])\d{5,7}(?![\w:/-]|\.\w)/g)].map(([number]) => keyOf(number));
  const told = new Set(numbers.map((key) => key.replace('aadsts', '')));
  const found = [...numbers, ...others.filter((key) => index.has(key) && !told.has(key))];
  if (found.length > 0) return found;
  return [...text.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/gi)].map(([word]) => keyOf(word)).filter((key) => index.has(key));
}
