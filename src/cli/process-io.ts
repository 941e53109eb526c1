import { once } from 'node:events';
import { fstatSync, type Stats, statSync } from 'node:fs';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import { Secret } from '../base/secret.ts';
import { boundedText } from '../client/bounded-input.ts';
import { AuthError } from '../client/errors.ts';
import type { Io } from './io.ts';
import { systemKeyring } from './keyring.ts';
import { processFetch } from './process-fetch.ts';

/** The process as the command sees it. */
export function processIo(): Io {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const hasTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    argv: process.argv.slice(2),
    variables: process.env,
    stdout: {
      isTerminal: process.stdout.isTTY === true,
      write: (text) => void process.stdout.write(text),
      taken: async () => void (process.stdout.writableNeedDrain && (await once(process.stdout, 'drain'))),
      isFile: (path) => isSameFile(fstatSync(1), path),
    },
    stderr: {
      isTerminal: process.stderr.isTTY === true,
      write: (text) => void process.stderr.write(text),
      columns: () => process.stderr.columns,
    },
    stdin: {
      isTerminal: process.stdin.isTTY === true,
      read: () => boundedText(process.stdin),
      pieces: () => process.stdin,
      close: () => void process.stdin.destroy(),
    },
    prompt: hasTerminal ? promptForSecret : undefined,
    openBrowser: async (url) => (await import('../client/browser.ts')).openBrowser(url),
    keyring: systemKeyring(),
    clock: systemClock,
    random: systemRandom,
    fetch: undefined,
    usualFetch: processFetch(process.env),
    sleep: undefined,
    signal: interrupted.signal,
  };
}

function isSameFile(open: Stats, path: string): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  return open.isFile() && named?.ino === open.ino && named.dev === open.dev;
}

async function promptForSecret(question: string): Promise<Secret> {
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({ message: question, output: process.stderr });
  if (isCancel(answer)) throw new AuthError('aborted', 'The sign-in was cancelled.');
  return new Secret(answer);
}
