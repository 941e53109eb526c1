import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { Secret } from '../../src/base/secret.ts';
import { maximumPasswordLength, passwordMatches, passwordRecord } from '../../src/domain/index.ts';
import { assertWithin, secondsSince } from '../support/times.ts';

const cost = { cost: 64, blockSize: 8, parallelization: 1 };
const recordOf = (password: string) => passwordRecord({ random: systemRandom }, new Secret(password), cost);
const long = 'x'.repeat(72);

const cases: readonly (readonly [name: string, password: string, candidate: string, matches: boolean])[] = [
  ['the same password', 'PCTestPassword@123', 'PCTestPassword@123', true],
  ['another letter case', 'PCTestPassword@123', 'pctestpassword@123', false],
  ['equal in the first 72 bytes', `${long}a`, `${long}b`, false],
  ['256 characters', 'x'.repeat(256), 'x'.repeat(256), true],
  ['composed against decomposed', 'Pässwörd', 'Pa\u0308sswo\u0308rd', true],
  ['NUL inside', 'before\0after', 'before\0after', true],
  ['cut at a NUL', 'before\0after', 'before', false],
  ['a blank at the end', 'secret', 'secret ', false],
];

for (const [name, password, candidate, matches] of cases) {
  test(`row 111: ${name} ${matches ? 'matches' : 'does not match'}`, async () => {
    assert.equal(await passwordMatches(await recordOf(password), new Secret(candidate)), matches);
  });
}

test('row 111: a candidate over the limit is refused without hashing it', async () => {
  const expensive = { ...(await recordOf('secret')), cost: { cost: 2 ** 20, blockSize: 8, parallelization: 1 } };
  const started = performance.now();
  assert.equal(await passwordMatches(expensive, new Secret('x'.repeat(1_000_000))), false);
  assertWithin(0.05, secondsSince(started));
});

test('a password over the limit cannot be set', async () => {
  await assert.rejects(recordOf('x'.repeat(maximumPasswordLength + 1)), TypeError);
});

test('two records of one password have nothing in common', async () => {
  const [first, second] = await Promise.all([recordOf('secret'), recordOf('secret')]);
  assert.notDeepEqual(first.salt, second.salt);
  assert.notDeepEqual(first.hash, second.hash);
});
