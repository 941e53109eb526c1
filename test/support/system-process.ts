import { readFileSync } from 'node:fs';

/** A process as Linux tells of it. Both throw when it has ended. */

/** The processes it began that have not ended, from the oldest to the youngest. */
export const childProcesses = (pid: number | undefined): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '')
    .map(Number);

/** Resident memory, in mebibytes. */
export function residentMemory(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
