import assert from 'node:assert/strict';
import { constants, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import type { Algorithm } from '../../src/jwt/index.ts';
import { operationsHandler } from '../../src/token-service/index.ts';
import { tokenParts } from '../support/answer.ts';
import { httpRequest } from '../support/exchange-request.ts';
import { applicationId, subjectId, tenantId, testIssuer } from '../support/issuer.ts';
import { serviceIssuer, testService, testStart } from '../support/token-service.ts';

const now = () => testStart;
const issuer = testIssuer({ now });
const v1 = testIssuer({ now, version: '1.0' });
const seconds = testStart.getTime() / 1000;
const audience = 'https://api.partnercenter.microsoft.com';
const service = await testService({ issuers: [issuer, v1] });
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The key set as it is published over HTTP. */
async function publishedKeys(of = service): Promise<{ keys: JsonWebKey[] }> {
  const { handler } = operationsHandler({
    keys: of.keys,
    keysMaximumAgeSeconds: 300,
    ready: async () => {},
    metrics: async () => '',
    version: '0',
  });
  const { body } = await handler(httpRequest({ method: 'GET', path: '/.well-known/jwks.json' }));
  return JSON.parse(body);
}

describe('row 60: the issued token says what the contract lists and nothing else', () => {
  const common = { iss: serviceIssuer, aud: audience, tid: tenantId, appid: applicationId, iat: seconds, nbf: seconds };
  const cases = {
    'v2 app-only': [issuer.bearer(), { ...common, oid: subjectId, sub: subjectId }],
    'v1 app-only': [v1.bearer(), { ...common, oid: subjectId, sub: subjectId }],
    'app-only with roles': [
      issuer.bearer({ claims: { roles: ['Reader', 'Writer'] } }),
      { ...common, oid: subjectId, sub: subjectId, roles: ['Reader', 'Writer'] },
    ],
    'app-only without oid and sub': [
      issuer.bearer({ claims: { oid: undefined, sub: undefined } }),
      { ...common, sub: applicationId },
    ],
    'app+user': [
      v1.bearer({ kind: 'user', claims: { amr: ['pwd', 'mfa', 'rsa'] } }),
      {
        ...common,
        oid: '33334444-dddd-5555-eeee-6666ffff7777',
        sub: 'pairwise-subject-of-a-user',
        scp: 'user_impersonation',
        amr: ['pwd', 'mfa', 'rsa'],
      },
    ],
    'everything a bearer could bring along': [
      issuer.bearer({
        claims: {
          jti: 'mine',
          uti: 'mine',
          cnf: { jkt: 'x' },
          act: { sub: 'admin' },
          wids: ['62e90394-69f5-4237-9190-012177145e10'],
          groups: ['admins'],
          acr: '1',
          name: 'A',
          upn: 'a@contoso.com',
          appid: 'another',
          client_id: 'another',
          scope: 'all',
          azpacr: '1',
          toString: 'x',
          constructor: { prototype: { roles: ['x'] } },
        },
      }),
      { ...common, oid: subjectId, sub: subjectId },
    ],
    '__proto__ with roles': [
      issuer.bearer({
        payload: Buffer.from(issuer.bearer().split('.')[1] ?? '', 'base64url')
          .toString()
          .replace(/}$/, ',"__proto__":{"roles":["x"],"scp":"x","amr":["mfa"]}}'),
      }),
      { ...common, oid: subjectId, sub: subjectId },
    ],
  } as const;
  for (const [name, [bearer, expected]] of Object.entries(cases)) {
    for (const api of ['v3', 'legacy'] as const) {
      test(`${name}, ${api}`, async () => {
        const { fields } = await service.exchange({ api, bearer });
        const { header, claims } = tokenParts(fields.access_token);
        const { jti, exp, ...rest } = claims;
        assert.deepEqual(header, { alg: 'RS256', typ: 'JWT', kid: service.keys.current().kid });
        assert.deepEqual(rest, expected);
        assert.equal(exp, seconds + 3600);
        assert.match(String(jti), guid);
      });
    }
  }

  test('jti is unique', async () => {
    const answers = await Promise.all(
      Array.from({ length: 2000 }, () => service.exchange({ bearer: issuer.bearer() })),
    );
    assert.equal(new Set(answers.map(({ fields }) => tokenParts(fields.access_token).claims.jti)).size, 2000);
  });

  test('a bearer taken within the skew after its end gives a token with no life, not one that outlives it', async () => {
    const exp = seconds - 100;
    const { status, fields } = await service.exchange({ bearer: issuer.bearer({ claims: { exp } }) });
    const { claims } = tokenParts(fields.access_token);
    assert.deepEqual([status, fields.expires_in, claims.exp, claims.iat, claims.nbf], [200, 0, exp, exp, exp]);
  });

  test('a fresh object is clean after all of it', () => {
    const fresh: Record<string, unknown> = {};
    assert.deepEqual([fresh.roles, fresh.scp, fresh.amr], [undefined, undefined, undefined]);
  });
});

describe('row 60: the issued token verifies in other implementations', () => {
  const options = { issuer: serviceIssuer, audience };
  const parameters = {
    RS256: {},
    PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    ES256: { dsaEncoding: 'ieee-p1363' },
  } as const;
  for (const algorithm of ['RS256', 'PS256', 'ES256'] as const satisfies readonly Algorithm[]) {
    test(`${algorithm}: jose, jsonwebtoken, node:crypto`, async () => {
      const other = await testService({ issuers: [issuer], algorithm });
      const { fields } = await other.exchange();
      const token = String(fields.access_token);
      const keySet = await publishedKeys(other);
      const { header, claims } = tokenParts(token);

      const byJose = await jwtVerify(token, createLocalJWKSet(keySet as Parameters<typeof createLocalJWKSet>[0]), {
        ...options,
        algorithms: [algorithm],
        currentDate: testStart,
        requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'jti'],
      });
      assert.deepEqual(byJose.payload, claims);

      const jwk = keySet.keys.find((key) => key.kid === header.kid) ?? assert.fail('the key is not published');
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const byJsonwebtoken = jsonwebtoken.verify(token, key, {
        issuer: serviceIssuer,
        audience,
        algorithms: [algorithm],
        clockTimestamp: seconds,
      });
      assert.deepEqual(byJsonwebtoken, claims);

      const [head, payload, signature = ''] = token.split('.');
      const input = Buffer.from(`${head}.${payload}`);
      const bytes = Buffer.from(signature, 'base64url');
      assert.equal(verify('sha256', input, { key, ...parameters[algorithm] }, bytes), true);
      assert.equal(
        verify('sha256', Buffer.from(`${head}.${payload}x`), { key, ...parameters[algorithm] }, bytes),
        false,
      );
    });
  }
});

describe('row 59: the published key set', () => {
  for (const algorithm of ['RS256', 'ES256'] as const) {
    test(`${algorithm}: public members only`, async () => {
      const other = await testService({ issuers: [issuer], algorithm });
      const { keys } = await publishedKeys(other);
      const members = algorithm === 'RS256' ? ['e', 'n'] : ['crv', 'x', 'y'];
      assert.deepEqual(
        keys.map((key) => Object.keys(key).sort()),
        [[...members, 'alg', 'kid', 'kty', 'use'].sort()],
      );
      assert.deepEqual(
        keys.map(({ alg, use, kid }) => ({ alg, use, kid })),
        [{ alg: algorithm, use: 'sig', kid: other.keys.current().kid }],
      );
    });
  }
});
