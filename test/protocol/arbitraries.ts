import fc from 'fast-check';
import { Secret } from '../../src/base/secret.ts';

/** Any Unicode text, controls included, without lone surrogates (UTF-8 has none). */
export const anyText = fc.string({ unit: 'binary', maxLength: 60 });

/** Text that XML 1.0 can carry, with what its escaping must get right. */
export const xmlText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('<', '&', '>', '"', "'", ']]>', '\r', '\n', '\t'),
    ),
  )
  .map((pieces) => pieces.join(''));

export const seconds = fc.integer({ min: 0, max: 999_999_999_999 });

export const secret = anyText.map((text) => new Secret(text));

/** An object with some of the members; those left out are absent, not undefined. */
export const someOf = <Members extends Record<string, fc.Arbitrary<unknown>>>(members: Members) =>
  fc.record(members, { requiredKeys: [] });

/** Secrets as text, so that two objects can be compared. */
export const revealed = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      member instanceof Secret ? `secret:${member.reveal()}` : member,
    ]),
  );
