import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childProcesses } from './system-process.ts';

/** What stood in the command lines of a process and of its children while it ran, looked at every millisecond. Linux only. */
export interface CommandLines {
  /** As the system shows them: the arguments, a NUL after each. */
  readonly seen: ReadonlySet<string>;
}

export function watchCommandLines(child: ChildProcess): CommandLines {
  const seen = new Set<string>();
  const look = (pid: number) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (line !== '') seen.add(line);
      for (const next of childProcesses(pid)) look(next);
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(() => look(child.pid ?? 0), 1);
  child.once('exit', () => clearInterval(timer));
  return { seen };
}
