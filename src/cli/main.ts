import { readFileSync } from 'node:fs';
import { CommanderError, Option, Command as Program } from 'commander';
import type { Secret } from '../base/secret.ts';
import { AuthError } from '../client/errors.ts';
import { normalisedArguments, spellings } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { exitCodeOf, failureText } from './failures.ts';
import type { Io } from './io.ts';
import { commonOptions, isTimeout, longName, type OptionTable, type OptionValues, textValue } from './options.ts';
import { outputFormat } from './output/formats.ts';
import { printer } from './output/print.ts';
import { warningLine } from './output/terminal-safe.ts';
import { processIo } from './process-io.ts';
import { useProxy } from './proxy.ts';
import { signInPrompts } from './sign-in-prompts.ts';
import { warnOfUncheckedCertificates } from './unchecked-certificates.ts';

/**
 * The command: reads the line, runs one verb, prints its result. Verbs are in `commands.ts`; what they do is the
 * client's or the server's.
 */
export async function run(io: Io): Promise<number> {
  const secrets: Secret[] = [];
  const argv = io.argv.length === 0 ? ['--help'] : verbFirst(io.argv);
  try {
    const name = argv[0] === 'help' ? argv[1] : argv[0];
    const entry = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    const command = await entry?.load();
    const table = optionsOf(command);
    const outcome = { exitCode: exitCodes.done as number };
    const program = programOf(io, name, command, table, async (values, positionals) => {
      if (command) outcome.exitCode = await runCommand(io, command, values, positionals, secrets);
    });
    await program.parseAsync(argv[0] === 'help' ? ['help', ...argv.slice(1)] : [...normalisedArguments(table, argv)], {
      from: 'user',
    });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    io.stderr.write(failureText(error, secrets, argv.includes('--debug')));
    return io.signal?.aborted ? exitCodes.interrupted : exitCodeOf(error);
  }
}

/** The process's own command: `bin.ts` comes here with what it cannot answer at once. */
export async function runProcess(): Promise<void> {
  const io = processIo();
  useProxy(io);
  warnOfUncheckedCertificates(io);
  process.exitCode = await run(io);
}

async function runCommand(
  io: Io,
  command: Command,
  values: OptionValues,
  positionals: readonly string[],
  secrets: Secret[],
): Promise<number> {
  const said = new Set<string>();
  const warn = (warning: string) => {
    if (values.quiet !== true && !said.has(warning)) io.stderr.write(warningLine(warning));
    said.add(warning);
  };
  const context: CommandContext = { io, values, positionals, warn, secrets, call: callOptions(io, values, warn) };
  if (printsItself(command)) return exitCodeOfPrinted(await command.run(context));
  const given = textValue(values, 'output') ?? (io.variables.PARTNER_AUTH_OUTPUT || undefined);
  const format = outputFormat(given, io.stdout.isTerminal);
  const print = await printer(io, format, textValue(values, 'query'), command.printsToken === true);
  const result = await command.run(context);
  if ('printed' in result) return exitCodeOfPrinted(result);
  io.stdout.write(await print(result.value));
  return exitCodes.done;
}

const exitCodeOfPrinted = (result: object): number =>
  'exitCode' in result && typeof result.exitCode === 'number' ? result.exitCode : exitCodes.done;

function callOptions(io: Io, values: OptionValues, warn: (warning: string) => void): CommandContext['call'] {
  const timeout = textValue(values, 'timeout');
  if (timeout !== undefined && !isTimeout(timeout)) {
    throw new AuthError('invalid_parameters', '--timeout takes whole seconds from 1 to 9999.');
  }
  const tells = values.verbose === true || values.debug === true;
  return {
    clock: io.clock,
    random: io.random,
    fetch: io.fetch,
    sleep: io.sleep,
    signal: io.signal,
    timeoutSeconds: timeout === undefined ? undefined : Number(timeout),
    environmentFile: io.variables.PARTNER_AUTH_ENVIRONMENT_FILE || undefined,
    onWarning: warn,
    ...signInPrompts(io),
    onRequest: tells
      ? ({ method, url, status, milliseconds, correlationId }) =>
          io.stderr.write(
            `${method} ${url} → ${status ?? 'no answer'} in ${milliseconds} ms, correlation id ${correlationId}\n`,
          )
      : undefined,
  };
}

/** `partner-auth --verbose token` is `partner-auth token --verbose`. */
function verbFirst(argv: readonly string[]): readonly string[] {
  const names = spellings(commonOptions);
  let index = 0;
  while (index < argv.length && names.has(argv[index]?.split('=', 1)[0] ?? '')) {
    const argument = argv[index] ?? '';
    index += names.get(argument)?.takesValue ? 2 : 1;
  }
  const verb = argv[index];
  if (index === 0 || verb === undefined || verb.startsWith('-')) return argv;
  return [verb, ...argv.slice(0, index), ...argv.slice(index + 1)];
}

/** A verb that prints for itself has its own `--output`, in its own words, and no result that a query could be put to. */
function optionsOf(command: Command | undefined): OptionTable {
  if (!command || !printsItself(command)) return { ...command?.options, ...commonOptions };
  const { query: _query, output: _output, ...others } = commonOptions;
  return { ...command.options, ...others };
}

const printsItself = (command: Command): boolean => Object.hasOwn(command.options, 'output');

type Action = (values: OptionValues, positionals: readonly string[]) => Promise<void>;

function programOf(io: Io, used: string | undefined, command: Command | undefined, table: OptionTable, action: Action) {
  const program = new Program('partner-auth')
    .description('Tokens for Microsoft Partner Center.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  program.addHelpText(
    'before',
    'Example:\n  partner-auth token --tenant contoso.com --application-id ID --client-secret-file FILE --resource partner-center\n',
  );
  for (const [name, { summary }] of Object.entries(commands)) {
    const verb = program.command(name).summary(summary).copyInheritedSettings(program);
    if (name === used && command) describe(verb, command, table, action);
  }
  return program;
}

function describe(verb: Program, command: Command, table: OptionTable, action: Action): void {
  const examples = command.examples.map(({ line, does }) => `  # ${does}\n  ${line}`).join('\n');
  verb.description(command.description).addHelpText('before', `Examples:\n${examples}\n`);
  for (const { name, description } of command.positionals ?? []) verb.argument(name, description);
  for (const [key, { value, description, aliases = [], repeatable }] of Object.entries(table)) {
    const also = aliases.length > 0 ? ` (also ${aliases.join(', ')})` : '';
    const option = new Option(value ? `${longName(key)} <${value}>` : longName(key), description + also);
    if (repeatable) option.argParser((text: string, earlier: string[] | undefined) => [...(earlier ?? []), text]);
    verb.addOption(option);
  }
  const most = command.positionals?.length ?? 0;
  verb.showHelpAfterError(`partner-auth ${verb.name()} --help says more.`).allowExcessArguments(true);
  verb.action(async () => {
    // Said without the words themselves: what is in the wrong place may be a secret.
    if (verb.args.length > most) {
      const takes = most === 0 ? 'no arguments' : 'one argument';
      throw new AuthError(
        'invalid_parameters',
        `${verb.name()} takes ${takes} beside its options; ${verb.args.length} were given.`,
      );
    }
    await action(verb.opts<OptionValues>(), verb.args);
  });
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  return String(version);
}
