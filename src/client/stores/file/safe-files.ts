import { chmodSync, closeSync, constants, fsyncSync, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../../../base/error-code.ts';
import { AuthError } from '../../errors.ts';
import { storeFailure } from './failures.ts';

/**
 * A folder and files that nobody else can read or replace. Every refusal names the path: another's folder, a symbolic
 * link, a pipe or a second hard link at the place of a secret is an attack or a mistake, and neither is written to.
 */

const windows = process.platform === 'win32';

function refuse(path: string, why: string, hint?: string): never {
  throw new AuthError('store_refused', `The token store is not used: ${path} ${why}.`, { hint });
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

const isForeign = (stats: Stats): boolean => process.getuid !== undefined && stats.uid !== process.getuid();

/** Makes the folder (0700, whatever the umask) or checks the one that is there. */
export function prepareFolder(folder: string, warn: (warning: string) => void): void {
  try {
    if (!statsOf(folder)) makeFolder(folder);
  } catch (cause) {
    throw storeFailure(folder, cause);
  }
  checkFolder(folder, warn);
}

/** Each new folder's name is on the disk before anything is kept in it. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) flushFolder(dirname(made));
}

/** The names in it reach the disk. */
function flushFolder(folder: string): void {
  if (windows) return;
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function checkFolder(folder: string, warn: (warning: string) => void): void {
  const stats = statsOf(folder);
  if (!stats?.isDirectory()) refuse(folder, stats?.isSymbolicLink() ? 'is a symbolic link' : 'is no folder');
  if (windows) return;
  if (isForeign(stats)) refuse(folder, 'belongs to another user');
  if ((stats.mode & 0o022) !== 0) refuse(folder, 'can be written to by others', `chmod 700 ${folder}`);
  if ((stats.mode & 0o077) !== 0) tighten(folder, 0o700, warn);
  const parent = dirname(folder);
  const above = statsOf(parent);
  // A sticky folder such as /tmp lets nobody replace another's entries.
  if (above && (above.mode & 0o002) !== 0 && (above.mode & 0o1000) === 0) {
    refuse(parent, 'can be written to by everyone', `chmod o-w ${parent}`);
  }
}

/** Makes the file empty (0600, exclusively, following no link). False: it was there, and has been checked. */
export function prepareFile(path: string, warn: (warning: string) => void): boolean {
  try {
    closeSync(
      openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | (constants.O_NOFOLLOW ?? 0), 0o600),
    );
    return true;
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw storeFailure(path, cause);
  }
  checkFile(path, warn);
  return false;
}

/** False: there is no such file. */
export function checkFile(path: string, warn: (warning: string) => void): boolean {
  const stats = statsOf(path);
  if (!stats) return false;
  if (!stats.isFile()) refuse(path, stats.isSymbolicLink() ? 'is a symbolic link' : 'is no regular file');
  if (windows) return true;
  if (stats.nlink > 1) refuse(path, 'has a second name (hard link)');
  if (isForeign(stats)) refuse(path, 'belongs to another user');
  if ((stats.mode & 0o077) !== 0) tighten(path, 0o600, warn);
  return true;
}

function tighten(path: string, mode: number, warn: (warning: string) => void): void {
  chmodSync(path, mode);
  warn(`${path} could be read by others; it is now yours alone.`);
}
