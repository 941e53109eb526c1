import { stopwatch } from '../../base/clock.ts';
import { type FanOut, fanOut } from '../../client/fan-out.ts';
import { untilAborted } from '../../client/until-aborted.ts';
import type { CommandContext } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { Progress } from './progress.ts';
import type { ResultLine } from './result-line.ts';
import { count, newTally, summary } from './tally.ts';
import type { TenantsToAsk } from './tenants-to-ask.ts';

export interface PrintedRun {
  readonly job: FanOut;
  readonly tenants: TenantsToAsk;
  readonly line: ResultLine;
  readonly bar: Progress;
  /** The output goes on in a file whose last line was cut off. */
  readonly beginsWithLineEnd: boolean;
}

/** Prints each result when it is there, no faster than it is read, and what became of all; hands back the exit code. */
export async function printRun({ io, values }: CommandContext, run: PrintedRun): Promise<ExitCode> {
  const { job, tenants, line, bar } = run;
  const { total } = tenants;
  const elapsed = stopwatch(io.clock);
  const tally = newTally();
  let isWhole = false;
  let before = run.beginsWithLineEnd ? '\n' : '';
  try {
    for await (const result of fanOut(job, tenants.tenants)) {
      count(tally, result);
      const text = line(result);
      if (text !== '') {
        if (io.stdout.isTerminal) bar.hide();
        io.stdout.write(before + text);
        before = '';
        await taken(io);
      }
      bar.show({ ...tally, total });
    }
    isWhole = true;
  } finally {
    bar.hide();
    const left = total === undefined ? undefined : total - tally.ok - tally.failed;
    const end = { skipped: tenants.skipped(), left, seconds: elapsed(), isWhole };
    if (values.quiet !== true) io.stderr.write(summary(tally, end));
  }
  return tally.failed > 0 ? exitCodes.warning : exitCodes.done;
}

/** A reader that takes its time does not keep the run from being ended. */
async function taken({ stdout, signal }: Io): Promise<void> {
  if (!stdout.taken) return;
  await (signal ? untilAborted(stdout.taken(), signal) : stdout.taken());
}
