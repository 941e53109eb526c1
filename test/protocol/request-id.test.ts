import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRequestId } from '../../src/protocol/request-id.ts';

const cases: readonly [unknown, boolean][] = [
  ['1f6c2a52-6f0a-4f2e-9a3f-1b1d6a0c9f11', true],
  ['x', true],
  ['two words', true],
  ['!~', true],
  ['x'.repeat(128), true],
  ['x'.repeat(129), false],
  ['', false],
  [' ', false],
  [' x', false],
  ['x ', false],
  ['a\tb', false],
  ['a\r\nb', false],
  ['x\n', false],
  ['\u007f', false],
  ['é', false],
  [undefined, false],
  [null, false],
  [5, false],
  [['x'], false],
];

for (const [value, expected] of cases) {
  test(`${JSON.stringify(value)?.slice(0, 40)}: ${expected}`, () => assert.equal(isRequestId(value), expected));
}
