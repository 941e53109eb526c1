import type { Secret } from '../base/secret.ts';
import type { CallOptions } from '../client/context.ts';
import type { Io } from './io.ts';
import type { OptionTable, OptionValues } from './options.ts';

/** A verb: declared input, a plain function, and a result that the output formats know how to print. */
export interface Command {
  readonly options: OptionTable;
  /** Shown before the options; each is a line to paste. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** A paragraph for the help page. */
  readonly description: string;
  /** Positional arguments, in commander's notation. */
  readonly positionals?: readonly { readonly name: string; readonly description: string }[];
  /** The result holds a token: the formats made for tokens can print it. */
  readonly printsToken?: true;
  run(context: CommandContext): Promise<CommandResult>;
}

export type CommandResult =
  | { readonly value: object }
  /** The command has printed what there is to print. */
  | { readonly printed: true; readonly exitCode?: number };

export interface CommandContext {
  readonly io: Io;
  readonly values: OptionValues;
  readonly positionals: readonly string[];
  /** A sentence on stderr, unless `--quiet`. */
  readonly warn: (warning: string) => void;
  /** For every call of the client. */
  readonly call: CallOptions;
  /** What was read of secrets, so that no message repeats them. */
  readonly secrets: Secret[];
}
