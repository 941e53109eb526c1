import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { keySetOf, localKeys } from '../../src/jwt/index.ts';
import { readSeed, sandboxData } from '../../src/sandbox/index.ts';
import { federatedKeys } from '../../src/server/federated-keys.ts';
import { newKey } from '../support/issuer.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const idp = 'https://idp.example';
const origins = ['https://localhost:8443', 'https://127.0.0.1:8443'];
const own = `https://localhost:8443/${tenant}/v2.0`;
const seed = JSON.stringify({
  applications: [
    {
      appId: '55555555-5555-5555-5555-555555555555',
      displayName: 'A',
      appOwnerOrganizationId: tenant,
      federatedIdentityCredentials: [
        { name: 'idp', issuer: idp, subject: 's' },
        { name: 'own', issuer: own, subject: 's' },
      ],
    },
  ],
});
const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const stated = async (text: string) => (await sandboxData(cheap, readSeed(text, 'seed.json'))).directory;
let directory = await stated(seed);
const jwk = { ...createPublicKey(newKey('RS256')).export({ format: 'jwk' }), kid: 'k1' };
const ownKeys = localKeys(keySetOf({ keys: [jwk] }, ['RS256']) ?? { keys: [], refused: [] });

const asked: string[] = [];
const keysOf = federatedKeys({
  world: { named: () => directory },
  origins,
  ownKeys,
  fetch: async (input) => {
    asked.push(String(input));
    const jwksUri = `${idp}/keys`;
    return Response.json(String(input) === jwksUri ? { keys: [jwk] } : { issuer: idp, jwks_uri: jwksUri });
  },
  warn: () => {},
});

test('the authority’s own keys are at hand, at each of its origins and in both versions', () => {
  const places = origins.flatMap((origin) => [`${origin}/${tenant}/`, `${origin}/${tenant}/v2.0`]);
  for (const issuer of places) assert.deepEqual(keysOf(issuer), { keys: ownKeys, isEntra: true });
});

test('an issuer that a federated credential names is asked for its keys', async () => {
  const source = keysOf(idp);
  assert.equal(source?.isEntra, false);
  assert.equal((await source?.keys.find('k1'))?.kid, 'k1');
  assert.deepEqual(asked, [`${idp}/.well-known/openid-configuration`, `${idp}/keys`]);
});

const strangers = [
  'https://foreign.example',
  `${idp}/`,
  'https://IDP.example',
  'https://localhost:9443/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0',
  'https://localhost:8443/33333333-3333-3333-3333-333333333333/v2.0',
  'https://localhost:8443',
  'http://169.254.169.254',
  '__proto__',
];
for (const issuer of strangers) {
  test(`nobody asks ${issuer}`, () => {
    assert.equal(keysOf(issuer), undefined);
  });
}

test('another world in the place of this one names its own issuers', async () => {
  const before = directory;
  directory = await stated(seed.replace(idp, 'https://other-idp.example'));
  assert.deepEqual([keysOf(idp), keysOf('https://other-idp.example')?.isEntra], [undefined, false]);
  directory = before;
  assert.equal(keysOf(idp)?.isEntra, false);
});
