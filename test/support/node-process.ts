import { readdirSync, readFileSync } from 'node:fs';
import type { ServedProduction } from './served-production.ts';

/** A served node as its system and its own figures see it. */

/** Its own children as the system counts them, without those that ended. */
export function childrenOf({ child }: Pick<ServedProduction, 'child'>): readonly number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** The processes that answer: its workers, or itself. */
export function servingProcesses(node: Pick<ServedProduction, 'child'>): readonly number[] {
  const workers = childrenOf(node);
  return workers.length > 0 ? workers : [node.child.pid ?? 0];
}

/** Open descriptors of them all. */
export const descriptorsOf = (node: Pick<ServedProduction, 'child'>): number =>
  servingProcesses(node).reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);

/** Resident memory of them all, in mebibytes. */
export const memoryOf = (node: Pick<ServedProduction, 'child'>): number =>
  servingProcesses(node).reduce((sum, pid) => sum + memoryOfProcess(pid), 0);

/** Resident memory of one, in mebibytes. Throws when it has ended. */
export function memoryOfProcess(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

/** The sum of a figure of /metrics over its labels, of those lines that hold `label`. */
export async function figureOf({ port }: Pick<ServedProduction, 'port'>, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
