import { readdirSync, readFileSync } from 'node:fs';
import { residentMemory } from '../test/support/system-process.ts';

/** Seconds of processor time by process; a tick of the clock is 10 ms. */
export type ProcessorTimes = ReadonlyMap<string, number>;

interface ProcessLine {
  readonly pid: string;
  readonly name: string;
  readonly parent: string;
  readonly seconds: number;
}

function processes(): readonly ProcessLine[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const end = stat.lastIndexOf(')');
        const fields = stat.slice(end + 2).split(' ');
        const seconds = (Number(fields[11]) + Number(fields[12])) / 100;
        return [{ pid, name: stat.slice(stat.indexOf('(') + 1, end), parent: fields[1] ?? '', seconds }];
      } catch {
        return []; // It has ended.
      }
    });
}

const timesOf = (lines: readonly ProcessLine[]): ProcessorTimes =>
  new Map(lines.map(({ pid, seconds }) => [pid, seconds]));

/** Of each process of this name on this machine. */
export const timesByName = (name: string): ProcessorTimes => timesOf(processes().filter((line) => line.name === name));

/** Of a process and its children. */
export const timesOfFamily = (parent: number): ProcessorTimes =>
  timesOf(processes().filter((line) => line.pid === String(parent) || line.parent === String(parent)));

export const secondsSince = (before: ProcessorTimes, after: ProcessorTimes): number =>
  [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);

/** Mebibytes of a process and its children that are in memory. */
export const residentOfFamily = (parent: number): number =>
  [...timesOfFamily(parent).keys()].reduce((sum, pid) => sum + residentOf(pid), 0);

function residentOf(pid: string): number {
  try {
    return residentMemory(Number(pid));
  } catch {
    return 0; // It has ended.
  }
}
