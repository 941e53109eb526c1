import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Directory, DirectoryChanges, DirectoryLists, Entries, PartnerRecords } from '../../domain/index.ts';
import type { PartnerRegistry } from '../../domain/partner-registry.ts';
import type { RateLimiter } from '../../domain/rate-limit.ts';
import type { BearerContext } from '../bearer.ts';

export interface PartnerCenterContext extends BearerContext {
  readonly directory: Directory & DirectoryChanges & DirectoryLists;
  readonly records: PartnerRecords;
  readonly entries: Entries;
  readonly registry: PartnerRegistry;
  /** By application id. */
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly random: Random;
}
