import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { KeysUnavailable } from '../../src/jwt/index.ts';
import { discoveredKeys } from '../../src/verify/discovered-keys.ts';
import { newKey } from '../support/issuer.ts';

const issuer = 'https://idp.example/of/contoso';
const discovery = `${issuer}/.well-known/openid-configuration`;
const jwksUri = 'https://keys.example/jwks';
const jwk = { ...createPublicKey(newKey('RS256')).export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
/** What a cluster publishes: no endpoints, since nobody signs in there. */
const document = { issuer, jwks_uri: jwksUri };

type Answers = Readonly<Record<string, () => Response | Promise<Response>>>;
const json = (body: unknown, init?: ResponseInit) => () => Response.json(body, init);
const both: Answers = { [discovery]: json(document), [jwksUri]: json({ keys: [jwk] }) };

function keysWith(answers: Answers, of: string = issuer) {
  const asked: string[] = [];
  const warnings: string[] = [];
  const clock = settableClock(new Date('2026-11-21T08:59:27Z'));
  const current = { answers };
  const keys = discoveredKeys({
    issuer: of,
    algorithms: ['RS256'],
    clock,
    fetch: async (input, init) => {
      asked.push(String(input));
      assert.equal(init?.redirect, 'error');
      assert.ok(init?.signal);
      const answer = current.answers[String(input)];
      if (!answer) throw new TypeError('fetch failed');
      return answer();
    },
    warn: (_, { reason }) => void warnings.push(String(reason)),
  });
  return { keys, asked, warnings, clock, current };
}

test('nothing is fetched before the first key is wanted; then discovery and keys, once', async () => {
  const { keys, asked } = keysWith(both);
  assert.deepEqual(asked, []);
  const found = await Promise.all([keys.find('k1'), keys.find('k1'), keys.find(undefined)]);
  assert.deepEqual(
    found.map((key) => key?.kid),
    ['k1', 'k1', 'k1'],
  );
  assert.deepEqual(asked, [discovery, jwksUri]);
  assert.equal(await keys.find('k2'), undefined);
  assert.deepEqual(asked, [discovery, jwksUri]);
});

test('a slash at the issuer’s end is not doubled', async () => {
  const slashed = `${issuer}/`;
  const { keys } = keysWith({ ...both, [discovery]: json({ ...document, issuer: slashed }) }, slashed);
  assert.equal((await keys.find('k1'))?.kid, 'k1');
});

test('an issuer on this machine may speak plain HTTP, and its keys lie with it', async () => {
  const local = 'http://localhost:5556/dex';
  const answers = {
    [`${local}/.well-known/openid-configuration`]: json({ issuer: local, jwks_uri: `${local}/keys` }),
    [`${local}/keys`]: json({ keys: [jwk] }),
  };
  assert.equal((await keysWith(answers, local).keys.find('k1'))?.kid, 'k1');
});

const large = 'x'.repeat(1_048_577);
const failures: readonly (readonly [name: string, answers: Answers, reason: string])[] = [
  ['nobody answers', {}, 'fetch failed'],
  ['an error', { [discovery]: json({}, { status: 500 }) }, 'it answered with 500'],
  ['no JSON', { [discovery]: () => new Response('<html>') }, 'is not a JSON object'],
  ['no jwks_uri', { [discovery]: json({ issuer }) }, 'holds no jwks_uri'],
  ['another issuer', { [discovery]: json({ ...document, issuer: `${issuer}/` }) }, 'it names another issuer'],
  ['a jwks_uri that is none', { [discovery]: json({ ...document, jwks_uri: '/keys' }) }, 'Invalid URL'],
  ...['http://keys.example/jwks', 'http://idp.example/jwks', 'file:///etc/passwd', 'data:application/json,{}'].map(
    (address) =>
      [`keys at ${address}`, { [discovery]: json({ ...document, jwks_uri: address }) }, 'not behind https'] as const,
  ),
  ['more than a megabyte', { [discovery]: () => new Response(large) }, 'larger than'],
];
for (const [name, answers, reason] of failures) {
  test(`${name}: the keys are unavailable, and the log says why`, async () => {
    const { keys, asked, warnings } = keysWith({ ...answers });
    await assert.rejects(async () => keys.find('k1'), KeysUnavailable);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(reason), warnings[0]);
    assert.deepEqual(asked, [discovery]);
  });
}

test('an issuer that failed is left alone for ten seconds, then asked again', async () => {
  const { keys, asked, clock, current } = keysWith({});
  for (let count = 0; count < 3; count++) await assert.rejects(async () => keys.find('k1'), KeysUnavailable);
  assert.deepEqual(asked, [discovery]);
  current.answers = both;
  clock.advance(9.999);
  await assert.rejects(async () => keys.find('k1'), KeysUnavailable);
  clock.advance(0.001);
  assert.equal((await keys.find('k1'))?.kid, 'k1');
});

test('a new key is found after ten seconds', async () => {
  const { keys, clock, current } = keysWith(both);
  await keys.find('k1');
  current.answers = { ...both, [jwksUri]: json({ keys: [jwk, { ...jwk, kid: 'k2' }] }) };
  assert.equal(await keys.find('k2'), undefined);
  clock.advance(10);
  assert.equal((await keys.find('k2'))?.kid, 'k2');
});
