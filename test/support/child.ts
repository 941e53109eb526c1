import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to a clean environment; undefined takes a variable away. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Uint8Array;
  /** Is given the child when it has been started. */
  readonly started?: (child: ChildProcess) => void;
}

/** Where there are no profiles, whatever its user has. */
export const noConfigFolder = join(tmpdir(), 'partner-auth-no-config');

/** Nothing of a test is to be found in its user's keyring. */
const noKeyring = { PARTNER_AUTH_KEYRING: 'off' };

/**
 * The environment of a child: what finds programs and folders, and nothing that configures ours, a proxy or trust. The
 * test runner's own variables stay behind too.
 */
export function cleanEnvironment(variables: ChildOptions['variables'] = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'SystemRoot'];
  const all = {
    ...noKeyring,
    XDG_CONFIG_HOME: noConfigFolder,
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    ...variables,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Runs a program to its end; after 30 seconds it is killed, which shows as no exit code. */
export async function runChild(
  command: string,
  args: readonly string[],
  { cwd, variables, stdin, started }: ChildOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    env: cleanEnvironment(variables),
    ...(cwd === undefined ? {} : { cwd }),
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  started?.(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}

/** Asks a child to end and waits until it has; after a minute it is killed. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await ended;
  clearTimeout(late);
  return child.exitCode;
}
