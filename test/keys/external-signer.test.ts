import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Algorithm } from '../../src/jwt/index.ts';
import { externalSignerOf } from '../../src/keys/external-signer.ts';
import { type ExternalSigner, openKeyRing, proveExternalSigner } from '../../src/keys/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { testSigner } from '../support/external-signer.ts';

const leadSeconds = 3900;

function ringOptions(algorithm: Algorithm, externalSigner?: ExternalSigner) {
  const store = memoryStore();
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  const sealingKey = new Uint8Array(32).fill(7);
  const common = { ring: 'token-service', leadSeconds, store: store.signingKeys, sealingKey } as const;
  return { ...common, algorithm, clock, random: systemRandom, externalSigner };
}

describe('row 59: keys that never leave their holder', () => {
  for (const algorithm of ['RS256', 'PS256', 'ES256'] as const) {
    test(`${algorithm}: others verify what it signs by the key set, which has nothing private and not its name`, async () => {
      const signer = testSigner(algorithm);
      const ring = await openKeyRing(ringOptions(algorithm, signer));
      const token = await ring.current().sign({ sub: 'me' });
      const keys = ring.published();
      const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: keys as unknown as JWK[] }));
      assert.deepEqual([payload.sub, keys.length, signer.signed()], ['me', 1, 1]);
      assert.doesNotMatch(JSON.stringify(keys), /"(d|p|q|dp|dq|qi|k)":|vault-key/);
      const again = await ring.current().sign({ sub: 'me' });
      assert.equal(again === token, ring.current().deterministic);
    });
  }

  test('nodes that open it at once have one key, and a new one signs after its lead on all', async () => {
    const signer = testSigner('ES256');
    const options = ringOptions('ES256', signer);
    const rings = await Promise.all(Array.from({ length: 4 }, () => openKeyRing(options)));
    const [first] = rings as [(typeof rings)[0]];
    const kid = first.current().kid;
    signer.make();
    await first.refresh();
    assert.equal(first.list().length, 1, 'what the holder has is not taken before it is asked for');
    await first.rotate();
    for (const ring of rings) await ring.refresh();
    for (const ring of rings) assert.deepEqual([ring.list().length, ring.current().kid], [2, kid]);
    options.clock.advance(leadSeconds + 1);
    for (const ring of rings) assert.notEqual(ring.current().kid, kid);
    assert.equal(new Set(rings.map((ring) => ring.current().kid)).size, 1);
  });

  test('without a next key at its holder the ring does not turn, and says where to make one', async () => {
    const ring = await openKeyRing(ringOptions('ES256', testSigner('ES256')));
    await assert.rejects(ring.rotate(), /keys\.signerModule has no other key for ES256\. Make the next one where/);
    assert.equal(ring.list().length, 1);
  });

  test('row 56: a key removed in an emergency is not taken again, though its holder still has it', async () => {
    const signer = testSigner('ES256');
    const options = ringOptions('ES256', signer);
    const ring = await openKeyRing(options);
    const lost = ring.current().kid;
    await assert.rejects(ring.remove(lost), /has no other key/);
    assert.equal(ring.current().kid, lost, 'a ring is never without a key that signs');
    signer.make();
    assert.equal(await ring.remove(lost), true);
    const other = await openKeyRing(options);
    for (const one of [ring, other]) {
      assert.notEqual(one.current().kid, lost);
      assert.deepEqual(
        one.list().map(({ kid }) => kid),
        [one.current().kid],
      );
    }
  });

  test('a ring that made its keys turns to a holder’s, and both verify meanwhile', async () => {
    const options = ringOptions('ES256');
    const made = await openKeyRing(options);
    const before = await made.current().sign({ sub: 'before' });
    const ring = await openKeyRing({ ...options, externalSigner: testSigner('ES256') });
    await ring.rotate();
    options.clock.advance(leadSeconds + 1);
    const after = await ring.current().sign({ sub: 'after' });
    const set = createLocalJWKSet({ keys: ring.published() as unknown as JWK[] });
    for (const token of [before, after]) await jwtVerify(token, set);
    await assert.rejects(openKeyRing(options), /is an external signer’s: name keys\.signerModule/);
  });
});

test('row 59: whether it signs is asked with a signature only after one that failed', async () => {
  const holder = testSigner('ES256');
  const { publicKey } = (await holder.keys())[0] ?? assert.fail();
  let answer: 'well' | 'fails' | 'wrong' = 'well';
  let asked = 0;
  const signer: ExternalSigner = {
    keys: holder.keys,
    sign: async (name, bytes, signal) => {
      asked += 1;
      if (answer === 'fails') throw new Error('the vault is sealed');
      return answer === 'well' ? holder.sign(name, bytes, signal) : new Uint8Array(64);
    },
  };
  const key = { name: holder.names[0] ?? '', publicKey };
  const { sign, check } = externalSignerOf({ kid: 'one', algorithm: 'ES256', key, signer });
  await check?.();
  for (const state of ['fails', 'wrong'] as const) {
    answer = state;
    await check?.();
    await assert.rejects(sign({}));
    for (let look = 0; look < 3; look += 1) await assert.rejects(async () => check?.());
    answer = 'well';
    for (let look = 0; look < 3; look += 1) await check?.();
  }
  // Of each state: the token's, three looks that fail, and one that does not.
  assert.equal(asked, 10);
});

describe('a holder that does not keep to it', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const honest: ExternalSigner = {
    keys: async () => [{ name: 'one', publicKey: jwk }],
    sign: async (_, bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  const youngest = { name: 'two', publicKey: other.publicKey.export({ format: 'jwk' }) };
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  const listing = (publicKeyOf: JsonWebKey, name = 'one') => ({
    ...honest,
    keys: async () => [{ name, publicKey: publicKeyOf }],
  });
  const cases: readonly (readonly [name: string, signer: ExternalSigner, message: RegExp, algorithm?: Algorithm])[] = [
    ['no key', { ...honest, keys: async () => [] }, /it lists no key/],
    ['no name', listing(jwk, ''), /the key "" has no name/],
    ['its private half shown', listing(privateKey.export({ format: 'jwk' })), /"one" shows its private half/],
    ['a key of another kind', listing(short), /"one" is no public key for ES256/],
    ['a short key', listing(short), /"one" is of 1024 bits; 2048 are the least/, 'RS256'],
    ['no key at all', listing({ kty: 'EC' }), /"one" is no public key for ES256/],
    ['DER for r and s', { ...honest, sign: async (_, bytes) => sign('sha256', bytes, privateKey) }, /gave no ES256/],
    ['another key', { ...honest, sign: async (_, bytes) => sign('sha256', bytes, other.privateKey) }, /gave no ES256/],
    [
      'another key than its youngest',
      { ...honest, keys: async () => [...(await honest.keys()), youngest] },
      /gave no ES256/,
    ],
    ['nothing', { ...honest, sign: async () => undefined as never }, /gave no ES256/],
    ['a failure', { ...honest, sign: () => Promise.reject(new Error('vault is sealed')) }, /vault is sealed/],
    ['no answer', { ...honest, sign: () => new Promise(() => {}) }, /did not answer in time/],
    ['no answer to what it has', { ...honest, keys: () => new Promise(() => {}) }, /did not answer in time/],
  ];
  test('the honest one is taken', () => proveExternalSigner(honest, 'ES256'));
  test('its signal ends when nobody waits any more, and not for what was answered', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const signals: AbortSignal[] = [];
    const heard = (answer: ExternalSigner['sign']): ExternalSigner => ({
      ...honest,
      sign: (name, bytes, signal) => {
        signals.push(signal);
        return answer(name, bytes, signal);
      },
    });
    await proveExternalSigner(heard(honest.sign), 'ES256');
    const late = assert.rejects(
      proveExternalSigner(
        heard(() => new Promise(() => {})),
        'ES256',
      ),
      /in time/,
    );
    while (signals.length < 2) await setImmediate();
    t.mock.timers.tick(3000);
    await late;
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, true],
    );
  });
  for (const [name, signer, message, algorithm = 'ES256'] of cases) {
    test(`${name}: refused before the start`, async () => {
      const refused = { name: 'PartnerAuthError', code: 'configuration', message };
      await assert.rejects(proveExternalSigner(signer, algorithm), refused);
    });
  }
});

test('a signer that never answers is told of, even when nothing else keeps the process alive', () => {
  const keys = import.meta.resolve('../../src/keys/index.ts');
  const program = `
    import { proveExternalSigner } from ${JSON.stringify(keys)};
    const silent = () => new Promise(() => {});
    await proveExternalSigner({ keys: silent, sign: silent }, 'ES256').catch(({ message }) => console.log(message));`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const told = 'keys.signerModule cannot be used: the external signer did not answer in time.\n';
  assert.deepEqual([status, stdout], [0, told]);
});
