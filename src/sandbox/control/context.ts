import type { ControlledClock } from '../../base/controlled-clock.ts';
import type { Random } from '../../base/random.ts';
import type { Entries } from '../../domain/index.ts';
import type { TurningKeyRing } from '../../jwt/index.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { RequestLog } from '../requests/request-log.ts';
import type { World } from '../world/index.ts';

export type KeyRings = Readonly<Record<'authority' | 'token-service', TurningKeyRing>>;

export interface ControlContext {
  readonly world: World;
  readonly clock: ControlledClock;
  readonly random: Random;
  readonly entries: Entries;
  readonly faults: FaultBook;
  readonly requests: RequestLog;
  /** Forged tokens are signed with the authority's. */
  readonly rings: KeyRings;
  readonly issuers: (origin: string, tenantId: string) => { readonly v1: string; readonly v2: string };
  /** Forgets what the token service issued, so that a used `ms-requestid` is new again. */
  readonly forgetIssuances: () => Promise<void>;
  readonly version: string;
  readonly log: { error(detail: object, message: string): void };
}
