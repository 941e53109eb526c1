import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PartnerAuthError } from '../base/error.ts';
import type { SealingKey } from '../base/seal.ts';

const keyBytes = 32;

/** Makes the folder for its owner alone, whatever the umask; one that others can write to is refused. */
export function prepareDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && uid !== own) {
    throw new PartnerAuthError(
      'configuration',
      `The data folder ${folder} belongs to another user. Choose another with --data-dir.`,
    );
  }
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/**
 * The key that seals what the store keeps: a file of its own beside the database, never inside it. Whoever comes first
 * makes it: link(2) creates the whole file or fails, so two processes end with one key.
 */
export function sealingKeyIn(folder: string): SealingKey {
  const file = join(folder, 'sealing.key');
  const kept = readKey(file);
  if (kept) return kept;
  const temporary = temporaryName(file);
  writeFileSync(temporary, randomBytes(keyBytes), { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(temporary, file);
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw cause;
  } finally {
    unlinkSync(temporary);
  }
  return readKey(file) ?? unusable(file);
}

/** A link in its place is not followed: it could hand us a key that somebody else knows. */
function readKey(file: string): SealingKey | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    return hasCode(cause, 'ENOENT') ? undefined : unusable(file);
  }
  try {
    const key = fstatSync(descriptor).size === keyBytes ? readFileSync(descriptor) : undefined;
    return key?.length === keyBytes ? key : unusable(file);
  } finally {
    closeSync(descriptor);
  }
}

function unusable(file: string): never {
  throw new PartnerAuthError('configuration', `${file} does not hold a key. Remove the data folder to start anew.`);
}

/** Replaces a file whole, readable by its owner alone: a reader sees the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const temporary = temporaryName(file);
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
  renameSync(temporary, file);
}

const temporaryName = (file: string): string => `${file}.${randomBytes(6).toString('hex')}`;

const hasCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code;
