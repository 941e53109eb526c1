import { addSeconds, fromEpochSeconds } from '../../../base/clock.ts';
import type { JsonObject } from '../../../base/json.ts';
import { AuthorityError } from '../../error-table.ts';

/** Tolerated difference of clocks, as at the verifier of bearers. */
const skewSeconds = 300;
const strictLifetimeSeconds = 600;
/** The year 9999: a `Date` stays a date, and a claim of 1e400 stays nonsense. */
const maximumEpochSeconds = 253_402_300_799;

export interface AssertionLifetime {
  readonly from: Date | undefined;
  readonly to: Date;
  /** From here on the assertion is refused for its age alone. */
  readonly discardAt: Date;
}

/**
 * `exp` is required and has no upper bound here, as at Entra; `nbf`, or else `iat`, counts when present. Seconds may have
 * fractions: Python MSAL writes them. The boundaries are exact. Throws 50027 and 700024.
 */
export function requireLifetime(claims: JsonObject, now: Date): AssertionLifetime {
  const to = instantOf(claims, 'exp');
  if (!to) throw new AuthorityError('assertionMalformed', { reason: 'It has no exp.' });
  const from = instantOf(claims, 'nbf') ?? instantOf(claims, 'iat');
  const lifetime = { from, to, discardAt: addSeconds(to, skewSeconds) };
  if (now >= lifetime.discardAt || (from && from > addSeconds(now, skewSeconds))) outOfTime(lifetime, now);
  return lifetime;
}

/** At most ten minutes ahead, so that a stolen assertion is soon worthless and its `jti` is soon forgotten. */
export function requireShortLifetime(lifetime: AssertionLifetime, now: Date): void {
  if (lifetime.to > addSeconds(now, strictLifetimeSeconds + skewSeconds)) outOfTime(lifetime, now);
}

function outOfTime({ from, to }: AssertionLifetime, now: Date): never {
  throw new AuthorityError('assertionOutOfTime', {
    now: now.toISOString(),
    from: from?.toISOString() ?? 'any time',
    to: to.toISOString(),
  });
}

function instantOf(claims: JsonObject, name: string): Date | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= maximumEpochSeconds) return fromEpochSeconds(value);
  throw new AuthorityError('assertionMalformed', { reason: `Its ${name} is no count of seconds.` });
}
