import { scryptSync } from 'node:crypto';
import { statSync } from 'node:fs';
import { systemRandom } from '../../base/random.ts';
import { open, seal } from '../../base/seal.ts';
import type { Secret } from '../../base/secret.ts';
import { boundedFileText } from '../bounded-input.ts';
import { AuthError } from '../errors.ts';

/** Where the store's key comes from. */
export type KeySource =
  /** A file with 32 random bytes in base64. */
  | { readonly kind: 'file'; readonly path: string }
  /** 32 random bytes in base64, from wherever the caller keeps them: a vault, the system's keyring. */
  | { readonly kind: 'base64'; readonly key: Secret }
  /** Stretched by scrypt with a salt that the store keeps. */
  | { readonly kind: 'passphrase'; readonly passphrase: Secret };

export const keyBytes = 32;
/** OWASP's first choice: 128 MiB and about a third of a second. */
const scrypt = { N: 2 ** 17, r: 8, p: 1, maxmem: 192 * 1024 * 1024 };

export function keyOf(source: KeySource, salt: Uint8Array, warn: (warning: string) => void): Buffer {
  switch (source.kind) {
    case 'file':
      return keyOfFile(source.path, warn);
    case 'base64':
      return decodedKey(source.key.reveal(), 'The key', 'Make one: head -c 32 /dev/urandom | base64');
    case 'passphrase':
      return scryptSync(source.passphrase.reveal(), salt, keyBytes, scrypt);
  }
}

function keyOfFile(path: string, warn: (warning: string) => void): Buffer {
  const hint = `Make one: (umask 077; head -c 32 /dev/urandom | base64 > ${path})`;
  let text: string;
  let mode: number;
  try {
    mode = statSync(path).mode;
    text = boundedFileText(path).trim();
  } catch (cause) {
    throw new AuthError('store_key', `The key file ${path} cannot be read.`, { cause, hint });
  }
  const key = decodedKey(text, `The key file ${path}`, hint);
  if (process.platform !== 'win32') {
    if ((mode & 0o022) !== 0) {
      throw new AuthError('store_key', `The key file ${path} can be written to by others.`, {
        hint: `chmod 600 ${path}`,
      });
    }
    if ((mode & 0o077) !== 0) warn(`The key file ${path} can be read by others; chmod 600 keeps it to you.`);
  }
  return key;
}

function decodedKey(text: string, what: string, hint: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === keyBytes && key.toString('base64') === text) return key;
  throw new AuthError('store_key', `${what} does not hold 32 bytes in base64.`, { hint });
}

/** What an entry's value is bound to: the kind of row and its key. */
export const boundToEntry = (key: string): string => `partner-auth entry 2\n${key}`;

const boundToCheck = 'partner-auth check 1';
const checkText = 'partner-auth';

/** A known value, kept beside the entries: by it a wrong key is told from damage. */
export const sealedCheck = (key: Buffer): Buffer => sealText(key, boundToCheck, checkText);

export const opensCheck = (key: Buffer, check: Uint8Array): boolean => openText(key, boundToCheck, check) === checkText;

/** Encrypted for one place: `bound` is authenticated with it, so moved to another row it does not open. */
export const sealText = (key: Buffer, bound: string, text: string): Buffer =>
  seal(key, bound, Buffer.from(text, 'utf8'), systemRandom);

/** Undefined when the bytes were not sealed with this key for this place, or have changed since. */
export const openText = (key: Buffer, bound: string, sealed: Uint8Array): string | undefined =>
  open(key, bound, sealed)?.toString('utf8');
