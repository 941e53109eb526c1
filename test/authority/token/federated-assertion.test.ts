import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { describe, test } from 'node:test';
import type { KeysOf } from '../../../src/authority/index.ts';
import { type KeySource, KeysUnavailable, keySetOf, localKeys } from '../../../src/jwt/index.ts';
import { tokenParts } from '../../support/answer.ts';
import { type AssertionChanges, assertionType, signedJwt } from '../../support/client-assertion.ts';
import { newKey, signBytes } from '../../support/issuer.ts';
import { origin, start, testAuthority } from '../fixture.ts';
import { sent, tenant, v1, v2 } from './assertion-fixture.ts';

const app = '20000000-0000-0000-0000-00000000000c';
const confidential = '00001111-aaaa-2222-bbbb-3333cccc4444';
const idp = 'https://idp.example/of/Contoso';
const down = 'https://down.example';
const tied = `https://tied.example/${tenant}/`;
const local = 'http://localhost:5556/dex';
const itself = `${origin}/${tenant}/v2.0`;
const audience = 'api://AzureADTokenExchange';
const subject = 'repo:contoso/orders:ref:refs/heads/main';
const seconds = Math.floor(start.getTime() / 1000);

const key = newKey('RS256');
const ellipticKey = newKey('ES256');
const jwkOf = (privateKey: typeof key, kid: string, more = {}) => ({
  ...createPublicKey(privateKey).export({ format: 'jwk' }),
  kid,
  ...more,
});
const keysIn = (...keys: object[]) => localKeys(keySetOf({ keys }, ['RS256', 'ES256']) ?? { keys: [], refused: [] });

/** The identity provider's, one that is down, and this authority's own. */
const asked: string[] = [];
const sources: Readonly<Record<string, { keys: KeySource; isEntra: boolean }>> = {
  [idp]: { keys: keysIn(jwkOf(key, 'k1'), jwkOf(ellipticKey, 'k2')), isEntra: false },
  [tied]: { keys: keysIn(jwkOf(key, 'k1', { issuer: 'https://tied.example/{tenantid}/' })), isEntra: false },
  [local]: { keys: keysIn(jwkOf(key, 'k1')), isEntra: false },
  [down]: { keys: { find: () => Promise.reject(new KeysUnavailable('down')) }, isEntra: false },
};
const keysOf: KeysOf = (issuer) => {
  asked.push(issuer);
  if (issuer !== itself) return sources[issuer];
  return { keys: keysIn(...authority.context.keys.published()), isEntra: true };
};

const credential = (name: string, issuer: string, more: object = {}) => ({ name, issuer, subject, ...more });
/** The service principal of the sample application stands for a managed identity. */
const principal = (await (await testAuthority()).context.directory.servicePrincipal(tenant, confidential))?.id ?? '';
const seed = JSON.stringify({
  applications: [
    {
      appId: app,
      displayName: 'Federated',
      appOwnerOrganizationId: tenant,
      allowsPasswordGrant: true,
      publicClient: { redirectUris: ['http://localhost'] },
      federatedIdentityCredentials: [
        credential('main', idp),
        credential('own audience', idp, { subject: 'other', audiences: ['api://contoso'] }),
        credential('tied', tied),
        credential('local', local),
        credential('down', down),
        credential('nobody', 'https://nobody.example'),
        credential('managed identity', itself, { subject: principal }),
      ],
    },
  ],
});
const authority = await testAuthority(seed, { keysOf });

const token = (changes: AssertionChanges = {}) =>
  signedJwt(
    { typ: 'JWT', kid: 'k1' },
    { iss: idp, sub: subject, aud: audience, exp: seconds + 300, nbf: seconds, iat: seconds },
    { key, ...changes },
  );
const form = (clientAssertion: string) => ({
  grant_type: 'client_credentials',
  client_id: app,
  client_assertion_type: assertionType,
  client_assertion: clientAssertion,
  scope: 'https://graph.microsoft.com/.default',
  resource: 'https://graph.microsoft.com',
});

const accepted: readonly (readonly [name: string, changes: AssertionChanges])[] = [
  ['as GitHub writes it', {}],
  ['the audience as a list of one, as Kubernetes writes it', { claims: { aud: [audience] } }],
  ['another credential’s audience and subject', { claims: { aud: 'api://contoso', sub: 'other' } }],
  ['of an issuer on this machine', { claims: { iss: local } }],
  ['good for a day', { claims: { exp: seconds + 86_400 } }],
  ['a key that is tied to this issuer', { claims: { iss: tied, tid: tenant } }],
];
for (const mode of ['entra', 'strict'] as const) {
  describe(`${mode} mode takes an identity provider’s token, again and again`, () => {
    for (const [name, changes] of accepted) {
      test(name, async () => {
        const inMode = await testAuthority(seed, { keysOf, mode });
        for (const path of [v2, v1, v2]) {
          const { status, body } = await sent(inMode, form(token(changes)), path);
          assert.deepEqual([status, body.error_description], [200, undefined]);
          const { appid, appidacr } = tokenParts(body.access_token).claims;
          assert.deepEqual([appid, appidacr], [app, '2']);
        }
      });
    }
  });
}

type Refusal = readonly [name: string, code: number, assertion: () => string];
const changed = (name: string, code: number, changes: AssertionChanges): Refusal => [name, code, () => token(changes)];
const claimed = (name: string, code: number, claims: Readonly<Record<string, unknown>>): Refusal =>
  changed(name, code, { claims });
const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

const refusals: readonly Refusal[] = [
  claimed('an issuer nobody named', 700211, { iss: 'https://foreign.example' }),
  claimed('the issuer with a slash more', 700211, { iss: `${idp}/` }),
  claimed('the issuer in another letter case', 700211, { iss: idp.toLowerCase() }),
  claimed('another audience', 700212, { aud: 'api://foreign' }),
  claimed('the audience in another letter case', 700212, { aud: audience.toLowerCase() }),
  claimed('two audiences', 700212, { aud: [audience, 'https://vault.example'] }),
  claimed('no audience', 700212, { aud: undefined }),
  claimed('nested lists for an audience', 700212, { aud: [[audience]] }),
  claimed('a resource’s id where the issuer is not Entra', 700212, {
    aud: 'fb60f99c-7a34-4190-8149-302f77469936',
    tid: tenant,
  }),
  claimed('another subject', 700213, { sub: 'repo:contoso/orders:pull_request' }),
  claimed('the subject of another credential', 700213, { sub: 'other' }),
  claimed('no subject', 700213, { sub: undefined }),
  claimed('a subject that is a list', 700213, { sub: [subject] }),
  claimed('the subject in another letter case', 7002137, { sub: subject.toUpperCase() }),
  claimed('no exp', 50027, { exp: undefined }),
  claimed('expired', 700024, { exp: seconds - 300 }),
  claimed('not valid yet', 700024, { nbf: seconds + 301 }),
  changed('an unknown kid', 7000272, { header: { kid: 'k9' } }),
  changed('no kid where there are several keys', 7000272, { header: { kid: undefined } }),
  changed('a kid that is a list', 50027, { header: { kid: ['k1'] } }),
  changed('another key', 700027, { key: newKey('RS256') }),
  changed('PS256', 700027, { algorithm: 'PS256' }),
  changed('ES256', 700027, { algorithm: 'ES256', key: ellipticKey, header: { kid: 'k2' } }),
  changed('alg none', 700027, { header: { alg: 'none' } }),
  changed('HS256 with the public key', 700027, {
    header: { alg: 'HS256' },
    sign: (input) => createHmac('sha256', publicPem).update(input).digest(),
  }),
  changed('an embedded jwk', 700027, {
    header: { jwk: jwkOf(ellipticKey, 'k1') },
    sign: (input) => signBytes('ES256', ellipticKey, input),
  }),
  changed('crit', 700027, { header: { crit: ['exp'] } }),
  claimed('a key tied to another tenant’s issuer', 7000272, { iss: tied, tid: 'ccccdddd-2222-eeee-3333-ffff4444aaaa' }),
  claimed('a key tied to an issuer, and no tenant', 7000272, { iss: tied }),
  ['a certificate assertion where there is no certificate', 50027, () => token({ claims: { iss: app, sub: app } })],
];
for (const [name, code, assertion] of refusals) {
  test(`${name}: 401, AADSTS${code}`, async () => {
    const { status, error, code: given } = await sent(authority, form(assertion()));
    assert.deepEqual([status, error, given], [401, 'invalid_client', code]);
    assert.deepEqual(authority.warnings, []);
  });
}

for (const issuer of [down, 'https://nobody.example']) {
  test(`an issuer whose keys cannot be had: ${issuer}`, async () => {
    const { status, error, code, body } = await sent(authority, form(token({ claims: { iss: issuer } })));
    assert.deepEqual([status, error, code], [400, 'invalid_request', 50166]);
    assert.ok(
      String(body.error_description).startsWith('AADSTS50166: Request to External OIDC endpoint failed. Trace'),
    );
    assert.deepEqual(authority.warnings, []);
  });
}

test('keys are asked for only where a credential names the issuer', async () => {
  asked.length = 0;
  await sent(authority, form(token({ claims: { iss: 'https://foreign.example' } })));
  await sent(authority, { ...form(token()), client_id: confidential });
  assert.deepEqual(asked, []);
});

test('an application with a federated credential alone is confidential', async () => {
  const { client_assertion: _, ...without } = form(token());
  const password = { grant_type: 'password', username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };
  assert.equal((await sent(authority, { ...without, ...password })).code, 7000218);
});

describe('the authority itself as the identity provider', () => {
  const tokenOf = async (parameters: Readonly<Record<string, string>>): Promise<string> => {
    const { body } = await sent(authority, { scope: `${audience}/.default`, ...parameters });
    assert.equal(typeof body.access_token, 'string', String(body.error_description));
    return String(body.access_token);
  };
  const secret = { client_id: confidential, client_secret: 'TestClientAppSecret23456' };

  test('an application’s own token vouches for another application, as a managed identity’s does', async () => {
    const own = await tokenOf({ grant_type: 'client_credentials', ...secret });
    const { aud, iss, sub } = tokenParts(own).claims;
    assert.deepEqual([aud, iss, sub], ['fb60f99c-7a34-4190-8149-302f77469936', itself, principal]);
    const { status, body } = await sent(authority, form(own));
    assert.deepEqual([status, body.error_description], [200, undefined]);
    assert.equal(tokenParts(body.access_token).claims.appid, app);
  });

  test('a token for another resource does not', async () => {
    const own = await authority.context.keys.current().sign({
      iss: itself,
      sub: principal,
      oid: principal,
      tid: tenant,
      aud: '00000003-0000-0000-c000-000000000000',
      exp: seconds + 300,
    });
    assert.equal((await sent(authority, form(own))).code, 700212);
  });

  const ofUsers: readonly (readonly [name: string, claims: object])[] = [
    ['delegated permissions', { scp: 'user_impersonation' }],
    ['idtyp user', { idtyp: 'user' }],
    ['an idtyp that is a list', { idtyp: ['app'] }],
    ['another oid than its sub', { oid: 'someone' }],
    ['no oid', { oid: undefined }],
  ];
  for (const [name, claims] of ofUsers) {
    test(`a token with ${name} is AADSTS700229`, async () => {
      const whole = { iss: itself, sub: principal, oid: principal, tid: tenant, aud: audience, exp: seconds + 300 };
      const own = await authority.context.keys.current().sign({ ...whole, ...claims });
      const { status, error, code } = await sent(authority, form(own));
      assert.deepEqual([status, error, code], [401, 'invalid_client', 700229]);
    });
  }
});
