import type { Clock } from '../../base/clock.ts';
import { PartnerAuthError } from '../../base/error.ts';
import type { Store } from '../../store/store.ts';

/** What two clocks that are kept right may differ by besides the tolerated skew. */
const marginSeconds = 60;

/**
 * Throws `PartnerAuthError` (`configuration`) where this machine's clock is another than the database's: good bearers would
 * be refused, and records of other nodes be taken for expired.
 */
export async function requireSameTime(store: Pick<Store, 'now'>, clock: Clock, skewSeconds: number): Promise<void> {
  const there = await store.now?.();
  if (!there) return;
  const seconds = Math.round((clock.now().getTime() - there.getTime()) / 1000);
  if (Math.abs(seconds) <= skewSeconds + marginSeconds) return;
  const way = seconds > 0 ? 'ahead of' : 'behind';
  const sentence = `This machine’s clock is ${Math.abs(seconds)} seconds ${way} the database’s.`;
  throw new PartnerAuthError('configuration', `${sentence} Set the one that is wrong right.`);
}
