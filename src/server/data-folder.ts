import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  linkSync,
  lstatSync,
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
import { errorCode } from '../base/error-code.ts';

const keyBytes = 32;
const windows = process.platform === 'win32';

/**
 * Makes the folder for its owner alone, whatever the umask. One that others can write to is refused, because what lies in
 * it may be theirs; one that they can read is closed to them.
 */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw refusal(`The data folder ${folder} cannot be made. Choose another with --data-dir.`, cause);
  }
  const { uid, mode } = statSync(folder);
  if (isForeign(uid)) {
    throw refusal(`The data folder ${folder} belongs to another user. Choose another with --data-dir.`);
  }
  if (windows) return;
  if ((mode & 0o022) !== 0) {
    throw refusal(`The data folder ${folder} can be written to by others. Close it to them: chmod 700 ${folder}`);
  }
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/** The path of one of our files, once it is sure that it is ours or not there, and closed to others. */
export function ownFile(folder: string, name: string): string {
  const file = join(folder, name);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats) return file;
  if (!stats.isFile() || stats.nlink > 1 || isForeign(stats.uid)) {
    throw refusal(`${file} is a link, not a plain file, or not of this user: remove it.`);
  }
  if (!windows && (stats.mode & 0o077) !== 0) chmodSync(file, 0o600);
  return file;
}

/**
 * The key that seals what the store keeps: a file of its own beside the database, never inside it. Whoever comes first
 * makes it: link(2) creates the whole file or fails, so two processes end with one key.
 */
export function sealingKeyIn(folder: string): Uint8Array {
  const file = join(folder, 'sealing.key');
  const kept = readKey(file);
  if (kept) return kept;
  const temporary = temporaryName(file);
  writeFileSync(temporary, randomBytes(keyBytes), { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(temporary, file);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
  } finally {
    unlinkSync(temporary);
  }
  return readKey(file) ?? unusable(file);
}

/**
 * A link in its place is not followed, nor another user's file read: it could hand us a key that somebody else knows. A
 * pipe does not make us wait.
 */
function readKey(file: string): Uint8Array | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    return errorCode(cause) === 'ENOENT' ? undefined : unusable(file);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || isForeign(stats.uid)) return unusable(file);
    if (!windows && (stats.mode & 0o077) !== 0) fchmodSync(descriptor, 0o600);
    const key = stats.size === keyBytes ? readFileSync(descriptor) : undefined;
    return key?.length === keyBytes ? key : unusable(file);
  } finally {
    closeSync(descriptor);
  }
}

function unusable(file: string): never {
  throw refusal(`${file} does not hold a key of ours. Restore it, or remove the data folder to start anew.`);
}

const refusal = (message: string, cause?: unknown): PartnerAuthError =>
  new PartnerAuthError('configuration', message, { cause });

/** The administrator may keep the files of a service's user; there are no user ids on Windows. */
function isForeign(uid: number): boolean {
  const own = process.getuid?.();
  return own !== undefined && own !== 0 && uid !== own;
}

/** Replaces a file whole, readable by its owner alone: a reader sees the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const temporary = temporaryName(file);
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
  renameSync(temporary, file);
}

const temporaryName = (file: string): string => `${file}.${randomBytes(6).toString('hex')}`;
