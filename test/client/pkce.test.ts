import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { systemRandom } from '../../src/base/random.ts';
import { AuthError } from '../../src/client/errors.ts';
import { newProofKey } from '../../src/client/pkce.ts';

test('the challenge of RFC 7636 appendix B', () => {
  const bytes = Buffer.from('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', 'base64url');
  const { verifier, challenge, method } = newProofKey({ ...systemRandom, bytes: () => bytes });
  assert.deepEqual(
    { verifier: verifier.reveal(), challenge, method },
    {
      verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      method: 'S256',
    },
  );
});

test('row 24: 100,000 verifiers, none twice, 43 characters that are allowed, 256 bits asked for each', () => {
  const asked: number[] = [];
  const random = {
    ...systemRandom,
    bytes: (size: number) => {
      asked.push(size);
      return systemRandom.bytes(size);
    },
  };
  const legal = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~');
  const verifiers = new Set<string>();
  for (let made = 0; made < 100_000; made++) verifiers.add(newProofKey(random).verifier.reveal());
  assert.equal(verifiers.size, 100_000);
  assert.deepEqual(new Set([...verifiers].map(({ length }) => length)), new Set([43]));
  assert.deepEqual(
    [...new Set([...verifiers].flatMap((verifier) => [...verifier]))].filter((one) => !legal.has(one)),
    [],
  );
  assert.deepEqual([asked.length, new Set(asked)], [100_000, new Set([32])]);
});

const announcements: readonly (readonly [name: string, announced: readonly string[] | undefined, fits: boolean])[] = [
  ['nothing, as Entra', undefined, true],
  ['S256', ['S256'], true],
  ['plain and S256', ['plain', 'S256'], true],
  ['plain', ['plain'], false],
  ['an empty list', [], false],
  ['S256 in other letters', ['s256'], false],
];

for (const [name, announced, fits] of announcements) {
  test(`row 24: metadata that announces ${name} is ${fits ? 'answered by S256' : 'refused'}`, () => {
    if (fits) {
      assert.equal(newProofKey(systemRandom, announced).method, 'S256');
      return;
    }
    assert.throws(
      () => newProofKey(systemRandom, announced),
      (error) => error instanceof AuthError && error.code === 'configuration' && error.hint !== undefined,
    );
  });
}

test('a verifier is not printed', () => {
  const key = newProofKey(systemRandom);
  assert.equal(inspect(key).includes(key.verifier.reveal()), false);
  assert.equal(JSON.stringify(key).includes(key.verifier.reveal()), false);
});
