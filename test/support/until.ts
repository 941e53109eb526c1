import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { secondsSince } from './times.ts';

/** Longer than anything here takes on a machine with much else to do. */
const patientSeconds = 60;

/** Tries until it is so. Answers with the seconds it took; what never comes fails by its name. */
export async function until(what: string, isSo: () => unknown): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    assert.ok(secondsSince(began) < patientSeconds, `${what}: not in ${patientSeconds} s`);
    await setTimeout(10);
  }
  return secondsSince(began);
}
