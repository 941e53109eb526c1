import type { Clock } from '../base/clock.ts';
import type { EntryStore, IssuanceStore } from '../domain/ports.ts';

/** Records deleted in one transaction: short enough that nobody who issues meanwhile notices. */
const batch = 1000;

interface Purged {
  readonly issuances: Pick<IssuanceStore, 'purge'>;
  readonly entries: Pick<EntryStore, 'purge'>;
}

/** Deletes everything expired, batch by batch, so that the store never holds more than the live for long. */
export async function purgeExpired({ issuances, entries }: Purged, clock: Clock): Promise<void> {
  for (const store of [issuances, entries]) {
    let purged: number;
    do purged = await store.purge(clock.now(), batch);
    while (purged === batch);
  }
}
