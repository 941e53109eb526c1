import { join } from 'node:path';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { systemRandom } from '../../../base/random.ts';
import { boundToEntry, sealText } from '../cipher.ts';
import type { TokenStore } from '../store.ts';
import { openOrSetAside, setAside } from './damage.ts';
import { fileAt, type OpenDatabase } from './database.ts';
import { isDamage, storeFailure } from './failures.ts';
import { tryFileLock } from './locks.ts';
import { databaseName, type FileStoreOptions } from './read.ts';
import { emptyLog, keysWith, readRow, removeRow, writeRow } from './rows.ts';
import { prepareFolder } from './safe-files.ts';

/**
 * Tokens in a SQLite database, each value encrypted for its own row (AES-256-GCM, the row's key as associated data).
 * SQLite gives crash safety and many processes; this folder adds the key, the file permissions, and what to do with
 * damage. The rows' keys stand in clear, user names among them. Restoring an old copy of the whole file is not detected:
 * the tokens in it are old, and still the owner's.
 */
export interface FileTokenStore extends TokenStore {
  close(): void;
}

export { type FileStoreOptions, readStoredValue } from './read.ts';

/**
 * Opens the encrypted token store of a folder, and begins it where there is none.
 *
 * Throws `AuthError`, as every method of it does: `store_refused` (the folder or a file is not safe), `store_key` (no
 * key, or another one), `store_unavailable` (disk full, read-only, held), `store_damaged` (of another version).
 *
 * ```ts
 * const store = fileStore({ folder: '/var/lib/my-service/tokens', key: { kind: 'file', path: '/run/secrets/token-key' } });
 * const client = new PartnerClient({ applicationId, credential, tenant, store });
 * ```
 */
export function fileStore(options: FileStoreOptions): FileTokenStore {
  const { folder, onWarning: warn = () => {} } = options;
  const path = join(folder, databaseName);
  const { use, close } = databaseInUse(options, path, warn);
  const emptied = sharedByTheTurn(() => {
    if (!use(emptyLog)) warn('What was deleted may stand in the token store’s log until other processes have ended.');
  });
  return {
    get: async (name) => use((opened) => readRow(opened, name, warn)),
    put: async (name, value, expected) =>
      use((opened) => {
        const sealed = sealText(opened.key, boundToEntry(name), JSON.stringify(value));
        return writeRow(opened, { name, sealed, version: systemRandom.guid() }, expected);
      }),
    delete: async (name) => {
      use((opened) => removeRow(opened, name));
      await emptied.soon();
    },
    keys: async (prefix) => use((opened) => keysWith(opened, prefix)),
    tryLock: async (name) => {
      const release = tryFileLock(folder, name, warn);
      return release && (async () => release());
    },
    close: () => {
      emptied.now();
      close();
    },
  };
}

/** The database for each piece of work: opened anew when its file was removed or set aside, or proves to be damaged. */
function databaseInUse(options: FileStoreOptions, path: string, warn: (warning: string) => void) {
  const open = (): OpenDatabase => {
    prepareFolder(options.folder, warn);
    return openOrSetAside(options, path, warn);
  };
  let opened = open();
  const closed = () => {
    if (opened.database.isOpen) opened.database.close();
  };
  const attempt = <Value>(work: (opened: OpenDatabase) => Value): Value => {
    if (fileAt(path) !== opened.file) {
      closed();
      opened = open();
    }
    return work(opened);
  };
  const use = <Value>(work: (opened: OpenDatabase) => Value): Value => {
    try {
      return attempt(work);
    } catch (cause) {
      if (!isDamage(cause)) throw storeFailure(path, cause);
    }
    closed();
    setAside(options.folder, { path, damaged: opened.file }, warn);
    try {
      return attempt(work);
    } catch (cause) {
      throw storeFailure(path, cause);
    }
  };
  return { use, close: closed };
}

/** Work that is due once for all who ask for it in one turn of the event loop; `now` does it when it is still due. */
function sharedByTheTurn(work: () => void) {
  let due: Promise<void> | undefined;
  const now = (): void => {
    if (!due) return;
    due = undefined;
    work();
  };
  const soon = (): Promise<void> => {
    due ??= endOfTurn().then(now);
    return due;
  };
  return { now, soon };
}
