import type { Grammar } from '../grammar.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { powershellCompletion } from './powershell.ts';
import { zshCompletion } from './zsh.ts';

/** The shells there is completion for. Scripts are made of the tables and ask nothing of this program when they run. */
export const completionScripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
} as const satisfies Readonly<Record<string, (grammar: Grammar) => string>>;

export type ShellName = keyof typeof completionScripts;

export const shellNames = Object.keys(completionScripts) as readonly ShellName[];
