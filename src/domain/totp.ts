import { createHmac } from 'node:crypto';
import { equalInConstantTime } from '../base/bytes.ts';
import { epochSeconds } from '../base/clock.ts';

/** Time-based one-time passwords (RFC 6238): what authenticator apps compute. Defaults are the apps': SHA-1, 6 digits, 30 s. */
export interface TotpOptions {
  readonly digits?: number;
  readonly periodSeconds?: number;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
}

const defaults = { digits: 6, periodSeconds: 30, algorithm: 'sha1' } as const;

export function totpCode(secret: Uint8Array, instant: Date, options: TotpOptions = {}): string {
  const { periodSeconds } = { ...defaults, ...options };
  return hotp(secret, Math.floor(epochSeconds(instant) / periodSeconds), options);
}

/**
 * The time step whose code this is, one step either way (RFC 6238 section 5.2), or undefined. `usedStep` is the last
 * step accepted from this user: it and everything before it is refused, so that a code works once.
 */
export function totpStep(
  secret: Uint8Array,
  code: string,
  instant: Date,
  usedStep = -1,
  options: TotpOptions = {},
): number | undefined {
  const { periodSeconds } = { ...defaults, ...options };
  const current = Math.floor(epochSeconds(instant) / periodSeconds);
  const matching = [current - 1, current, current + 1].filter(
    (step) => equalInConstantTime(hotp(secret, step, options), code) && step > usedStep,
  );
  return matching[0];
}

/** RFC 4226 section 5.3. */
function hotp(secret: Uint8Array, counter: number, options: TotpOptions): string {
  const { digits, algorithm } = { ...defaults, ...options };
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(Math.max(counter, 0)));
  const digest = createHmac(algorithm, secret).update(message).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of base32 (RFC 4648 section 6) in any letter case, blanks and padding ignored; undefined for other text. */
export function base32Bytes(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const character of text.toUpperCase().replace(/[\s=]/g, '')) {
    const value = base32Alphabet.indexOf(character);
    if (value < 0) return undefined;
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

/** Base32 without padding, as authenticator apps take a secret. */
export function base32Text(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += base32Alphabet[(buffer >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + base32Alphabet[(buffer << (5 - bits)) & 31];
}
