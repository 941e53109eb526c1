import { createHmac } from 'node:crypto';
import type { RedirectPlatform } from './application.ts';
import type { AskedFor, SignIn } from './authorization-code.ts';
import { datedAs } from './entry-key.ts';

/** Everything that descends from one sign-in at one application: its refresh tokens live and die with it. */
export interface RefreshFamily {
  readonly signIn: SignIn;
  readonly appId: string;
  /** The tenant and the permissions of the first token: what a request that names none gets. */
  readonly tenantId: string;
  readonly asked: AskedFor;
  /** How the sign-in came back; a `spa` family ends 24 hours after it began. Undefined without a redirect. */
  readonly platform?: RedirectPlatform;
  readonly beganAt: Date;
  /** The newest token's number; where used tokens stay valid those of a minute share one. */
  readonly generation: number;
  /** When the newest token, or the first of its minute, was made: for a moment after it the one before is taken too (`strict`). */
  readonly rotatedAt: Date;
  /** What the newest tokens are derived with, each from the one before it: worth nothing without that one. */
  readonly successorSalt?: string;
  readonly revokedAt?: Date;
}

export interface RefreshToken {
  readonly familyId: string;
  /** Which of its family: 1 is the first. */
  readonly generation: number;
  readonly issuedAt: Date;
}

/** A token nobody used for 90 days is dead; each use gives a new one. */
export const refreshIdleSeconds = 90 * 86_400;
/** From the sign-in, for redirect addresses of the platform `spa`; tokens got by refreshing do not live longer. */
export const singlePageRefreshSeconds = 86_400;
/** Seconds an entry stays after its token is dead, so that a dead token can be told from one never issued. */
const rememberedSeconds = 90 * 86_400;
export const refreshKeptSeconds = refreshIdleSeconds + rememberedSeconds;

export interface RotationRule {
  /**
   * Seconds in which the token before the newest is taken once more, as a client needs it whose answer was lost. Undefined:
   * used tokens stay valid, as Entra's do.
   */
  readonly graceSeconds: number | undefined;
  readonly now: Date;
  /** For the next token, if there is one: unguessable. */
  readonly salt: string;
}

/**
 * Where used tokens stay valid, how long a token that is used again and again, at one tenant after the other for example, has
 * the same successor: neither is written for each use.
 */
const sharedSuccessorSeconds = 60;

/**
 * What a family becomes when one of its tokens is used. Where tokens rotate, the newest gives way to a next one; the one
 * before it, within the grace, has no effect and the same successor; any other is stolen or was copied, and revokes all
 * (RFC 9700 section 4.14.2). A revoked family stays as it is.
 */
export function familyAfterUse(family: RefreshFamily, { generation }: RefreshToken, rule: RotationRule): RefreshFamily {
  if (family.revokedAt) return family;
  const { graceSeconds, now, salt } = rule;
  const next = { ...family, generation: family.generation + 1, rotatedAt: now, successorSalt: salt };
  // A clock set back must not lengthen the time.
  const sinceRotation = Math.abs(now.getTime() - family.rotatedAt.getTime()) / 1000;
  if (graceSeconds === undefined) {
    return family.successorSalt !== undefined && sinceRotation < sharedSuccessorSeconds ? family : next;
  }
  if (generation === family.generation) return next;
  if (generation === family.generation - 1 && sinceRotation <= graceSeconds) return family;
  return { ...family, revokedAt: now };
}

/** The next token: whoever repeats a use gets the same one, and the store alone tells nobody what it is. */
export const successorOf = (token: string, salt: string): string =>
  datedAs(salt, createHmac('sha256', token).update(salt).digest('base64url'));
