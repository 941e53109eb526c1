import { type Clock, stopwatch } from '../../base/clock.ts';
import type { Io } from '../io.ts';
import { wantsColour } from '../output/colour.ts';

/** How far it is, on stderr. */
export interface Progress {
  /** After each result. */
  show(tally: Tally): void;
  /** Makes room for a line of somebody else's. */
  hide(): void;
}

export interface Tally {
  readonly ok: number;
  readonly failed: number;
  /** All there will be; undefined while the list is still coming. */
  readonly total: number | undefined;
}

export interface ProgressOptions {
  readonly quiet: boolean;
  /** Every request is told on stderr as well. */
  readonly verbose: boolean;
}

/** No more often than the eye follows, and than a log can bear. */
const redrawSeconds = 0.1;
const lineSeconds = 5;
const barWidth = 24;

/** A bar on a terminal that can move its cursor; elsewhere, where it was asked for, a line now and then. */
export function progress(io: Io, { quiet, verbose }: ProgressOptions): Progress {
  const { TERM, CI } = io.variables;
  const canDraw = io.stderr.isTerminal && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false');
  if (quiet) return nothing;
  if (verbose) return lines(io);
  return canDraw ? bar(io) : nothing;
}

const nothing: Progress = { show: () => {}, hide: () => {} };

function lines(io: Io): Progress {
  const pace = paceOf(io.clock);
  const due = every(io.clock, lineSeconds);
  return {
    show: (tally) => {
      if (due()) io.stderr.write(`${words(tally, pace(tally)).join(', ')}\n`);
    },
    hide: () => {},
  };
}

function bar(io: Io): Progress {
  const pace = paceOf(io.clock);
  const due = every(io.clock, redrawSeconds);
  const isColoured = wantsColour(io.variables, io.stderr);
  let isShown = false;
  return {
    show: (tally) => {
      if (!due()) return;
      io.stderr.write(`\r\x1b[2K${barText(tally, pace(tally), io.stderr.columns?.() ?? 80, isColoured)}`);
      isShown = true;
    },
    hide: () => {
      if (isShown) io.stderr.write('\r\x1b[2K');
      isShown = false;
    },
  };
}

/** In a line that the terminal does not break: without the bar, or cut, where it is narrow. */
function barText(tally: Tally, pace: Pace, columns: number, isColoured: boolean): string {
  const text = words(tally, pace).join('  ');
  const { total } = tally;
  if (total === undefined || columns <= barWidth + 3 + text.length) return text.slice(0, Math.max(0, columns - 1));
  const filled = total === 0 ? barWidth : Math.round((barWidth * doneOf(tally)) / total);
  const drawn = '='.repeat(filled);
  return `[${isColoured ? `\x1b[32m${drawn}\x1b[39m` : drawn}${' '.repeat(barWidth - filled)}] ${text}`;
}

const doneOf = ({ ok, failed }: Tally): number => ok + failed;

interface Pace {
  readonly perSecond: number;
  /** Undefined before the first result, and where the total is not known. */
  readonly secondsLeft: number | undefined;
}

function words(tally: Tally, { perSecond, secondsLeft }: Pace): readonly string[] {
  const { failed, total } = tally;
  return [
    total === undefined ? `${doneOf(tally)} done` : `${doneOf(tally)}/${total}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`,
    ...(secondsLeft === undefined ? [] : [`${span(secondsLeft)} left`]),
  ];
}

function paceOf(clock: Clock): (tally: Tally) => Pace {
  const elapsed = stopwatch(clock);
  return (tally) => {
    const done = doneOf(tally);
    const perSecond = done / Math.max(elapsed(), 0.001);
    const secondsLeft = tally.total === undefined || done === 0 ? undefined : (tally.total - done) / perSecond;
    return { perSecond, secondsLeft };
  };
}

/** True the first time and then once in so many seconds. */
function every(clock: Clock, seconds: number): () => boolean {
  const elapsed = stopwatch(clock);
  let next = 0;
  return () => {
    const now = elapsed();
    if (now < next) return false;
    next = now + seconds;
    return true;
  };
}

/** `1:04`, `2:01:04`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
