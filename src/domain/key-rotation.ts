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

/** What a ring's keys are judged by. */
export interface KeyRules {
  /** What is signed with now; keys of another are of a time before. */
  readonly algorithm: string;
  /** Seconds a new key is published before it signs, so that every verifier knows it; 0: it signs at once. */
  readonly leadSeconds: number;
}

/** `next` is published and does not sign yet; `current` signs; `published` verifies what it signed; `retired` is in no key set. */
export type KeyStanding =
  | { readonly standing: 'next'; readonly signsFrom: Date }
  | { readonly standing: 'current' }
  | { readonly standing: 'published' | 'retired'; readonly publishedUntil: Date };

/** The youngest whose time has come; the first of an algorithm has nobody to wait for. */
export function signingKey<Key extends DatedKey>(ring: readonly Key[], rules: KeyRules, now: Date): Key | undefined {
  const rivals = rivalsIn(ring, rules);
  // Without a lead the youngest signs, whatever the clock was set to.
  return rules.leadSeconds === 0
    ? rivals.at(-1)
    : (rivals.findLast((key) => signsFrom(key, rivals, rules) <= now) ?? rivals[0]);
}

export function keyStanding(key: DatedKey, ring: readonly DatedKey[], rules: KeyRules, now: Date): KeyStanding {
  const rivals = rivalsIn(ring, rules);
  const current = signingKey(ring, rules, now);
  if (key === current) return { standing: 'current' };
  if (rivals.indexOf(key) > rivals.indexOf(current ?? key)) {
    return { standing: 'next', signsFrom: signsFrom(key, rivals, rules) };
  }
  const next = rivals.find(({ createdAt }) => createdAt > key.createdAt);
  const replacedAt = next ? signsFrom(next, rivals, rules) : key.createdAt;
  const publishedUntil = addSeconds(replacedAt, keyOverlapSeconds);
  return { standing: now < publishedUntil ? 'published' : 'retired', publishedUntil };
}

const rivalsIn = <Key extends DatedKey>(ring: readonly Key[], { algorithm }: KeyRules): readonly Key[] =>
  ring.filter((one) => one.algorithm === algorithm);

const signsFrom = (key: DatedKey, rivals: readonly DatedKey[], { leadSeconds }: KeyRules): Date =>
  key === rivals[0] ? key.createdAt : addSeconds(key.createdAt, leadSeconds);

/** A new key is younger than every other, whatever clocks were set to. */
export const keyCreatedAt = (ring: readonly DatedKey[], now: Date): Date =>
  new Date(Math.max(now.getTime(), ...ring.map(({ createdAt }) => createdAt.getTime() + 1)));
