import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';

/** What is kept of a password. The cost is part of the record, so that it can be raised without losing anyone. */
export interface PasswordRecord {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** Parameters of scrypt (RFC 7914 section 2). */
export interface PasswordCost {
  /** N: a power of two. Memory is 128 · N · r bytes. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** 16 MiB, about 30 ms: the sandbox's users are made at each start. */
export const defaultPasswordCost: PasswordCost = { cost: 16_384, blockSize: 8, parallelization: 1 };

/** Longest password in characters, as Entra has it. Longer ones are refused before any work is done. */
export const maximumPasswordLength = 256;

const hashBytes = 32;
const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

/** Runs on the thread pool. A password has one normal form (NFC), however the keyboard composed it. */
const hashOf = ({ cost, salt }: Pick<PasswordRecord, 'cost' | 'salt'>, password: Secret): Promise<Buffer> =>
  derive(password.reveal().normalize('NFC'), salt, hashBytes, {
    ...cost,
    // Twice what RFC 7914 needs, which also holds for small costs.
    maxmem: 256 * cost.blockSize * (cost.cost + cost.parallelization + 2),
  });

export async function passwordRecord(
  { random }: { random: Random },
  password: Secret,
  cost: PasswordCost = defaultPasswordCost,
): Promise<PasswordRecord> {
  if (isTooLong(password)) throw new TypeError(`A password has at most ${maximumPasswordLength} characters.`);
  const salt = random.bytes(16);
  return { cost, salt, hash: await hashOf({ cost, salt }, password) };
}

export async function passwordMatches(record: PasswordRecord, candidate: Secret): Promise<boolean> {
  if (isTooLong(candidate)) return false;
  return timingSafeEqual(await hashOf(record, candidate), record.hash);
}

const isTooLong = (password: Secret): boolean => password.reveal().length > maximumPasswordLength;
