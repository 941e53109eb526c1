import { type Command, optionsOf, type Positional } from './command.ts';
import { commands } from './commands.ts';
import { commonOptions, longName, type OptionTable } from './options.ts';

/** The whole command line as data, for what is made from it: completion and the manual page. Loads every verb. */
export interface Grammar {
  readonly verbs: readonly VerbGrammar[];
  /** Options that may stand before the verb. */
  readonly options: readonly OptionGrammar[];
}

export interface VerbGrammar {
  readonly name: string;
  readonly summary: string;
  readonly command: Command | undefined;
  readonly options: readonly OptionGrammar[];
  readonly positionals: readonly PositionalGrammar[];
}

export interface OptionGrammar {
  /** Every spelling, the option's own first. */
  readonly names: readonly [string, ...string[]];
  /** As help writes the value; a switch has none. */
  readonly placeholder?: string;
  readonly description: string;
  readonly takes: Taken;
  readonly repeatable: boolean;
}

export interface PositionalGrammar {
  readonly name: string;
  readonly description: string;
  readonly takes: Taken;
  readonly repeatable: boolean;
}

/** What a value is; `nothing` for a switch. */
export type Taken =
  | { readonly kind: 'nothing' | 'text' | 'file' | 'folder' }
  | { readonly kind: 'values'; readonly values: readonly string[] };

export async function readGrammar(): Promise<Grammar> {
  const verbs = await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => verbGrammar(name, summary, await load())),
  );
  const names = verbs.map(({ name }) => name);
  return { verbs: [...verbs, helpVerb(names)], options: [...optionGrammars(commonOptions), help, version] };
}

const verbGrammar = (name: string, summary: string, command: Command): VerbGrammar => ({
  name,
  summary,
  command,
  options: [...optionGrammars(optionsOf(command)), help],
  positionals: (command.positionals ?? []).map(positionalGrammar),
});

/** The parser's own verb. */
const helpVerb = (names: readonly string[]): VerbGrammar => ({
  name: 'help',
  summary: 'show what a verb does and takes',
  command: undefined,
  options: [],
  positionals: [positionalGrammar({ name: '[verb]', description: 'the verb', values: names })],
});

const help: OptionGrammar = {
  names: ['--help', '-h'],
  description: 'show help',
  takes: { kind: 'nothing' },
  repeatable: false,
};

const version: OptionGrammar = {
  names: ['--version'],
  description: 'print the version',
  takes: { kind: 'nothing' },
  repeatable: false,
};

const optionGrammars = (table: OptionTable): readonly OptionGrammar[] =>
  Object.entries(table).map(([key, { value, values, aliases = [], repeatable = false, description }]) => ({
    names: [longName(key), ...aliases],
    ...(value === undefined ? {} : { placeholder: value }),
    description,
    takes: value === undefined ? { kind: 'nothing' } : taken(value, values),
    repeatable,
  }));

const positionalGrammar = ({ name, description, values }: Positional): PositionalGrammar => ({
  name,
  description,
  takes: taken(name.replace(/[^\w-]/g, ''), values),
  repeatable: name.includes('...'),
});

const kindOfPlaceholder: Readonly<Record<string, 'file' | 'folder'>> = {
  FILE: 'file',
  DIR: 'folder',
  FOLDER: 'folder',
};

const taken = (placeholder: string, values: readonly string[] | undefined): Taken =>
  values ? { kind: 'values', values } : { kind: kindOfPlaceholder[placeholder.toUpperCase()] ?? 'text' };
