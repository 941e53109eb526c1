import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { errorCode } from '../base/error-code.ts';
import type { AuthResult } from '../client/auth-result.ts';
import type { Io, Variables } from './io.ts';
import { terminalSafe } from './output/terminal-safe.ts';

/** A command of the user's, run in our place. */
export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  readonly variables: Variables;
}

/** As env(1). */
const exitCodes = { notFound: 127, notRunnable: 126, bySignal: 128 } as const;

/** What holds one of our secrets; variables that name files stay. */
const secretVariable =
  /^(PARTNER_AUTH|AZURE)_(.*_)?(SECRET|PASSWORD|PASSPHRASE|REFRESH_TOKEN|ACCESS_TOKEN|DATABASE_URL)$/;

export function childEnvironment(
  variables: Variables,
  token: Pick<AuthResult, 'accessToken' | 'expires_on' | 'tenantId'>,
): Variables {
  const passedOn = Object.entries(variables).filter(([name]) => !secretVariable.test(name.toUpperCase()));
  return {
    ...Object.fromEntries(passedOn),
    PARTNER_AUTH_ACCESS_TOKEN: token.accessToken,
    PARTNER_AUTH_EXPIRES_ON: String(token.expires_on),
    ...(token.tenantId === null ? {} : { PARTNER_AUTH_TENANT: token.tenantId }),
  };
}

/** Runs it to its end, with our input, output and signals; its exit code. */
export function runChild(io: Pick<Io, 'stdin' | 'stderr'>, { command, args, variables }: Child): Promise<number> {
  const child = spawn(command, [...args], { stdio: 'inherit', env: { ...variables } });
  const stopForwarding = forwardSignals(child, io.stdin.isTerminal);
  return new Promise<number>((resolve) => {
    child.once('error', (cause) => {
      const isMissing = errorCode(cause) === 'ENOENT';
      const why = isMissing ? 'was not found' : 'cannot be run';
      io.stderr.write(`error: ${terminalSafe(`The command '${command}' ${why}.`)}\n`);
      resolve(isMissing ? exitCodes.notFound : exitCodes.notRunnable);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? (code ?? 0) : exitCodes.bySignal + constants.signals[signal]);
    });
  }).finally(stopForwarding);
}

const forwarded = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR2'] as const;
/** The terminal sends these to all that run in it: the child has had it already. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

function forwardSignals(child: ChildProcess, hasTerminal: boolean): () => void {
  const handlers = forwarded.map((signal) => {
    const handler = () => void (hasTerminal && fromTerminal.includes(signal) ? false : child.kill(signal));
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}
