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

/** One value; see `readStoredValues`. */
export const readStoredValue = (options: FileStoreOptions, key: string): JsonObject | undefined =>
  readStoredValues(options, [key])[0];

/**
 * Values read without opening the store for writing: the start of the command is measured against this. Undefined in the
 * place of each for which there is no store, no row, or a row that does not open; whoever writes finds out why.
 */
export function readStoredValues(
  options: FileStoreOptions,
  keys: readonly string[],
): readonly (JsonObject | undefined)[] {
  const warn = options.onWarning ?? (() => {});
  const path = join(options.folder, databaseName);
  if (!existsSync(path)) return keys.map(() => undefined);
  checkFolder(options.folder, warn);
  checkFile(path, warn);
  for (const side of sideFiles) checkFile(path + side, warn);
  const database = new (sqlite().DatabaseSync)(path, { readOnly: true, timeout: 5000 });
  try {
    const salt =
      options.key.kind === 'file'
        ? new Uint8Array()
        : database.prepare("SELECT value FROM meta WHERE name = 'salt'").get()?.value;
    const select = database.prepare('SELECT value FROM entries WHERE key = ?');
    const sealed = keys.map((key) => ({ key, value: select.get(key)?.value }));
    if (!(salt instanceof Uint8Array) || !sealed.some(({ value }) => value)) return keys.map(() => undefined);
    const opened = keyOf(options.key, salt, warn);
    return sealed.map(({ key, value }) => {
      const text = value instanceof Uint8Array ? openText(opened, boundToEntry(key), value) : undefined;
      return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
    });
  } finally {
    database.close();
  }
}
