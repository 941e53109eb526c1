import { join } from 'node:path';
import { systemRandom } from '../../../base/random.ts';
import { boundToEntry, sealText } from '../cipher.ts';
import type { TokenStore } from '../store.ts';
import { databaseInUse } from './database-in-use.ts';
import { tryFileLock } from './locks.ts';
import { logEmptying } from './log-emptying.ts';
import { databaseName, type FileStoreOptions } from './read.ts';
import { emptyLog, keysWith, readRow, removeRow, writeRow } from './rows.ts';

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
  const { attempt, close, use } = databaseInUse(options, path, warn);
  const emptying = logEmptying({ now: () => attempt(emptyLog), waiting: () => use(emptyLog) }, warn);
  return {
    get: (name) => use((opened) => readRow(opened, name, warn)),
    put: (name, value, expected) =>
      use((opened) => {
        const sealed = sealText(opened.key, boundToEntry(name), JSON.stringify(value));
        return writeRow(opened, { name, sealed, version: systemRandom.guid() }, expected);
      }),
    delete: async (name) => {
      if (await use((opened) => removeRow(opened, name))) await emptying.soon();
    },
    keys: (prefix) => use((opened) => keysWith(opened, prefix)),
    tryLock: async (name) => {
      const release = tryFileLock(folder, name, warn);
      return release && (async () => release());
    },
    close: () => {
      emptying.close();
      close();
    },
  };
}
