import { z } from 'zod';
import { afterDuration } from '../../base/duration.ts';
import { exactlyOne, noun } from '../../base/noun.ts';
import type { ClockAnswer } from './answers.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

/** Within these every lifetime can be added to and every certificate told apart. */
const earliest = new Date('2000-01-01T00:00:00Z');
const latest = new Date('2999-12-31T23:59:59Z');

export const readClock = operation({
  summary: 'The sandbox’s time. Tokens, codes and sessions live by it; TLS certificates by the machine’s.',
  answer: clockAnswer,
});

export const setClock = operation({
  summary: 'Sets the time, or freezes it or lets it run. It is not kept: the next start begins at the machine’s time.',
  example: { now: '2027-01-01T00:00:00Z', frozen: true },
  body: noun({
    now: z.iso.datetime({ error: 'must be a date and time in UTC such as 2026-11-21T08:59:27Z.' }).optional(),
    frozen: z.boolean().optional(),
  }).refine(({ now, frozen }) => now !== undefined || frozen !== undefined, {
    error: 'give now, frozen, or both.',
  }),
  answer: (context, { body: { now, frozen } }) => {
    const { clock } = context;
    const instant = now === undefined ? undefined : within(new Date(now), 'now');
    // Before it is set: a clock that runs would be past the instant asked for when it stops.
    if (frozen === true) clock.freeze();
    if (instant) clock.set(instant);
    if (frozen === false && !clock.run()) {
      throw new ControlError('conflict', 'This clock is moved by the test that owns it. Advance it instead.', {
        target: 'frozen',
      });
    }
    return clockAnswer(context);
  },
});

export const advanceClock = operation({
  summary: 'Moves the time on, or back: by seconds, or by a duration of ISO 8601 such as P91D.',
  example: { duration: 'P91D' },
  body: exactlyOne(
    noun({
      seconds: z.number().min(-1e11).max(1e11).optional(),
      duration: z.string().max(64).optional().describe('ISO 8601: P91D, PT1H30M, -P1M.'),
    }),
    ['seconds', 'duration'],
  ),
  answer: (context, { body: { seconds, duration } }) => {
    const before = context.clock.now();
    const after =
      duration === undefined ? new Date(before.getTime() + (seconds ?? 0) * 1000) : afterDuration(before, duration);
    const target = duration === undefined ? 'seconds' : 'duration';
    if (!after) {
      throw new ControlError('invalidInput', 'duration: must be of ISO 8601, such as P91D or PT1H30M.', { target });
    }
    context.clock.advance((within(after, target).getTime() - before.getTime()) / 1000);
    return clockAnswer(context);
  },
});

export const restoreClock = operation({
  summary: 'Back to the time of the start’s clock, running.',
  answer: (context) => {
    context.clock.restore();
    return clockAnswer(context);
  },
});

function within(instant: Date, target: string): Date {
  if (instant >= earliest && instant <= latest) return instant;
  const message = `${target}: leads out of the years 2000 to 2999, which this clock knows.`;
  throw new ControlError('invalidInput', message, { target });
}

function clockAnswer({ clock }: ControlContext): ClockAnswer {
  return { now: clock.now().toISOString(), frozen: clock.isFrozen };
}
