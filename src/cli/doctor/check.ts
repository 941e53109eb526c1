import { AuthError } from '../../client/errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { exitCodeOf } from '../failures.ts';
import type { Examination } from './examination.ts';

/** One question about a set-up. Its answer says what was found, and what to do where that is not well. */
export interface Check {
  readonly name: string;
  /** What it throws is its answer too: a failure of the client's family, or `Skipped`. */
  run(examination: Examination): Promise<Finding>;
}

export type CheckState = 'ok' | 'warning' | 'failed' | 'skipped';

export interface Finding {
  readonly state: CheckState;
  readonly found: string;
  readonly nextStep?: string | undefined;
  /** Of a failed one: what kind of failure it is, in the words of the exit codes. */
  readonly exitCode?: ExitCode;
}

export const ok = (found: string, nextStep?: string): Finding => ({ state: 'ok', found, nextStep });

export const warning = (found: string, nextStep: string | undefined): Finding => ({
  state: 'warning',
  found,
  nextStep,
});

export const failed = (exitCode: ExitCode, found: string, nextStep: string | undefined): Finding => ({
  state: 'failed',
  found,
  nextStep,
  exitCode,
});

/** Ends a check that cannot say anything. The message is what it lacks. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
  readonly nextStep: string | undefined;

  constructor(message: string, nextStep?: string) {
    super(message);
    this.nextStep = nextStep;
  }
}

export const networkLeftAlone = 'needs the network, and --offline leaves it alone';

/** What another check has to say first: where that fails, this one has nothing to look at. */
export async function needed<Value>(value: Promise<Value>, name: string): Promise<Value> {
  try {
    return await value;
  } catch {
    throw new Skipped(`needs ${name}`);
  }
}

/** What a check threw, as its finding. */
export function findingOf(error: unknown): Finding {
  if (error instanceof Skipped) return { state: 'skipped', found: error.message, nextStep: error.nextStep };
  if (!(error instanceof AuthError)) {
    const message = error instanceof Error ? error.message : String(error);
    return failed(exitCodes.unexpected, `unexpected: ${message}`, undefined);
  }
  const codes = [...error.aadsts.map((number) => `AADSTS${number}`), ...(error.partnerCode ? [error.partnerCode] : [])];
  const named = codes.length > 0 ? `${codes.join(', ')}: ` : '';
  const cause = error.reason === undefined ? [] : [`${named}${error.reason}`];
  const ids = error.correlationId === undefined ? [] : [`(Correlation id ${error.correlationId})`];
  return failed(exitCodeOf(error), [error.message, ...cause, ...ids].join(' '), error.hint);
}

/** Several findings as one: the worst of their states, and what each says. */
export function together([first, ...others]: readonly [Finding, ...Finding[]]): Finding {
  return others.reduce((one, other) => {
    const worst = rank.indexOf(other.state) < rank.indexOf(one.state) ? other : one;
    const nextSteps = [one.nextStep, other.nextStep].filter((step) => step !== undefined);
    return {
      ...worst,
      found: `${one.found} ${other.found}`,
      nextStep: nextSteps.length === 0 ? undefined : [...new Set(nextSteps)].join(' '),
    };
  }, first);
}

const rank: readonly CheckState[] = ['failed', 'warning', 'ok', 'skipped'];

/** What was said while something was looked at, beside what came of it. */
export const withWarnings = (finding: Finding, warnings: readonly string[]): Finding =>
  together([finding, ...warnings.map((each) => warning(each, undefined))]);
