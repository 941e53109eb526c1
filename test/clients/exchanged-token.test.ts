import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { trustingFetch } from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { runChild } from '../support/child.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { clientId, clientSecret, partnerCenter, tenant } from './run-client.ts';

/** What the token service issues holds up to readers that share nothing with it. */
let sandbox: ServedSandbox;
let trusting: typeof fetch;
const issued: Record<string, string> = {};
const folder = scratchFolder();
const paths = { v3: '/v3/generatetoken', legacy: '/generatetoken' };

before(async () => {
  sandbox = await serveSandbox(folder);
  trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
  const entra = await posted(`/${tenant}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${partnerCenter}/.default`,
  });
  for (const [api, path] of Object.entries(paths)) {
    const headers = { authorization: `Bearer ${entra.access_token}`, accept: 'application/json' };
    issued[api] = String((await posted(path, { grant_type: 'jwt_token' }, headers)).access_token);
  }
});

after(() => sandbox.stop());

async function posted(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await trusting(sandbox.url + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

async function publishedKey(token: string): Promise<JsonWebKey> {
  const { keys } = (await (await trusting(`${sandbox.url}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] };
  const key = keys.find(({ kid }) => kid === tokenParts(token).header.kid);
  assert.ok(key);
  return key;
}

const pem = async (token: string): Promise<string> =>
  createPublicKey({ key: await publishedKey(token), format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();

for (const api of Object.keys(paths)) {
  describe(`a token of the ${api} API`, () => {
    test('verifies with jose against the published keys', async () => {
      const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', sandbox.url), { [customFetch]: trusting });
      const rule = { issuer: sandbox.url, audience: partnerCenter, algorithms: ['RS256'] };
      const { payload } = await jwtVerify(issued[api] ?? '', keys, rule);
      assert.deepEqual([payload.tid, payload.appid], [tenant, clientId]);
    });

    test('verifies with jsonwebtoken', async () => {
      const token = issued[api] ?? '';
      const rule = { issuer: sandbox.url, audience: partnerCenter, algorithms: ['RS256' as const] };
      const key = await pem(token);
      const claims = jsonwebtoken.verify(token, key, rule);
      assert.equal(typeof claims === 'object' && claims.tid, tenant);
      const [header, payload, signature = ''] = token.split('.');
      const changed = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      assert.throws(() => jsonwebtoken.verify(changed, key, rule));
    });

    for (const [program, probe] of Object.entries({ openssl: ['version'], python3: ['-c', 'import cryptography'] })) {
      const skip = spawnSync(program, probe).status !== 0 && `${program} is not here`;
      test(`verifies with ${program}`, { skip }, async () => {
        const token = issued[api] ?? '';
        const file = (name: string, content: string | Buffer) => {
          const path = join(folder, name);
          writeFileSync(path, content);
          return path;
        };
        const [header, payload, signature = ''] = token.split('.');
        const key = file(`${api}.pem`, await pem(token));
        const input = file(`${api}.input`, `${header}.${payload}`);
        const signed = file(`${api}.signature`, Buffer.from(signature, 'base64url'));
        const args =
          program === 'openssl'
            ? ['dgst', '-sha256', '-verify', key, '-signature', signed, input]
            : ['-c', pythonVerify, key, signed, input];
        const { exitCode, stdout, stderr } = await runChild(program, args);
        assert.deepEqual([exitCode, stdout.trim(), stderr], [0, 'Verified OK', '']);
        writeFileSync(input, `${header}.${payload}x`);
        assert.notEqual((await runChild(program, args)).exitCode, 0);
      });
    }
  });
}

const pythonVerify = `
import sys
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
key, signature, data = (open(name, 'rb').read() for name in sys.argv[1:])
load_pem_public_key(key).verify(signature, data, PKCS1v15(), SHA256())
print('Verified OK')
`;
