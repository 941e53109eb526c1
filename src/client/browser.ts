import { type SpawnOptions, spawn } from 'node:child_process';
import { isWsl } from './display.ts';
import { AuthError } from './errors.ts';

/** The system's browser and how it is started; where one can be expected is `display.ts`'s. */

type Variables = Readonly<Record<string, string | undefined>>;

export interface System {
  /** Default: the process's own. */
  readonly variables?: Variables;
  readonly platform?: NodeJS.Platform;
}

export interface BrowserCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

type Table = Readonly<Partial<Record<NodeJS.Platform | 'wsl', readonly (readonly string[])[]>>>;

/** How a platform opens an address, which comes last; the next is tried where one cannot be started. None is a shell. */
const openers: Table = {
  darwin: [['open']],
  win32: [['rundll32', 'url.dll,FileProtocolHandler']],
  wsl: [['wslview'], ['rundll32.exe', 'url.dll,FileProtocolHandler'], ['xdg-open']],
};
const usualOpeners = [['xdg-open']];

/** What is tried, in this order: `BROWSER`, else the platform's own. */
export function browserCommands(url: string, { variables, platform }: Required<System>): readonly BrowserCommand[] {
  const own = browserVariable(variables.BROWSER ?? '', platform);
  const place = platform === 'linux' && isWsl(variables) ? 'wsl' : platform;
  return (own.length > 0 ? own : (openers[place] ?? usualOpeners)).map((words) => commandOf(words, url));
}

/** A list of commands as xdg-open reads it, each of words that may be quoted. */
const browserVariable = (text: string, platform: NodeJS.Platform): readonly (readonly string[])[] =>
  text
    .split(platform === 'win32' ? ';' : ':')
    .map((command) => [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? ''))
    .filter((words) => words.length > 0);

/** The address in the place of `%s`, or else at the end. */
function commandOf([program = '', ...given]: readonly string[], url: string): BrowserCommand {
  const hasPlace = given.some((word) => word.includes('%s'));
  return { program, arguments: hasPlace ? given.map((word) => word.replaceAll('%s', () => url)) : [...given, url] };
}

/** What does not fail within this time has been started. */
const settlingMilliseconds = 1_000;

/**
 * Starts the browser with an `http` or `https` address and leaves it alone: without a shell, with nothing of ours open, and
 * without the variables that may hold secrets of ours. The address is among its arguments, where everybody on this
 * machine can read it; an authorize address holds no secret.
 *
 * Resolves once it runs for a second or has ended well. Throws `AuthError` `configuration` when none can be started, for
 * the caller to show the address instead; `TypeError` for another kind of address.
 */
export async function openBrowser(address: string, system: System = {}): Promise<void> {
  const { protocol, href } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('A browser is started with a web address.');
  const { variables = process.env, platform = process.platform } = system;
  const failures: string[] = [];
  for (const command of browserCommands(href, { variables, platform })) {
    const failure = await start(command, variables);
    if (failure === undefined) return;
    failures.push(`${command.program} ${failure}`);
  }
  throw new AuthError('configuration', `No browser could be started (${failures.join(', ')}).`, {
    hint: 'Open the address yourself, set BROWSER to a command that opens one, or use --use-device-authentication (useDeviceAuthentication).',
  });
}

/** Undefined when it runs or has ended well, else what went wrong. */
function start(command: BrowserCommand, variables: Variables): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const notStarted = (error: NodeJS.ErrnoException) => resolve(`cannot be started: ${error.code ?? 'unknown'}`);
  const settled = setTimeout(resolve, settlingMilliseconds, undefined);
  try {
    spawn(command.program, [...command.arguments], { ...alone, env: withoutOurs(variables) })
      .once('error', notStarted)
      .once('exit', (exitCode, signal) => resolve(exitCode === 0 ? undefined : `ended with ${signal ?? exitCode}`))
      .unref();
  } catch (error) {
    // node:child_process tells of the failures it expects and throws the others.
    notStarted(error as NodeJS.ErrnoException);
  }
  return promise.finally(() => clearTimeout(settled));
}

const alone: SpawnOptions = { detached: true, stdio: 'ignore', shell: false, windowsHide: true };

/** A browser lives long, and its environment can be read as long as it lives. */
const withoutOurs = (variables: Variables): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(PARTNER_AUTH|AZURE)_/i.test(name)));
