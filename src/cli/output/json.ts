import { terminalSafeJson } from './terminal-safe.ts';

/** JSON as `az` prints it: two blanks, one line break at the end. */
export const jsonText = (value: unknown): string => `${terminalSafeJson(JSON.stringify(value, undefined, 2))}\n`;
