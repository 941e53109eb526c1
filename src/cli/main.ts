import { CommanderError } from 'commander';
import type { Secret } from '../base/secret.ts';
import { AuthError } from '../client/errors.ts';
import { normalisedArguments, spellings } from './arguments.ts';
import { type Command, type CommandContext, type CommandResult, optionsOf, printsItself } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { exitCodeOf, failureText } from './failures.ts';
import type { Io } from './io.ts';
import { keptTokens, tokensOnce } from './kept-tokens.ts';
import { commonOptions, isTimeout, type OptionValues, textValue } from './options.ts';
import { outputFormat } from './output/formats.ts';
import { printer } from './output/print.ts';
import { warningLine } from './output/terminal-safe.ts';
import { processIo } from './process-io.ts';
import { programOf } from './program.ts';
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
    const [first, second] = argv;
    const name = (first === 'help' ? second : first) ?? '';
    const command = Object.hasOwn(commands, name) ? await commands[name]?.load() : undefined;
    const outcome = { exitCode: exitCodes.done as number };
    const action = async (values: OptionValues, positionals: readonly string[]) => {
      if (command) outcome.exitCode = await runCommand(io, command, values, positionals, secrets);
    };
    const program = programOf(io, command && { name, command, action });
    await program.parseAsync([...wordsOf(argv, command)], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    io.stderr.write(failureText(error, secrets, argv.includes('--debug')));
    return io.signal?.aborted ? exitCodes.interrupted : exitCodeOf(error);
  }
}

/** The process's own command: `bin.ts` comes here with what it cannot answer at once. */
export async function runProcess(): Promise<void> {
  // A diagnostic report is written where Node was told to, and sent to others: without the variables that hold secrets.
  process.report.excludeEnv = true;
  const io = useProxy(processIo());
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
  const given = { io, values, positionals, warn, secrets, call: callOptions(io, values, warn) };
  const { tokens, close } = tokensOnce(() => keptTokens(given));
  try {
    return await runWith({ ...given, tokens }, command);
  } finally {
    await close();
  }
}

async function runWith(context: CommandContext, command: Command): Promise<number> {
  const { io, values } = context;
  if (printsItself(command)) return exitCodeOfResult(await command.run(context));
  const given = textValue(values, 'output') ?? (io.variables.PARTNER_AUTH_OUTPUT || undefined);
  const format = outputFormat(given, io.stdout.isTerminal);
  const print = await printer(io, format, textValue(values, 'query'), command.printsToken === true);
  const result = await command.run(context);
  if ('value' in result) io.stdout.write(await print(result));
  return exitCodeOfResult(result);
}

const exitCodeOfResult = ({ exitCode }: CommandResult): number => exitCode ?? exitCodes.done;

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
    usualFetch: io.usualFetch,
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

/** What commander is to read. Help for a verb that does not exist is that verb's complaint, with what is near to it. */
function wordsOf(argv: readonly string[], command: Command | undefined): readonly string[] {
  const [first, second] = argv;
  if (first !== 'help') return normalisedArguments(optionsOf(command), argv);
  return command || second === undefined || second.startsWith('-') ? argv : [second];
}
