/**
 * Files of one's own in a folder of one's own: read without following what others may have planted, created once among
 * all processes, replaced whole.
 */

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, link, lstat, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PartnerAuthError } from '../../base/error.ts';
import { errorCode } from '../../base/error-code.ts';

const DIRECTORY_MODE = 0o700;
export const PRIVATE_MODE = 0o600;
/** Ours are below 5 KiB; what is larger is not ours, and is not read into memory. */
const MAX_FILE_BYTES = 65_536;

/** `tls_file_unsafe`: a link, not a plain file, or another user's. `tls_file_contended`: no decision after many turns. */
export class TlsFilesError extends PartnerAuthError<'tls_file_unsafe' | 'tls_file_contended'> {
  override readonly name = 'TlsFilesError';
}

export async function ensureDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  const status = await lstat(directory);
  if (!status.isDirectory() || isForeign(status.uid)) {
    throw new TlsFilesError('tls_file_unsafe', `${directory} is not a directory of this user`);
  }
  if ((status.mode & 0o077) !== 0) await chmod(directory, DIRECTORY_MODE);
}

/**
 * Reads a whole file of ours and brings it to its mode. A link is refused, as is another user's file: either may have
 * been planted while the directory was open to others, to learn our key or to hand us theirs.
 */
export async function read(file: string, mode: number): Promise<Buffer | undefined> {
  // absent on Windows, where making a link takes a privilege; NONBLOCK so that a planted pipe cannot hang the start
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    await using handle = await open(file, flags);
    const status = await handle.stat();
    if (!status.isFile() || isForeign(status.uid) || status.size > MAX_FILE_BYTES) throw unsafe(file);
    if ((status.mode & 0o777) !== mode) await handle.chmod(mode);
    return await handle.readFile();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw errorCode(error) === 'ELOOP' || errorCode(error) === 'EACCES' ? unsafe(file, error) : error;
  }
}

/** Gives `file` its content unless it exists. */
export async function createOnce(file: string, content: string): Promise<void> {
  const temporary = await writeTemporary(file, content, PRIVATE_MODE);
  try {
    await link(temporary, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary);
  }
}

/** rename(2) replaces a link itself and does not follow it. */
export async function replace(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  await rename(await writeTemporary(file, content, mode), file);
}

/**
 * Makes `file` the decided replacement, then removes earlier decisions. This one stays until the next: a process that
 * still holds what it replaced must find it.
 */
export async function moveIntoPlace(decision: string, file: string): Promise<void> {
  const temporary = temporaryName(file);
  try {
    await link(decision, temporary);
    await rename(temporary, file);
  } catch (error) {
    // another process is a renewal ahead and has removed this decision: the next turn sees its result
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  } finally {
    // rename(2) leaves both names alone when they already are one file
    await unlinkIfPresent(temporary);
  }
  const decisions = (await readdir(dirname(file))).filter((name) => name.startsWith(`${basename(file)}.after-`));
  const earlier = decisions.filter((name) => name !== basename(decision));
  await Promise.all(earlier.map((name) => unlinkIfPresent(join(dirname(file), name))));
}

/** Exclusive, which also means that a link of that name is not followed; the mode does not depend on the umask. */
async function writeTemporary(file: string, content: string | Uint8Array, mode: number): Promise<string> {
  const temporary = temporaryName(file);
  await using handle = await open(temporary, 'wx', PRIVATE_MODE);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await unlink(temporary);
    throw error;
  }
  return temporary;
}

function temporaryName(file: string): string {
  return join(dirname(file), `.new-${randomBytes(8).toString('hex')}`);
}

async function unlinkIfPresent(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** The administrator may keep files of a service's user; there are no user ids on Windows. */
function isForeign(uid: number): boolean {
  const own = process.getuid?.();
  return own !== undefined && own !== 0 && uid !== own;
}

function unsafe(file: string, cause?: unknown): TlsFilesError {
  const message = `${basename(file)} is a link, not a plain file, or not of this user: remove it`;
  return new TlsFilesError('tls_file_unsafe', message, { cause });
}
