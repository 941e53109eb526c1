import { readdirSync } from 'node:fs';
import type { ServedProduction } from './served-production.ts';
import { childProcesses, residentMemory } from './system-process.ts';

/** A served node as its system and its own figures see it. */

/** Its own children as the system counts them, without those that ended. */
export const childrenOf = ({ child }: Pick<ServedProduction, 'child'>): readonly number[] => childProcesses(child.pid);

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
  servingProcesses(node).reduce((sum, pid) => sum + residentMemory(pid), 0);

/** The sum of a figure of /metrics over its labels, of those lines that hold `label`. */
export async function figureOf({ port }: Pick<ServedProduction, 'port'>, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
