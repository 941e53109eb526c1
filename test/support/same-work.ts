import assert from 'node:assert/strict';
import { median } from './figures.ts';

const rounds = 1000;

type Work = () => Promise<unknown>;

/**
 * Fails when one kind of answer costs more than another, by the medians of the processor's time within 5 %: all threads'
 * together, so that a password that is hashed counts, and beside other work on the machine it stays what it is.
 * `before` is done each time and not counted.
 */
export async function assertSameWork(before: Work, one: Work, other: Work): Promise<void> {
  const ratios: number[] = [];
  const isClose = (ratio: number) => ratio > 0.95 && ratio < 1.05;
  // Shared caches blur a measurement; a difference that is there is in all three.
  while (ratios.length < 3 && !ratios.some(isClose)) ratios.push(await ratioOfWork(before, one, other));
  assert.ok(ratios.some(isClose), `medians differ by the factors ${ratios.join(', ')}`);
}

async function ratioOfWork(before: Work, one: Work, other: Work): Promise<number> {
  const spent = new Map([one, other].map((work) => [work, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    // Which goes first changes, so that neither always finds the caches the other left.
    for (const work of round % 2 === 0 ? [one, other] : [other, one]) {
      await before();
      const began = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(began);
      spent.get(work)?.push(user + system);
    }
  }
  return median(spent.get(one) ?? []) / median(spent.get(other) ?? []);
}
