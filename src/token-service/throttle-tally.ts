import type { Clock } from '../base/clock.ts';
import type { AuditLog } from './audit.ts';
import type { ServiceLog } from './context.ts';
import { errorTable } from './error-table.ts';

/** Refusals by number alone, before anything of the request was looked at. A line for each would be the load itself. */
export interface ThrottleTally {
  count(): void;
  /** Writes how many there were since it was last asked, to the log and the audit; nothing where there was none. */
  tell(): Promise<void>;
}

export function throttleTally(parts: { clock: Clock; log: ServiceLog; audit: AuditLog | undefined }): ThrottleTally {
  const { clock, log, audit } = parts;
  let count = 0;
  return {
    count: () => {
      count += 1;
    },
    tell: async () => {
      if (count === 0) return;
      const told = count;
      count = 0;
      const { status, code } = errorTable.overLimit;
      log.info({ count: told, status, code }, 'exchanges refused: more than can be answered');
      const time = clock.now().toISOString();
      await audit?.record({ time, outcome: 'refused', status, code, reason: 'overLimit', count: told });
    },
  };
}
