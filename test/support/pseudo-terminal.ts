import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment } from './child.ts';

export interface TerminalOptions {
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Sees what has been printed so far, whenever more comes. */
  readonly onOutput?: (printed: string) => void;
}

/** Runs a line of bash in a terminal of its own (`script`), where both outputs are one. Ends after 60 seconds. */
export async function inTerminal(line: string, { cwd, variables, onOutput }: TerminalOptions = {}) {
  const child = spawn('script', ['-qfec', line, '/dev/null'], {
    env: cleanEnvironment({ TERM: 'xterm', SHELL: '/bin/bash', COLUMNS: '200', ...variables }),
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text.replaceAll('\r\n', '\n');
    onOutput?.(printed);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, printed };
}
