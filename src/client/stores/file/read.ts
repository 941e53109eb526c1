import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../base/json.ts';
import { boundToEntry, type KeySource, keyOf, openText } from '../cipher.ts';
import { checkFile, checkFolder } from './safe-files.ts';
import { sqlite } from './sqlite.ts';

/** Where a file store is and how it opens. */
export interface FileStoreOptions {
  /** Kept to 0700; made when missing. */
  readonly folder: string;
  readonly key: KeySource;
  /** Sentences for a person: permissions tightened, damage set aside. Default: nothing. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

export const databaseName = 'tokens.db';
export const sideFiles = ['-wal', '-shm', '-journal'] as const;

/**
 * One value, read without opening the store for writing: the start of the command is measured against this. Undefined
 * when there is no store, no such row, or a row that does not open; whoever writes finds out why.
 */
export function readStoredValue(options: FileStoreOptions, key: string): JsonObject | undefined {
  const warn = options.onWarning ?? (() => {});
  const path = join(options.folder, databaseName);
  if (!existsSync(path)) return undefined;
  checkFolder(options.folder, warn);
  checkFile(path, warn);
  for (const side of sideFiles) checkFile(path + side, warn);
  const database = new (sqlite().DatabaseSync)(path, { readOnly: true, timeout: 5000 });
  try {
    const salt =
      options.key.kind === 'file'
        ? new Uint8Array()
        : database.prepare("SELECT value FROM meta WHERE name = 'salt'").get()?.value;
    const sealed = database.prepare('SELECT value FROM entries WHERE key = ?').get(key)?.value;
    if (!(sealed instanceof Uint8Array) || !(salt instanceof Uint8Array)) return undefined;
    const text = openText(keyOf(options.key, salt, warn), boundToEntry(key), sealed);
    return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
  } finally {
    database.close();
  }
}
