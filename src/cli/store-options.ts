import { stateFolder } from '../base/folders.ts';
import { Secret } from '../base/secret.ts';
import { boundedFileText } from '../client/bounded-input.ts';
import { AuthError } from '../client/errors.ts';
import type { KeySource } from '../client/stores/cipher.ts';
import type { FileStoreOptions } from '../client/stores/file/read.ts';
import type { Variables } from './io.ts';
import { type OptionValues, textValue } from './options.ts';
import { variableOf } from './token-options.ts';

/**
 * The token store these options and variables open; undefined when they name no key. `standardInput`: the passphrase
 * comes from there, and has been read.
 */
export function storeOptions(
  values: OptionValues,
  variables: Variables,
  standardInput?: string,
): FileStoreOptions | undefined {
  const key = keySource(values, variables, standardInput);
  return key && { folder: stateFolder(variables), key };
}

export const passphraseFromStandardInput = (values: OptionValues): boolean => values.passphraseFile === '-';

function keySource(
  values: OptionValues,
  variables: Variables,
  standardInput: string | undefined,
): KeySource | undefined {
  const keyFile = textValue(values, 'keyFile');
  const passphraseFile = textValue(values, 'passphraseFile');
  if (keyFile !== undefined && passphraseFile !== undefined) {
    throw new AuthError('invalid_parameters', 'Give --key-file or --passphrase-file, not both.');
  }
  if (keyFile !== undefined) return { kind: 'file', path: keyFile };
  if (passphraseFile === '-') return passphraseOf(standardInput ?? '', 'Standard input');
  if (passphraseFile !== undefined) return passphraseOfFile(passphraseFile);
  const named = variableOf(variables, 'keyFile');
  if (named) return { kind: 'file', path: named.value };
  const passphrase = variableOf(variables, 'passphrase');
  if (passphrase) return passphraseOf(passphrase.value, passphrase.name);
  const file = variableOf(variables, 'passphraseFile');
  return file && passphraseOfFile(file.value);
}

function passphraseOfFile(path: string): KeySource {
  try {
    return passphraseOf(boundedFileText(path), path);
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new AuthError('store_key', `The passphrase file ${path} cannot be read.`, { cause });
  }
}

function passphraseOf(text: string, label: string): KeySource {
  const passphrase = text.replace(/\r?\n$/, '');
  if (passphrase === '') throw new AuthError('store_key', `${label} holds no passphrase.`);
  return { kind: 'passphrase', passphrase: new Secret(passphrase) };
}
