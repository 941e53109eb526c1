import type { Random } from './random.ts';

/** Text of so many characters of an alphabet: each from its own byte, and bytes that would favour some are passed over. */
export function randomText(random: Pick<Random, 'bytes'>, alphabet: string, length: number): string {
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < fair && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
