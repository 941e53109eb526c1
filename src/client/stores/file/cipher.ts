import { createCipheriv, createDecipheriv, randomFillSync, scryptSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Secret } from '../../../base/secret.ts';
import { AuthError } from '../../errors.ts';

/** Where the store's key comes from. */
export type KeySource =
  /** A file with 32 random bytes in base64. */
  | { readonly kind: 'file'; readonly path: string }
  /** Stretched by scrypt with a salt that the store keeps. */
  | { readonly kind: 'passphrase'; readonly passphrase: Secret };

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** OWASP's first choice: 128 MiB and about a third of a second. */
const scrypt = { N: 2 ** 17, r: 8, p: 1, maxmem: 192 * 1024 * 1024 };

export function keyOf(source: KeySource, salt: Uint8Array, warn: (warning: string) => void): Buffer {
  return source.kind === 'file'
    ? keyOfFile(source.path, warn)
    : scryptSync(source.passphrase.reveal(), salt, keyBytes, scrypt);
}

function keyOfFile(path: string, warn: (warning: string) => void): Buffer {
  const hint = `Make one: (umask 077; head -c 32 /dev/urandom | base64 > ${path})`;
  let text: string;
  let mode: number;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new AuthError('store_key', `The key file ${path} cannot be read.`, { cause, hint });
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes || key.toString('base64') !== text) {
    throw new AuthError('store_key', `The key file ${path} does not hold 32 bytes in base64.`, { hint });
  }
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

/** AES-256-GCM: nonce, ciphertext, tag. `bound` is authenticated with it: moved to another row, it does not open. */
export function seal(key: Buffer, bound: string, text: string): Buffer {
  const nonce = randomFillSync(Buffer.alloc(nonceBytes));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound, 'utf8'));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when the bytes were not sealed with this key for this place, or have changed since. */
export function unseal(key: Buffer, bound: string, sealed: Uint8Array): string | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(bound, 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const text = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
