import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, needed, ok, Skipped, warning } from '../check.ts';

/** The own clock beside the authority’s `Date`. */
export const clock: Check = {
  name: 'clock',
  run: async ({ metadata, environment }) => {
    const { answer, receivedAt } = await needed(metadata(), 'an answer of the authority');
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) throw new Skipped('the authority’s answer names no time');
    const { resolved } = await environment();
    const isSandbox = resolved.environment.name === 'Sandbox';
    return clockFinding(Math.round((receivedAt.getTime() - theirs) / 1000), isSandbox);
  },
};

/** Entra takes assertions that are this much off. */
const toleratedSeconds = 300;
const unremarkableSeconds = 60;

/** `seconds`: how far the own clock is ahead. */
export function clockFinding(seconds: number, isSandbox: boolean): Finding {
  const apart = Math.abs(seconds);
  if (apart <= unremarkableSeconds) return ok(`Within ${unremarkableSeconds} seconds of the authority’s.`);
  const found = `This machine’s clock is ${spanInWords(apart)} ${seconds > 0 ? 'ahead of' : 'behind'} the authority’s.`;
  const next = isSandbox ? sandboxHint : machineHint;
  return apart <= toleratedSeconds
    ? warning(found, next)
    : failed(
        exitCodes.configuration,
        `${found} Tokens seem to have ended, or not to have begun, and assertions are refused.`,
        next,
      );
}

const machineHint = 'Set this machine’s clock: turn on its automatic time (NTP).';
const sandboxHint = `${machineHint} A sandbox’s clock that was moved goes back by DELETE /sandbox/clock.`;

const spans = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** In the largest unit there is two of, so that nothing much is lost by rounding. */
export function spanInWords(seconds: number): string {
  const [unit, size] = spans.find(([, length]) => seconds >= 2 * length) ?? spans[3];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
