import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** Whether processes can be pinned to a core here; without it the figures are noisier and the table says so. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
export const serverCore = 0;
export const loadCore = 1;

export const pinSelf = (core: number): void => {
  if (canPin) spawnSync('taskset', ['-a', '-pc', String(core), String(process.pid)]);
};

export interface Subject {
  readonly process: ChildProcess;
  /** Sends a word over the process's channel and waits for its answer. */
  ask<Answer>(word: string): Promise<Answer>;
  stop(): void;
}

/** Starts a script of this folder on a core, on all, or where this process is, and waits for its first message. */
export async function start<Ready>(
  script: string,
  settings: object,
  core: number | 'all' | undefined,
  added: Readonly<Record<string, string>> = {},
): Promise<Subject & { ready: Ready }> {
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = { ...process.env, ...added };
  const command = [process.execPath, new URL(script, import.meta.url).pathname, JSON.stringify(settings)];
  const cores = core === 'all' ? `0-${cpus().length - 1}` : core;
  const pinned = canPin && cores !== undefined ? ['taskset', '-c', String(cores), ...command] : command;
  const [program = '', ...parameters] = pinned;
  const child = spawn(program, parameters, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: environment });
  const next = <Message>() =>
    new Promise<Message>((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${script} ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as Message);
      });
    });
  const ready = await next<Ready>();
  return {
    process: child,
    ready,
    ask: (word) => {
      const answer = next<never>();
      child.send(word);
      return answer;
    },
    stop: () => {
      child.kill();
    },
  };
}

const progressWidth = 24;

/** One line of the terminal that is written over; empty at the end. */
export const showProgress = (text: string): void => {
  process.stderr.write(`\r${text.padEnd(progressWidth)}\r${text}`);
};

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ');
  console.log(line(head));
  console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) console.log(line(row));
}

export function printMachine(): void {
  const governor = (() => {
    try {
      return readFileSync('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', 'utf8').trim();
    } catch {
      return 'unknown';
    }
  })();
  const pinned = canPin ? `server on core ${serverCore}, load on core ${loadCore}` : 'not pinned';
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, governor ${governor}; Node ${process.version}; ${pinned}`,
  );
}
