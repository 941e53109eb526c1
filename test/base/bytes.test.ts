import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64urlBytes } from '../../src/base/bytes.ts';

/** What the decoder would take and a strict reader does not. `Ł` is U+0141: cut to a byte it is an `A`. */
const nasty = ['A', 'B', '_', '-', '/', '+', '=', '\n', ' ', 'é', '\u0000', 'Q', 'g', '.', 'Ł', '\ud800'];

test('row 50: of every text of up to five characters only the canonical base64url is decoded', () => {
  const check = (text: string, deeper: number): void => {
    const canonical = /^[A-Za-z0-9_-]*$/.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text;
    assert.equal(base64urlBytes(text) !== undefined, canonical, JSON.stringify(text));
    if (deeper > 0) for (const next of nasty) check(text + next, deeper - 1);
  };
  check('', 4);
  check('AAAA', 3);
});
