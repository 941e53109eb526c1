import { type FileTokenStore, fileStore } from '../client/stores/file/index.ts';
import type { CommandContext } from './command.ts';
import { keyringStore } from './keyring.ts';
import { fileText } from './secrets.ts';
import { passphraseFromStandardInput, storeOptions } from './store-options.ts';

const passphrasePlace = { kind: 'file', name: '-', label: '--passphrase-file -' } as const;

/** The command's token store, or undefined without a key: named, or the keyring's. Nothing is kept without one. */
export async function keptTokens(context: CommandContext): Promise<FileTokenStore | undefined> {
  const { io, values, warn } = context;
  const standardInput = passphraseFromStandardInput(values) ? await fileText(io, passphrasePlace, warn) : undefined;
  const options = storeOptions(values, io.variables, standardInput) ?? (await keyringStore(context));
  return options && fileStore({ ...options, onWarning: warn });
}

export const notKeptNotice =
  'The token is not stored: set PARTNER_AUTH_KEY_FILE (or --key-file, or PARTNER_AUTH_PASSPHRASE) to keep tokens encrypted.';
