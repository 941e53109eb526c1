import { base64url, sha256 } from '../base/bytes.ts';
import { type Clock, sortableInstant } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** 256 bits. */
const secretBytes = 32;
const instantLength = 12;

/**
 * A new code, token or cookie, or what else an entry is found by: the millisecond it was made at, in the clear, and what
 * nobody guesses. What was made together then lies together in a store (RFC 9562 section 2.1): of keys in no order each
 * costs a commit a page of the index.
 */
export const unguessable = ({ clock, random }: { readonly clock: Clock; readonly random: Random }): string =>
  sortableInstant(clock.now()) + base64url(random.bytes(secretBytes));

const unguessableText = /^[0-9a-f]{12}[\w-]{43}$/;

/** `text` with the instant of what it was made from in front; of any other text nothing is told. */
export const datedAs = (secret: string, text: string): string =>
  unguessableText.test(secret) ? secret.slice(0, instantLength) + text : text;

/** The key of an entry that is found by a secret: its SHA-256, so that whoever reads the store learns no code or token. */
export const entryKey = (secret: string): string => datedAs(secret, sha256(secret).toString('base64url'));
