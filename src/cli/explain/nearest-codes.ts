import type { Explanation } from '../../protocol/explanations.ts';

const most = 3;

/** Codes that are spelled almost like this one, the nearest first. */
export function nearestCodes(code: string, known: readonly Explanation[]): readonly Explanation[] {
  const wanted = spelling(code);
  const farthest = wanted.length > 4 ? 2 : 1;
  return known
    .map((explanation) => {
      const spelled = spelling(explanation.code);
      return { explanation, distance: editDistance(wanted, spelled), same: commonBeginning(wanted, spelled) };
    })
    .filter(({ distance }) => distance <= farthest)
    .toSorted((left, right) => left.distance - right.distance || right.same - left.same)
    .slice(0, most)
    .map(({ explanation }) => explanation);
}

const spelling = (code: string): string => code.toLowerCase().replace(/^aadsts/, '');

/** How many characters both begin with: Entra's codes are of one kind where their first digits are. */
function commonBeginning(left: string, right: string): number {
  const differs = [...left].findIndex((letter, place) => letter !== right[place]);
  return differs === -1 ? left.length : differs;
}

/** How many characters must be put in, taken out or replaced to make one text of the other (Levenshtein). */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (const [place, other] of [...right].entries()) {
      const replaced = (row[place] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
