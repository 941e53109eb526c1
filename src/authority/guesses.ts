import { addSeconds } from '../base/clock.ts';
import type { AuthorityContext } from './context.ts';

export interface GuessRule {
  readonly limit: number;
  readonly windowSeconds: number;
}

/**
 * Takes one of a window's guesses, before anything is compared: a change of its own, so that neither a crash nor guesses
 * in parallel go uncounted. False when none is left; the window begins with the first guess.
 */
export async function takeGuess({ entries, clock }: AuthorityContext, key: string, rule: GuessRule): Promise<boolean> {
  for (;;) {
    let isLeft = true;
    const counted = await entries.change('guesses', key, (guesses) => {
      isLeft = guesses.count < rule.limit;
      return isLeft ? { count: guesses.count + 1 } : guesses;
    });
    if (counted) return isLeft;
    const expiresAt = addSeconds(clock.now(), rule.windowSeconds);
    if (await entries.add('guesses', key, { value: { count: 1 }, expiresAt })) return true;
  }
}

/** Gives the guess back that turned out right: wrong ones alone count. */
export async function giveBackGuess({ entries }: AuthorityContext, key: string): Promise<void> {
  await entries.change('guesses', key, ({ count }) => ({ count: Math.max(count - 1, 0) }));
}
