import type { TenantResult } from '../../client/fan-out.ts';
import { span } from './progress.ts';

/** What has come of a run so far. */
export interface RunTally {
  ok: number;
  failed: number;
  /** Failures by their code. */
  readonly failures: Map<string, number>;
}

export const newTally = (): RunTally => ({ ok: 0, failed: 0, failures: new Map() });

export function count(tally: RunTally, result: TenantResult): void {
  if (result.ok) {
    tally.ok += 1;
    return;
  }
  const { code } = result.error;
  tally.failed += 1;
  tally.failures.set(code, (tally.failures.get(code) ?? 0) + 1);
}

export interface RunEnd {
  readonly skipped: number;
  /** Not asked, because the run ended early; undefined where nobody knows how many there are. */
  readonly left: number | undefined;
  readonly seconds: number;
  /** False: something ended it early. */
  readonly isWhole: boolean;
}

/** The last line on stderr. */
export function summary({ ok, failed, failures }: RunTally, { skipped, left, seconds, isWhole }: RunEnd): string {
  const byCode = [...failures].toSorted(([, one], [, other]) => other - one).map(([code, times]) => `${code} ${times}`);
  const parts = [
    `${ok} ok`,
    `${failed} failed${byCode.length > 0 ? ` (${byCode.join(', ')})` : ''}`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(left ? [`${left} not asked`] : []),
  ];
  const time = seconds < 60 ? `${seconds.toFixed(1)} s` : span(seconds);
  const next = !isWhole && ok > 0 ? '; --resume FILE goes on, FILE being what was printed' : '';
  return `fan-out: ${parts.join(', ')}, in ${time}${next}\n`;
}
