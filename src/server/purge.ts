import type { Clock } from '../base/clock.ts';
import type { EntryStore, IssuanceStore } from '../domain/ports.ts';

/** Records deleted in one transaction: short enough that nobody who issues meanwhile notices. */
const batch = 1000;

interface Purged {
  readonly issuances: Pick<IssuanceStore, 'purge'>;
  readonly entries: Pick<EntryStore, 'purge'>;
  now?(): Promise<Date>;
}

/**
 * Deletes everything expired, batch by batch, so that the store never holds more than the live for long. What is expired
 * by this machine's clock alone stays where the database has one: it is other nodes' too.
 */
export async function purgeExpired(purged: Purged, clock: Clock): Promise<void> {
  const latest = (await purged.now?.())?.getTime() ?? Number.POSITIVE_INFINITY;
  for (const store of [purged.issuances, purged.entries]) {
    let count: number;
    do count = await store.purge(new Date(Math.min(clock.now().getTime(), latest)), batch);
    while (count === batch);
  }
}
