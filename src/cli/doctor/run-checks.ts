import { withoutSecrets } from '../../client/refusals.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Check, type CheckState, type Finding, findingOf } from './check.ts';
import type { Examination } from './examination.ts';

/** A check as it is printed. */
export interface CheckResult {
  readonly name: string;
  readonly state: CheckState;
  readonly found: string;
  /** Null where there is nothing to do. */
  readonly nextStep: string | null;
}

export interface Checked {
  readonly results: readonly CheckResult[];
  /** Of the first that failed; 0 when none did. */
  readonly exitCode: number;
}

/** All at once, told in their own order. `ended`: one more has its answer. */
export async function runChecks(
  examination: Examination,
  checks: readonly Check[],
  ended: () => void = () => {},
): Promise<Checked> {
  const findings = await Promise.all(
    checks.map(async (check): Promise<Finding> => {
      try {
        return await check.run(examination);
      } catch (error) {
        return findingOf(error);
      } finally {
        ended();
      }
    }),
  );
  const { secrets } = examination.context;
  const results = findings.map(({ state, found, nextStep }, index) => ({
    name: checks[index]?.name ?? '',
    state,
    found: withoutSecrets(found, secrets),
    nextStep: nextStep === undefined ? null : withoutSecrets(nextStep, secrets),
  }));
  return { results, exitCode: findings.find(({ state }) => state === 'failed')?.exitCode ?? exitCodes.done };
}
