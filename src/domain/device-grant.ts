import type { Random } from '../base/random.ts';
import { randomText } from '../base/random-text.ts';
import type { AskedFor, SignIn } from './authorization-code.ts';

/** A device's request and what became of it (RFC 8628). */
export interface DeviceGrant {
  readonly appId: string;
  /** The tenant in the path it was asked at, alias or GUID. */
  readonly tenantPath: string;
  readonly asked: AskedFor;
  readonly state: 'pending' | 'approved' | 'declined' | 'redeemed';
  /** Whoever approved it. */
  readonly signIn?: SignIn;
  readonly endsAt: Date;
  readonly intervalSeconds: number;
  readonly polledAt?: Date;
}

/** 15 minutes and 5 seconds, as Entra's. */
export const deviceGrantLifetimeSeconds = 900;
export const deviceGrantIntervalSeconds = 5;

/** No vowels, so no words; no letters that look like digits. Nine of them: 41 bits. */
const userCodeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ';
export const userCodeLength = 9;

export const newUserCode = (random: Pick<Random, 'bytes'>): string =>
  randomText(random, userCodeAlphabet, userCodeLength);

/** How a person may type it: any case, with blanks and hyphens. */
export const canonicalUserCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, '');
