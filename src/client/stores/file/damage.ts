import { renameSync } from 'node:fs';
import { fileAt, type OpenDatabase, openDatabase } from './database.ts';
import { isDamage, storeFailure } from './failures.ts';
import { fileLockInTurn } from './locks.ts';
import { type FileStoreOptions, sideFiles } from './read.ts';
import { checkFile } from './safe-files.ts';

/** Damage: a file that is no database any more keeps its bytes under another name, for support, and a new one begins. */

/** Opens the store's database, or where what is there is damaged, a new one in its place. */
export function openOrSetAside(options: FileStoreOptions, path: string, warn: (warning: string) => void): OpenDatabase {
  const found = fileAt(path);
  try {
    return openDatabase(options, path, warn);
  } catch (cause) {
    if (!isDamage(cause)) throw storeFailure(path, cause);
    setAside(options.folder, { path, damaged: found }, warn);
  }
  try {
    return openDatabase(options, path, warn);
  } catch (cause) {
    throw storeFailure(path, cause);
  }
}

export interface Damaged {
  readonly path: string;
  /** The file that was found damaged. */
  readonly damaged: bigint | undefined;
}

/** By one process at a time, and never the sound file that another has put in its place meanwhile. */
export function setAside(folder: string, { path, damaged }: Damaged, warn: (warning: string) => void): void {
  const release = fileLockInTurn(folder, 'set aside', warn);
  try {
    if (fileAt(path) !== damaged) return;
    const aside = `${path}.damaged-${Date.now()}`;
    // The log first: it must not be taken for the new file's.
    for (const side of [...sideFiles, '']) if (checkFile(path + side, warn)) renameSync(path + side, aside + side);
    warn(`The token store was damaged; it was set aside as ${aside}, and a new one was begun.`);
  } catch (cause) {
    throw storeFailure(path, cause);
  } finally {
    release?.();
  }
}
