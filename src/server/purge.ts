import type { Clock } from '../base/clock.ts';
import type { IssuanceStore } from '../domain/issuance.ts';

/** Records deleted in one transaction: short enough that nobody who issues meanwhile notices. */
const batch = 1000;

/** Deletes every expired record, batch by batch, so that the store never holds more than the live ones for long. */
export async function purgeExpired(issuances: IssuanceStore, clock: Clock): Promise<void> {
  let purged: number;
  do purged = await issuances.purge(clock.now(), batch);
  while (purged === batch);
}
