import type { RedirectPlatform } from './application.ts';
import type { AskedFor, SignIn } from './authorization-code.ts';

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
  /** The newest token's number. */
  readonly generation: number;
  /** When the newest token was made: for a moment after it the one before is taken too (`strict`). */
  readonly rotatedAt: Date;
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
