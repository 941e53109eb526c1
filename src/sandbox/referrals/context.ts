import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { ReferralContext } from '../../domain/index.ts';
import type { BearerContext } from '../bearer.ts';

export interface PartnerApiContext extends BearerContext, ReferralContext {
  readonly random: Random;
  readonly clock: Clock;
}
