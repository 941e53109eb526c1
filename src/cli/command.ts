import type { Secret } from '../base/secret.ts';
import type { CommandCallOptions } from '../client/context.ts';
import type { TokenStore } from '../client/stores/store.ts';
import type { Io } from './io.ts';
import { commonOptions, type OptionTable, type OptionValues } from './options.ts';

/** A verb: declared input, a plain function, and a result that the output formats know how to print. */
export interface Command {
  readonly options: OptionTable;
  /** Shown before the options; each is a line to paste. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** A paragraph for the help page. */
  readonly description: string;
  readonly positionals?: readonly Positional[];
  /** The result holds a token: the formats made for tokens can print it. */
  readonly printsToken?: true;
  /** It prints text of its own: `--output` and `--query` are not its options unless it declares them. */
  readonly printsItself?: true;
  run(context: CommandContext): Promise<CommandResult>;
}

export interface Positional {
  /** In commander's notation: `<what>`, `[file]`, `[code...]`. */
  readonly name: string;
  readonly description: string;
  /** What it may be: shown in help, offered by completion. */
  readonly values?: readonly string[];
}

export type CommandResult =
  | {
      readonly value: object;
      /** The result as a person reads it, lines made safe for a terminal; default a line for each member. */
      readonly table?: string;
      /** Default 0. */
      readonly exitCode?: number;
    }
  /** The command has printed what there is to print. */
  | { readonly printed: true; readonly exitCode?: number };

export interface CommandContext {
  readonly io: Io;
  readonly values: OptionValues;
  readonly positionals: readonly string[];
  /** A sentence on stderr, unless `--quiet`. */
  readonly warn: (warning: string) => void;
  /** For every call of the client. */
  readonly call: CommandCallOptions;
  /** The token store, opened when it is first asked for; undefined without a key. Closed with the command. */
  readonly tokens: () => Promise<TokenStore | undefined>;
  /** What was read of secrets, so that no message repeats them. */
  readonly secrets: Secret[];
}

/** A verb that prints for itself has its own `--output`, in its own words, and no result that a query could be put to. */
export const printsItself = ({ options, printsItself }: Command): boolean =>
  printsItself === true || Object.hasOwn(options, 'output');

/** Every option of a verb; without a verb, those of all verbs. */
export function optionsOf(command: Command | undefined): OptionTable {
  if (!command || !printsItself(command)) return { ...command?.options, ...commonOptions };
  const { query: _query, output: _output, ...others } = commonOptions;
  return { ...command.options, ...others };
}
