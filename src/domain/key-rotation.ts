import { addSeconds } from '../base/clock.ts';

/**
 * Seconds a key stays published after another took its place: longer than any token lives, and than clients keep a key
 * set they once fetched (a day, as Entra's do).
 */
export const keyOverlapSeconds = 86_400 + 3600;

export interface DatedKey {
  readonly algorithm: string;
  readonly createdAt: Date;
}

/** `current` signs; `published` verifies what it signed; `retired` is kept, and in no key set. */
export interface KeyStanding {
  readonly standing: 'current' | 'published' | 'retired';
  /** Of one that no longer signs. */
  readonly publishedUntil?: Date;
}

/** How a key of a ring stands: the youngest of the algorithm signs. */
export function keyStanding(key: DatedKey, ring: readonly DatedKey[], algorithm: string, now: Date): KeyStanding {
  const rivals = ring.filter((one) => one.algorithm === algorithm);
  const current = rivals.at(-1);
  if (key === current) return { standing: 'current' };
  const next = rivals.find(({ createdAt }) => createdAt > key.createdAt);
  const publishedUntil = addSeconds(next?.createdAt ?? key.createdAt, keyOverlapSeconds);
  return { standing: now < publishedUntil ? 'published' : 'retired', publishedUntil };
}

/** A new key is younger than every other, whatever clocks were set to. */
export const keyCreatedAt = (ring: readonly DatedKey[], now: Date): Date =>
  new Date(Math.max(now.getTime(), ...ring.map(({ createdAt }) => createdAt.getTime() + 1)));
