import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { test } from 'node:test';
import { parseCompactJws } from '../../src/jwt/compact.ts';
import { generatePrivateKey, publicJwkOf, signerOf } from '../../src/jwt/index.ts';

const privateKey = await generatePrivateKey('RS256');
const key = { kid: 'k', algorithm: 'RS256', privateKey } as const;

test('one core and several sign the same token, and it verifies', async () => {
  const [alone, pooled] = await Promise.all([1, 2].map((cores) => signerOf(key, cores).sign({ sub: 'a' })));
  assert.equal(alone, pooled);
  const jws = parseCompactJws(alone ?? '');
  assert.ok(jws);
  const publicKey = { key: publicJwkOf(privateKey), format: 'jwk' } as const;
  assert.equal(verify('sha256', jws.signingInput, publicKey, jws.signature), true);
});

test('with one core the signatures of a turn are made together, at its end', async () => {
  const signer = signerOf(key, 1);
  const finished: string[] = [];
  const first = signer.sign({ sub: 'a' }).then(() => finished.push('first'));
  await Promise.resolve();
  const second = signer.sign({ sub: 'b' }).then(() => finished.push('second'));
  setImmediate(() => finished.push('next turn'));
  await Promise.resolve();
  assert.deepEqual(finished, []);
  await Promise.all([first, second]);
  assert.deepEqual(finished, ['first', 'second']);
});
