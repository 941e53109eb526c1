import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestCodes } from '../../../src/cli/explain/nearest-codes.ts';

const known = [
  ...['0', '400', '900420', '900421', 'invalid_grant'],
  ...['AADSTS50049', 'AADSTS53000', 'AADSTS53001', 'AADSTS53002', 'AADSTS530035', 'AADSTS70008', 'AADSTS700082'],
].map((code) => ({ code, source: 'OAuth' as const, meaning: '', cause: '', nextStep: '' }));

const cases: readonly (readonly [code: string, ...nearest: string[]])[] = [
  ['70082', 'AADSTS700082', 'AADSTS70008'],
  // Three at most, and of several at one distance those that begin alike.
  ['AADSTS53099', 'AADSTS53000', 'AADSTS53001', 'AADSTS53002'],
  ['900422', '900420', '900421'],
  ['Invalid_Grnt', 'invalid_grant'],
  ['4', '0'],
  ['314159265'],
];

for (const [code, ...nearest] of cases) {
  test(code, () =>
    assert.deepEqual(
      nearestCodes(code, known).map((each) => each.code),
      nearest,
    ),
  );
}
