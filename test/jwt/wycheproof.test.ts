import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Algorithm, findKey, keySetOf, parseOpaqueJws, verifySignature } from '../../src/jwt/index.ts';
import { vectorGroups } from '../support/wycheproof.ts';

/** The verdicts of Project Wycheproof, through a published key set as an issuer's tokens go. */

const all: readonly Algorithm[] = ['RS256', 'PS256', 'ES256'];

function verifies(jwks: unknown, token: string, algorithms: readonly Algorithm[] = all): boolean {
  const keySet = keySetOf(jwks, algorithms) ?? assert.fail('no key set');
  const jws = parseOpaqueJws(token);
  const kid = jws?.header.kid;
  const key = typeof kid === 'string' || kid === undefined ? findKey(keySet, kid) : undefined;
  return jws !== undefined && key !== undefined && verifySignature(jws, key, algorithms);
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The `valid` signatures that are refused, and why: exactly these. */
const refusedSignatures: ReadonlyMap<number, string> = new Map([
  ...[1, 348, 352, 357, 358, 359, 372, 373, 376, 377].map(
    (id) => [id, 'HS256: a published key set holds no symmetric key'] as const,
  ),
  ...range(264, 267).map((id) => [id, 'RS384 is not an algorithm of ours'] as const),
  ...range(268, 271).map((id) => [id, 'RS512 is not an algorithm of ours'] as const),
  ...range(320, 323).map((id) => [id, 'PS384 is not an algorithm of ours'] as const),
  ...range(325, 328).map((id) => [id, 'PS512 is not an algorithm of ours'] as const),
  ...[346, 350].map((id) => [id, 'PS384, with a key that names PS256'] as const),
  ...[347, 351].map((id) => [id, 'ES512 with a key that names ES521, which does not exist'] as const),
]);
const refusedKeys: ReadonlyMap<number, string> = new Map(
  [2, 13, 14, 15].map((id) => [id, 'HS*: a published key set holds no symmetric key']),
);

const files: readonly {
  readonly name: Parameters<typeof vectorGroups>[0];
  readonly count: number;
  readonly refused: ReadonlyMap<number, string>;
  readonly keySet: (published: unknown) => unknown;
}[] = [
  {
    name: 'json_web_signature_test.json',
    count: 401,
    refused: refusedSignatures,
    keySet: (key) => ({ keys: [key] }),
  },
  { name: 'json_web_key_test.json', count: 26, refused: refusedKeys, keySet: (set) => set },
];

for (const { name, count, refused, keySet } of files) {
  describe(`row 42: ${name}`, () => {
    const cases = vectorGroups(name).flatMap((group) =>
      group.tests.map((vector) => ({ ...vector, group: group.comment, jwks: keySet(group.public ?? group.private) })),
    );

    test(`all ${count} cases are here`, () => assert.equal(cases.length, count));

    for (const { tcId, comment, group, jws, result, jwks } of cases) {
      const reason = refused.get(tcId);
      const wanted = result === 'valid' && reason === undefined;
      test(`${tcId} ${group} ${comment}: ${result}${reason ? `, refused: ${reason}` : ''}`, () => {
        assert.equal(verifies(jwks, jws), wanted);
      });
    }

    test('the list of refused ones names valid ones only', () => {
      const valid = new Set(cases.filter(({ result }) => result === 'valid').map(({ tcId }) => tcId));
      assert.deepEqual(
        [...refused.keys()].filter((id) => !valid.has(id)),
        [],
      );
    });
  });
}
