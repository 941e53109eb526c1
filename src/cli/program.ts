import { readFileSync } from 'node:fs';
import { Option, Command as Program } from 'commander';
import { AuthError } from '../client/errors.ts';
import { type Command, optionsOf, type Positional } from './command.ts';
import { commands } from './commands.ts';
import { topHelp, verbHelp } from './help.ts';
import type { Io } from './io.ts';
import { commonOptions, longName, type OptionTable, type OptionValues } from './options.ts';

/** The parser, made from the tables. The verb that is used is loaded; the others are only known by name. */
export interface UsedVerb {
  readonly name: string;
  readonly command: Command;
  readonly action: (values: OptionValues, positionals: readonly string[]) => Promise<void>;
}

export function programOf(io: Io, used: UsedVerb | undefined): Program {
  const program = new Program('partner-auth')
    .enablePositionalOptions()
    .version(packageVersion(), '--version')
    .exitOverride()
    .configureHelp({ formatHelp: topHelp })
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  // Given before the verb they have been moved behind it; here they are known so that a misspelled one is recognised.
  addOptions(program, commonOptions);
  for (const name of Object.keys(commands)) {
    const verb = program.command(name).copyInheritedSettings(program);
    if (name === used?.name) fill(verb, used);
  }
  return program;
}

function fill(verb: Program, { name, command, action }: UsedVerb): void {
  for (const positional of command.positionals ?? []) verb.argument(positional.name);
  addOptions(verb, optionsOf(command));
  verb
    .configureHelp({ formatHelp: () => verbHelp(name, command) })
    .showHelpAfterError(`partner-auth ${name} --help says more.`)
    .allowExcessArguments(true)
    .action(async () => {
      refuseExcess(verb, command.positionals ?? []);
      await action(verb.opts<OptionValues>(), verb.args);
    });
}

function addOptions(program: Program, table: OptionTable): void {
  for (const [key, { value, repeatable }] of Object.entries(table)) {
    const option = new Option(value ? `${longName(key)} <${value}>` : longName(key));
    if (repeatable) option.argParser((text: string, earlier: string[] | undefined) => [...(earlier ?? []), text]);
    program.addOption(option);
  }
}

/** Said without the words themselves: what is in the wrong place may be a secret. */
function refuseExcess(verb: Program, positionals: readonly Positional[]): void {
  const most = positionals.length;
  if (verb.args.length <= most || positionals.some(({ name }) => name.includes('...'))) return;
  const takes = ['no arguments', 'one argument'][most] ?? `${most} arguments`;
  throw new AuthError(
    'invalid_parameters',
    `${verb.name()} takes ${takes} beside its options; ${verb.args.length} were given.`,
  );
}

export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  return String(version);
}
