import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../../base/folders.ts';
import { AuthError } from '../../client/errors.ts';
import type { FileTokenStore } from '../../client/stores/file/index.ts';
import { databaseName } from '../../client/stores/file/read.ts';
import type { CommandContext } from '../command.ts';
import type { Io } from '../io.ts';
import { keptTokens } from '../kept-tokens.ts';
import { isKeyringOff } from '../keyring.ts';
import { longName, textValue } from '../options.ts';
import { variableOf } from '../token-options.ts';

/** The token store as it is: one that is not there is not made, and no key for it. */
export interface Kept {
  readonly path: string;
  /** Where its key comes from, in words; undefined where there is none. */
  readonly key: string | undefined;
  readonly isThere: boolean;
  /** Undefined: there is none, or no key for it. */
  readonly store: FileTokenStore | undefined;
  readonly warnings: readonly string[];
}

export async function keptOf(context: CommandContext): Promise<Kept> {
  const path = join(stateFolder(context.io.variables), databaseName);
  const key = namedKey(context) ?? (await keyringInWords(context.io));
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const isThere = existsSync(path);
  const store = key !== undefined && isThere ? await keptTokens({ ...context, warn }) : undefined;
  return { path, key, isThere, store, warnings };
}

/** Undefined where it is off or cannot be used. What it holds is not told. */
async function keyringInWords({ keyring, variables }: Io): Promise<string | undefined> {
  if (isKeyringOff(variables) || !keyring) return undefined;
  return keyring.read().then(
    () => 'the keyring of the system',
    () => undefined,
  );
}

/** For what has to be in the store. Undefined without a key; throws `nothing_found` where there is no store yet. */
export function openedStore({ key, store }: Kept): FileTokenStore | undefined {
  if (store || key === undefined) return store;
  throw new AuthError('nothing_found', 'There is no token store yet, and nothing is kept.', {
    hint: 'Sign in with partner-auth login.',
  });
}

/** In the order in which the store looks for its key. */
function namedKey({ io, values }: CommandContext): string | undefined {
  for (const option of ['keyFile', 'passphraseFile'] as const) {
    const file = textValue(values, option);
    if (file !== undefined) return `${longName(option)} ${file}`;
  }
  const keyFile = variableOf(io.variables, 'keyFile');
  const passphrase = variableOf(io.variables, 'passphrase');
  const passphraseFile = variableOf(io.variables, 'passphraseFile');
  if (keyFile) return `${keyFile.name} ${keyFile.value}`;
  if (passphrase) return passphrase.name;
  return passphraseFile && `${passphraseFile.name} ${passphraseFile.value}`;
}
