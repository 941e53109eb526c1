import { createColors } from 'picocolors';
import { entryLines } from '../output/paragraph.ts';
import { terminalSafe } from '../output/terminal-safe.ts';
import type { CheckState } from './check.ts';
import type { CheckResult } from './run-checks.ts';

const states: readonly CheckState[] = ['ok', 'warning', 'failed', 'skipped'];
const stateColumn = Math.max(...states.map((state) => state.length)) + 2;
const nextLabel = 'next: ';

/** The results as a person reads them: what was found, under it what to do, and at the end how many there are of each. */
export function reportText(results: readonly CheckResult[], inColour: boolean): string {
  const colours = createColors(inColour);
  const paint = { ok: colours.green, warning: colours.yellow, failed: colours.red, skipped: colours.dim };
  const nameColumn = Math.max(...results.map(({ name }) => name.length)) + 2;
  const column = stateColumn + nameColumn;
  const block = ({ name, state, found, nextStep }: CheckResult): readonly string[] => {
    const [first = '', ...more] = entryLines(state.padEnd(stateColumn) + name, terminalSafe(found), column);
    const next = nextStep === null ? [] : entryLines('', `${nextLabel}${terminalSafe(nextStep)}`, column);
    return [paint[state](first.slice(0, state.length)) + first.slice(state.length), ...more, ...next];
  };
  const counts = states.flatMap((state) => {
    const count = results.filter((result) => result.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return [...results.flatMap(block), '', counts.join(', ')].map((line) => `${line}\n`).join('');
}
