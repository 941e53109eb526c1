import assert from 'node:assert/strict';

/** How often a fault strikes: `briefly` in `npm test`, as its target asks in `npm run faults`. */
export const times = (briefly: number, asAsked: number): number =>
  process.env.PARTNER_AUTH_FAULTS === 'all' ? asAsked : briefly;

/**
 * Seconds that something may take whose target is so many. `npm run faults` holds it to the target; `npm test` runs
 * beside whatever else a machine does, and gives it ten times as long: what hangs is found all the same.
 */
export const patience = (seconds: number): number => times(10 * seconds, seconds);

/** Fails when it took longer than its target, in seconds, allows. */
export function assertWithin(target: number, seconds: number, what = 'it'): void {
  assert.ok(seconds <= patience(target), `${what} took ${seconds} s of ${patience(target)} s`);
}

/** Seconds of the processor that the work takes, which is the same beside others. */
export function processorSeconds(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds since then, of `performance.now()`. */
export const secondsSince = (began: number): number => (performance.now() - began) / 1000;
