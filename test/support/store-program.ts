import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileStoreOptions } from '../../src/client/stores/file/index.ts';
import { ensureBuilt, repository } from './built-command.ts';
import { cleanEnvironment } from './child.ts';

/** Processes that use one file store, as the package has it: what is killed, stopped and traced. */

const builtStore = pathToFileURL(join(repository, 'dist', 'client', 'stores', 'file', 'index.js')).href;

export type ProgramOptions = Pick<FileStoreOptions, 'folder' | 'key'>;

/** The arguments of node for a script in which `store` is open, `fileStore`, `options` and `index` are at hand. */
export function storeProgram(options: ProgramOptions, script: string, index = 0): readonly string[] {
  ensureBuilt();
  const program = `
    import { fileStore } from ${JSON.stringify(builtStore)};
    const { options, index } = JSON.parse(process.argv[1]);
    const store = fileStore({ ...options, onWarning: (warning) => console.error(warning) });
    ${script}`;
  return ['--input-type=module', '-e', program, JSON.stringify({ options, index })];
}

export interface ProcessGroup {
  /** Until so many lines have been said. */
  said(lines: number): Promise<void>;
  /** Ends all of them at once, as `kill -9` does; done when they have ended. */
  kill(): Promise<void>;
  /** Until each has ended by itself. */
  ended(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** To the standard input they share. */
  say(text: string): void;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Many such processes in a process group of their own. */
export function storeProcesses(count: number, options: ProgramOptions, script: string): ProcessGroup {
  const programs = Array.from({ length: count }, (_, index) => storeProgram(options, script, index));
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = programs.map((argv) => `${[process.execPath, ...argv].map(quoted).join(' ')} <&3 &`);
  const shell = spawn('sh', ['-c', `exec 3<&0\n${lines.join('\n')}\nwait`], {
    detached: true,
    env: cleanEnvironment(),
  });
  const said = { stdout: '', stderr: '' };
  shell.stdout.on('data', (text) => {
    said.stdout += text;
  });
  shell.stderr.on('data', (text) => {
    said.stderr += text;
  });
  const closed = once(shell, 'close');
  return {
    said: async (wanted) => {
      while (said.stdout.split('\n').length <= wanted) {
        const [code] = await Promise.race([once(shell.stdout, 'data'), closed]);
        if (typeof code === 'number' || code === null) throw new Error(`they ended early: ${said.stderr}`);
      }
    },
    kill: async () => {
      signalGroup(shell, 'SIGKILL');
      await closed;
    },
    ended: async () => void (await closed),
    signal: (signal) => signalGroup(shell, signal),
    say: (text) => void shell.stdin.write(text),
    stdout: () => said.stdout,
    stderr: () => said.stderr,
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal);
}
