import type { Explanation } from '../../protocol/explanations.ts';
import { entryLines, lineWidth, paragraph } from '../output/paragraph.ts';

/** Explanations as a person reads them. */

/** A block for each code. */
export const explanationText = (explained: readonly Explanation[]): string => explained.map(block).join('\n');

function block({ code, source, error, suberror, status, meaning, cause, nextStep }: Explanation): string {
  const wire = [error, suberror, ...(status === undefined ? [] : [`HTTP ${status}`])].filter(
    (each) => each !== undefined,
  );
  const from = wire.length > 0 ? `${source}: ${wire.join(', ')}` : source;
  const rows = [
    ['cause', cause],
    ['next', nextStep],
    ['from', from],
  ] as const;
  return [
    ...paragraph(`${code}: ${meaning}`),
    ...rows.flatMap(([name, text]) => entryLines(name, text, 7).map((line) => `  ${line}`)),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Every code with its one line. */
export function listText(known: readonly Explanation[]): string {
  const bySource = Object.entries(Object.groupBy(known, ({ source }) => source));
  const lines = bySource.flatMap(([source, members]) => {
    const column = Math.max(...members.map(({ code }) => code.length)) + 2;
    const rows = members.flatMap(({ code, meaning }) => entryLines(code, meaning, column));
    return [source, ...rows.map((line) => `  ${line}`), ''];
  });
  const more = paragraph(
    'partner-auth explain CODE tells cause and next step; it takes a whole error message too.',
    lineWidth,
  );
  return [...lines, ...more].map((line) => `${line}\n`).join('');
}
