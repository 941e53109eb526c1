import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../base/error-code.ts';
import { stateFolder } from '../../base/folders.ts';
import { AuthError } from '../../client/errors.ts';
import { tryFileLock } from '../../client/stores/file/locks.ts';
import { prepareFolder } from '../../client/stores/file/safe-files.ts';
import type { CommandContext } from '../command.ts';
import { encodeProfiles, type Profiles } from './profile.ts';
import { profilesPath, readProfiles, refuseUntrusted } from './read.ts';

const pauseSeconds = 0.05;
const patienceSeconds = 10;

type Writing = Pick<CommandContext, 'io' | 'warn'>;

/**
 * Replaces the file by what `change` makes of it, whole: whoever reads sees the old one or the new one. One process
 * changes it at a time. What `change` throws, and a file that cannot be read, leave it as it is.
 */
export async function changeProfiles(writing: Writing, change: (profiles: Profiles) => Profiles): Promise<Profiles> {
  const { variables } = writing.io;
  const unlock = await locked(writing);
  try {
    const changed = change(readProfiles(variables));
    replaceFile(profilesPath(variables), encodeProfiles(changed), writing.warn);
    return changed;
  } finally {
    await unlock();
  }
}

async function locked({ io, warn }: Writing) {
  const folder = stateFolder(io.variables);
  prepareFolder(folder, warn);
  const pause = io.sleep ?? ((seconds: number) => delay(seconds * 1000));
  for (let waited = 0; waited < patienceSeconds; waited += pauseSeconds) {
    const unlock = tryFileLock(folder, 'profiles.json', warn);
    if (unlock) return unlock;
    await pause(pauseSeconds);
  }
  throw new AuthError('configuration', 'Another process has been changing the profiles for too long.', {
    hint: 'Nothing has been changed here; try again.',
  });
}

/** Beside it, flushed, renamed over it, and the folder flushed: a crash leaves the old file or the new one. */
function replaceFile(path: string, text: string, warn: (warning: string) => void): void {
  const folder = dirname(path);
  const beside = `${path}.new`;
  try {
    prepareConfigFolder(folder, warn);
    // One writer at a time: what is there was left by one that was killed.
    rmSync(beside, { force: true });
    writeFlushed(beside, text);
    renameSync(beside, path);
    if (process.platform !== 'win32') flushFolder(folder);
  } catch (cause) {
    rmSync(beside, { force: true });
    if (cause instanceof AuthError) throw cause;
    const code = errorCode(cause) ?? 'unknown';
    throw new AuthError('configuration', `The profiles cannot be written to ${path} (${code}).`, { cause });
  }
}

function prepareConfigFolder(folder: string, warn: (warning: string) => void): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  refuseUntrusted(folder, stats);
  if (process.platform === 'win32' || (stats.mode & 0o077) === 0) return;
  chmodSync(folder, 0o700);
  warn(`${folder} could be read by others; it is now yours alone.`);
}

function writeFlushed(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
