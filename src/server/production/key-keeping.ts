import { addSeconds, type Clock } from '../../base/clock.ts';
import type { Entries } from '../../domain/index.ts';
import type { TurningKeyRing } from '../../jwt/index.ts';

export interface KeyKeeping {
  readonly ring: TurningKeyRing;
  readonly entries: Entries;
  /** A key that has ended by it is removed: one that doubts a jump ahead. */
  readonly clock: Clock;
  /** The age at which the youngest key gets a successor. */
  readonly rotateSeconds: number;
}

/** How long the node that was elected has for it; after that another may be. */
const electedSeconds = 300;

/**
 * What every node does now and then: takes over what others did to the ring, removes what verifies nothing any more, and
 * makes the next key when the youngest has its age. Of all nodes that see a key come of age one makes its successor: the
 * one that adds the entry named after the key.
 */
export async function keepKeys({ ring, entries, clock, rotateSeconds }: KeyKeeping): Promise<void> {
  await ring.refresh();
  const now = clock.now();
  for (const { kid, standing, publishedUntil = now } of ring.list()) {
    if (standing === 'retired' && publishedUntil <= now) await ring.remove(kid);
  }
  const youngest = ring.list().findLast(({ standing }) => standing === 'next' || standing === 'current');
  if (youngest && addSeconds(youngest.createdAt, rotateSeconds) <= now) {
    const elected = { value: {}, expiresAt: addSeconds(now, electedSeconds) };
    if (await entries.add('keyRotation', youngest.kid, elected)) await ring.rotate();
  }
}
