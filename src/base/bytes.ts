import { hash, timingSafeEqual } from 'node:crypto';

/** Text to bytes and back. Decoders are strict: what has two spellings is refused, because a check and a use could differ. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes, or undefined when they are not UTF-8. A byte order mark is kept: the caller decides. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Canonical base64url only (RFC 4648 section 5, no padding, unused bits zero): undefined for any other spelling, which is
 * any that the bytes are not written in again. Node's decoder skips what it does not know.
 */
export function base64urlBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

export const base64url = (bytes: Uint8Array | string): string =>
  (typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes)).toString('base64url');

/** By way of hex: node:crypto takes twice as long to hand over the bytes themselves. */
export const sha256 = (data: string | Uint8Array): Buffer => Buffer.from(hash('sha256', data, 'hex'), 'hex');

/** Equality that takes the same time wherever the texts differ, lengths included. */
export const equalInConstantTime = (left: string, right: string): boolean =>
  timingSafeEqual(sha256(left), sha256(right));
