import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { Secret } from '../../src/base/secret.ts';
import { clientSecretRecord, judgeClientSecret } from '../../src/domain/index.ts';

const record = (secret: string, from: string, to: string) =>
  clientSecretRecord({ random: systemRandom }, new Secret(secret), {
    keyId: secret,
    displayName: secret,
    startDateTime: new Date(from),
    endDateTime: new Date(to),
  });

const secrets = [
  record('old', '2025-01-01', '2026-06-01'),
  record('current', '2026-01-01', '2027-01-01'),
  record('next', '2026-05-01', '2028-01-01'),
  record('future', '2027-06-01', '2029-01-01'),
];

const cases = [
  ['the current one', 'current', 'valid'],
  ['the next one beside it', 'next', 'valid'],
  ['one past its end', 'old', 'expired'],
  ['one before its start', 'future', 'wrong'],
  ['none of them', 'other', 'wrong'],
  ['an empty text', '', 'wrong'],
] as const;

for (const [name, candidate, expected] of cases) {
  test(`row 115: ${name} is ${expected}`, () => {
    assert.equal(judgeClientSecret(secrets, new Secret(candidate), new Date('2026-11-21')), expected);
  });
}

test('row 115: a secret ends at its end, to the millisecond', () => {
  const end = new Date('2027-01-01').getTime();
  assert.equal(judgeClientSecret(secrets, new Secret('current'), new Date(end - 1)), 'valid');
  assert.equal(judgeClientSecret(secrets, new Secret('current'), new Date(end)), 'expired');
});

test('row 115: the secret is not in its record', () => {
  const stored = record('TestClientAppSecret23456', '2026-01-01', '2027-01-01');
  const kept = { ...stored, keyId: '', displayName: '' };
  const bytes = Buffer.concat([kept.salt, kept.hash]);
  assert.equal(bytes.includes('TestClientAppSecret23456'), false);
  assert.equal(stored.hash.length, 32);
});
