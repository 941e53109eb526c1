import { AuthError } from '../client/errors.ts';
import { type FileTokenStore, fileStore } from '../client/stores/file/index.ts';
import type { TokenStore } from '../client/stores/store.ts';
import type { CommandContext } from './command.ts';
import { keyringStore } from './keyring.ts';
import { fileText } from './secrets.ts';
import { passphraseFromStandardInput, storeOptions } from './store-options.ts';

const passphrasePlace = { kind: 'file', name: '-', label: '--passphrase-file -' } as const;

/** The command's token store, or undefined without a key: named, or the keyring's. Nothing is kept without one. */
export async function keptTokens(context: Omit<CommandContext, 'tokens'>): Promise<FileTokenStore | undefined> {
  const { io, values, warn } = context;
  const standardInput = passphraseFromStandardInput(values) ? await fileText(io, passphrasePlace, warn) : undefined;
  const options = storeOptions(values, io.variables, standardInput) ?? (await keyringStore(context));
  return options && fileStore({ ...options, onWarning: warn });
}

/** For a verb that is about what is stored. Throws `store_key` without a key. */
export async function requiredTokens({ tokens }: CommandContext): Promise<TokenStore> {
  const store = await tokens();
  if (store) return store;
  throw new AuthError('store_key', 'There is no key for the token store, and nothing is stored without one.', {
    hint: keyChoices,
  });
}

const keyChoices =
  'Name a key file by --key-file or PARTNER_AUTH_KEY_FILE, or a passphrase by --passphrase-file or ' +
  'PARTNER_AUTH_PASSPHRASE, or let the keyring of the system keep the key.';

/** What `tokens` of a command's context is: one store, however often it is asked for. */
export function tokensOnce(open: () => Promise<FileTokenStore | undefined>) {
  let opening: Promise<FileTokenStore | undefined> | undefined;
  return {
    tokens: (): Promise<FileTokenStore | undefined> => {
      opening ??= open();
      return opening;
    },
    close: async (): Promise<void> => {
      // What could not be opened has been said where it was asked for.
      const store = await opening?.catch(() => undefined);
      await store?.close();
    },
  };
}

export const notKeptNotice =
  'The token is not stored: set PARTNER_AUTH_KEY_FILE (or --key-file, or PARTNER_AUTH_PASSPHRASE) to keep tokens encrypted.';
