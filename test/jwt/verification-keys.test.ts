import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { type Algorithm, keySetOf, localKeys } from '../../src/jwt/index.ts';
import { type Jwk, newKey, signBytes, testIssuer } from '../support/issuer.ts';
import { testService, testStart } from '../support/token-service.ts';

const now = () => testStart;
const all: readonly Algorithm[] = ['RS256', 'PS256', 'ES256'];
const jwkOf = (key: KeyObject, members: Jwk = {}): Jwk => ({ ...key.export({ format: 'jwk' }), ...members });
const without = (jwk: Jwk, ...names: readonly string[]): Jwk =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)));
const publicMembers = (key: KeyObject, members: Jwk = {}): Jwk =>
  without(jwkOf(key, members), 'd', 'p', 'q', 'dp', 'dq', 'qi');

const healthy = testIssuer({ now, algorithms: all });
const rsa = newKey('RS256');
const ec = newKey('ES256');
const [rocaJwk] = await import('../vectors/json_web_key_test.json', { with: { type: 'json' } }).then(
  ({ default: { testGroups } }) =>
    testGroups.filter(({ comment }) => comment === 'jws_rsa_roca_key').map((group) => group.public?.keys[0] as Jwk),
);

/** A key set in which one key is weak or wrong: it is refused with a reason, the healthy one works. */
interface Case {
  readonly name: string;
  readonly jwks: readonly Jwk[];
  readonly reason: string;
  /** The key a token under it is signed with, where there is one. */
  readonly sign?: (input: string) => Uint8Array;
}

const rsaSign = (key: KeyObject) => (input: string) => signBytes('RS256', key, input);
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const huge = 'A'.repeat(1).padEnd(Math.ceil((9216 / 8) * (4 / 3)), 'x');
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;

const cases: readonly Case[] = [
  {
    name: 'RSA of 1024 bits',
    jwks: [publicMembers(small, { kid: 'bad' })],
    reason: 'its modulus is shorter than 2048 bits',
    sign: rsaSign(small),
  },
  {
    name: 'RSA of 9216 bits',
    jwks: [{ ...publicMembers(rsa, { kid: 'bad' }), n: huge }],
    reason: 'its modulus is longer than 8192 bits',
  },
  {
    name: 'RSA with the exponent 1, under which every padded hash is its own signature',
    jwks: [publicMembers(rsa, { kid: 'bad', e: 'AQ' })],
    reason: 'its exponent is weak',
  },
  {
    name: 'RSA with an even exponent',
    jwks: [publicMembers(rsa, { kid: 'bad', e: 'AQAA' })],
    reason: 'its exponent is weak',
  },
  {
    name: 'RSA with the ROCA fingerprint',
    jwks: [{ ...rocaJwk, kid: 'bad' }],
    reason: 'its modulus has the ROCA fingerprint (CVE-2017-15361)',
  },
  {
    name: 'use: enc',
    jwks: [publicMembers(rsa, { kid: 'bad', use: 'enc' })],
    reason: 'its use is not sig',
    sign: rsaSign(rsa),
  },
  {
    name: 'key_ops without verify',
    jwks: [publicMembers(rsa, { kid: 'bad', key_ops: ['sign'] })],
    reason: 'its key_ops do not hold verify',
    sign: rsaSign(rsa),
  },
  {
    name: 'key_ops as text',
    jwks: [publicMembers(rsa, { kid: 'bad', key_ops: 'verify' })],
    reason: 'its key_ops do not hold verify',
    sign: rsaSign(rsa),
  },
  {
    name: 'published with its private members',
    jwks: [jwkOf(rsa, { kid: 'bad' })],
    reason: 'it is published with private or symmetric members',
    sign: rsaSign(rsa),
  },
  {
    name: 'a symmetric key',
    jwks: [{ kty: 'oct', k: 'AAAA', kid: 'bad' }],
    reason: 'it is published with private or symmetric members',
  },
  {
    name: 'another curve',
    jwks: [publicMembers(p384, { kid: 'bad' })],
    reason: 'its kind fits no configured algorithm',
  },
  { name: 'Ed25519', jwks: [publicMembers(ed25519, { kid: 'bad' })], reason: 'its kind fits no configured algorithm' },
  {
    name: 'an alg that is not configured',
    jwks: [publicMembers(rsa, { kid: 'bad', alg: 'RS512' })],
    reason: 'its alg is not a configured one',
    sign: rsaSign(rsa),
  },
  {
    name: 'an alg of another kind of key',
    jwks: [publicMembers(rsa, { kid: 'bad', alg: 'ES256' })],
    reason: 'its alg is not a configured one',
    sign: rsaSign(rsa),
  },
  {
    name: 'an alg that is no text',
    jwks: [publicMembers(rsa, { kid: 'bad', alg: ['RS256'] })],
    reason: 'its alg is not a configured one',
    sign: rsaSign(rsa),
  },
  {
    name: 'a point off the curve',
    jwks: [{ ...publicMembers(ec, { kid: 'bad' }), y: publicMembers(ec).x }],
    reason: 'it cannot be read',
  },
  { name: 'no members at all', jwks: [{ kid: 'bad' }], reason: 'it cannot be read' },
  {
    name: 'one kid for two keys',
    jwks: [publicMembers(rsa, { kid: 'bad' }), publicMembers(ec, { kid: 'bad' })],
    reason: 'its kid is published more than once',
    sign: rsaSign(rsa),
  },
  {
    name: 'one kid for one key, published twice',
    jwks: [publicMembers(rsa, { kid: 'bad' }), publicMembers(rsa, { kid: 'bad' })],
    reason: 'its kid is published more than once',
    sign: rsaSign(rsa),
  },
];

describe('row 43: a weak or wrong key inside a trusted key set is refused alone', () => {
  for (const { name, jwks, reason, sign } of cases) {
    for (const [place, keys] of [
      ['first', [...jwks, ...healthy.jwks.keys]],
      ['last', [...healthy.jwks.keys, ...jwks]],
    ] as const) {
      test(`${name}, ${place}`, async () => {
        const keySet = keySetOf({ keys }, all) ?? assert.fail('no key set');
        assert.deepEqual(
          keySet.refused,
          jwks.map(() => ({ kid: 'bad', reason })),
        );
        const trusted = { ...healthy.trusted, keys: localKeys(keySet) };
        const service = await testService({ issuers: [{ ...healthy, trusted }] });
        const good = await service.exchange({ bearer: healthy.bearer() });
        const bad = await service.exchange({
          bearer: healthy.bearer({ header: { kid: 'bad' }, ...(sign ? { sign } : {}) }),
        });
        assert.deepEqual([good.status, bad.status, bad.fields.code], [200, 401, '400']);
      });
    }
  }

  test('what is no key at all is passed over', () => {
    const keys = [null, 1, 'key', [], ...healthy.jwks.keys];
    assert.deepEqual(
      keySetOf({ keys }, all)?.keys.map(({ kid }) => kid),
      [healthy.kid],
    );
  });

  for (const document of [undefined, null, [], {}, { keys: {} }, 'keys', healthy.jwks.keys]) {
    test(`${JSON.stringify(document)?.slice(0, 20)} is no key set`, () =>
      assert.equal(keySetOf(document, all), undefined));
  }
});

describe('row 44: the algorithm is the issuer’s and the key’s to choose, not the token’s', () => {
  const rsaCases: readonly (readonly [
    configured: readonly Algorithm[],
    keyAlg: string | undefined,
    token: Algorithm,
    status: number,
  ])[] = [
    [['RS256'], undefined, 'RS256', 200],
    [['RS256'], undefined, 'PS256', 401],
    [['PS256'], undefined, 'PS256', 200],
    [['PS256'], undefined, 'RS256', 401],
    [['RS256', 'PS256'], undefined, 'RS256', 200],
    [['RS256', 'PS256'], undefined, 'PS256', 200],
    [['RS256', 'PS256'], 'RS256', 'RS256', 200],
    [['RS256', 'PS256'], 'RS256', 'PS256', 401],
    [['RS256', 'PS256'], 'PS256', 'PS256', 200],
    [['RS256', 'PS256'], 'PS256', 'RS256', 401],
    [['ES256'], undefined, 'RS256', 401],
  ];
  for (const [configured, alg, token, status] of rsaCases) {
    test(`configured ${configured}, key says ${alg ?? 'nothing'}, token says ${token}: ${status}`, async () => {
      const jwk = publicMembers(rsa, { kid: 'key', ...(alg === undefined ? {} : { alg }) });
      const issuer = testIssuer({
        now,
        algorithm: token,
        privateKey: rsa,
        algorithms: configured,
        keys: () => localKeys(keySetOf({ keys: [jwk] }, configured) ?? assert.fail('no key set')),
      });
      const service = await testService({ issuers: [issuer] });
      const answer = await service.exchange({ bearer: issuer.bearer({ header: { kid: 'key' } }) });
      assert.equal(answer.status, status);
    });
  }

  const names = [
    'RS384',
    'RS512',
    'PS384',
    'ES384',
    'ES512',
    'ES256K',
    'EdDSA',
    'HS256',
    'none',
    'rs256',
    'RS256 ',
    '',
    undefined,
    null,
    256,
    ['RS256'],
    { name: 'RS256' },
  ];
  for (const alg of names) {
    test(`a good RS256 signature under the alg ${JSON.stringify(alg)} is refused`, async () => {
      const service = await testService({ issuers: [healthy] });
      const { status, fields } = await service.exchange({ bearer: healthy.bearer({ header: { alg } }) });
      assert.deepEqual([status, fields.code], [401, '400']);
    });
  }
});
