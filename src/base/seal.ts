import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from './random.ts';

/** A 256-bit key for `seal` and `open`; of several the first seals, and each opens what it sealed. */
export type SealingKey = Uint8Array | readonly [Uint8Array, ...Uint8Array[]];

const algorithm = 'aes-256-gcm';
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts with AES-256-GCM under a random 96-bit nonce. `place` is associated data: what was sealed for one place cannot
 * be opened at another, so rows cannot be swapped. Layout: version, nonce, tag, ciphertext.
 */
export function seal(key: SealingKey, place: string, plain: Uint8Array, random: Random): Buffer {
  const nonce = random.bytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keysIn(key)[0], nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(place, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Uint8Array.of(version), nonce, cipher.getAuthTag(), ciphertext]);
}

/** The plain bytes, or undefined when they were changed, moved or sealed with another key. */
export function open(key: SealingKey, place: string, sealed: Uint8Array): Buffer | undefined {
  for (const one of keysIn(key)) {
    const plain = openedBy(one, place, sealed);
    if (plain) return plain;
  }
  return undefined;
}

const keysIn = (key: SealingKey): readonly [Uint8Array, ...Uint8Array[]] => (key instanceof Uint8Array ? [key] : key);

function openedBy(key: Uint8Array, place: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes) return undefined;
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(place, 'utf8'));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
