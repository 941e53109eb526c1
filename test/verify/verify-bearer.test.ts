import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { keySetOf, localKeys } from '../../src/jwt/index.ts';
import { type BearerChanges, newKey, segment, signBytes, tenantId, testIssuer } from '../support/issuer.ts';
import { serviceIssuer, testService, testStart } from '../support/token-service.ts';

const now = () => testStart;
const seconds = testStart.getTime() / 1000;
const v2 = testIssuer({ now });
const v1 = testIssuer({ now, version: '1.0' });
const service = await testService({ issuers: [v2, v1], settings: { mfaEnforcement: 'report' } });
const realm = 'Bearer realm="https://api.partnercenter.microsoft.com"';

/** Both APIs take the same bearers for the same reasons; a refusal leaves no record and no token. */
async function assertRefused(bearer: string): Promise<void> {
  for (const api of ['v3', 'legacy'] as const) {
    const { status, headers, fields } = await service.exchange({ api, bearer });
    assert.deepEqual([status, fields.code, fields.access_token], [401, '400', undefined]);
    assert.equal(headers['www-authenticate'], `${realm}, error="invalid_token"`);
  }
  assert.equal(await service.store.issuances.purge(new Date('9999-01-01'), 10), 0);
}

async function assertTaken(bearer: string): Promise<void> {
  for (const api of ['v3', 'legacy'] as const) {
    const { status, body } = await service.exchange({ api, bearer });
    assert.equal(status, 200, body);
  }
  assert.equal(await service.store.issuances.purge(new Date('9999-01-01'), 10), 2);
}

const refused = (name: string, bearer: () => string) => test(name, () => assertRefused(bearer()));
const taken = (name: string, bearer: () => string) => test(name, () => assertTaken(bearer()));
/** The same change on a token of either version. */
const refusedChange = (name: string, changes: BearerChanges) => {
  refused(`${name}, v2`, () => v2.bearer(changes));
  refused(`${name}, v1`, () => v1.bearer(changes));
};

describe('bearers that are taken', () => {
  for (const [version, issuer] of Object.entries({ v1, v2 })) {
    for (const kind of ['application', 'user'] as const) taken(`${version}, ${kind}`, () => issuer.bearer({ kind }));
  }
  taken('without kid, from an issuer with one key', () => v2.bearer({ header: { kid: undefined } }));
  for (const typ of [undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt']) {
    taken(`typ ${typ}`, () => v2.bearer({ header: { typ } }));
  }
  taken('without nbf', () => v2.bearer({ claims: { nbf: undefined } }));
  taken('app-only without sub and oid: the application is its own subject', () =>
    v2.bearer({ claims: { sub: undefined, oid: undefined } }),
  );
});

describe('row 37: unsigned tokens', () => {
  const unsigned = (alg: unknown) => v2.bearer({ header: { alg } }).replace(/[^.]*$/, '');
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', undefined, null]) {
    refused(`${JSON.stringify(alg)} with an empty signature`, () => unsigned(alg));
    refused(`${JSON.stringify(alg)} with two segments`, () => unsigned(alg).replace(/\.$/, ''));
    refused(`${JSON.stringify(alg)} with another's signature`, () => v2.bearer({ header: { alg } }));
  }
  refused('RS256 with an empty signature', () => v2.bearer().replace(/[^.]*$/, ''));
  refused('RS256 with two segments', () => v2.bearer().replace(/\.[^.]*$/, ''));
  refused('a signature of zeros', () => v2.bearer({ sign: () => Buffer.alloc(256) }));
  for (const password of ['', ' ', '\0']) {
    refused(`HMAC with the password ${JSON.stringify(password)}`, () =>
      v2.bearer({ header: { alg: 'HS256' }, sign: (input) => createHmac('sha256', password).update(input).digest() }),
    );
  }
});

describe('row 38: the public key as an HMAC secret', () => {
  const publicKey = createPublicKey(v2.privateKey);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const secrets: Readonly<Record<string, string | Buffer>> = {
    PEM: pem,
    'PEM after a blank': ` ${pem}`,
    'PEM after a line break': `\n${pem}`,
    'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'PEM without its last line break': pem.trimEnd(),
    'PKCS #1 PEM': publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    DER: publicKey.export({ type: 'spki', format: 'der' }),
    'JWK text': JSON.stringify(v2.jwks.keys[0]),
    'the modulus': Buffer.from(String(v2.jwks.keys[0]?.n), 'base64url'),
  };
  for (const [name, secret] of Object.entries(secrets)) {
    for (const bits of [256, 384, 512]) {
      refused(`HS${bits} with ${name}`, () =>
        v2.bearer({
          header: { alg: `HS${bits}` },
          sign: (input) => createHmac(`sha${bits}`, secret).update(input).digest(),
        }),
      );
    }
  }
});

describe('row 39: a key brought along in the header', () => {
  let connections = 0;
  const canary = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  canary.on('connection', () => {
    connections += 1;
  });
  const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'attacker', alg: 'RS256', use: 'sig' };
  const der = attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  after(() => canary.close());

  test('jwk, jku, x5u, x5c, x5t, iss: none selects or fetches a key', async () => {
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/keys`;
    const extras = [
      { jwk },
      { jku: url },
      { x5u: url },
      { x5c: [der] },
      { x5t: 'attacker' },
      { 'x5t#S256': 'attacker' },
    ];
    for (const extra of [...extras, Object.assign({}, ...extras)]) {
      for (const kid of [v2.kid, 'attacker', undefined, url]) {
        const sign = (input: string) => signBytes('RS256', attacker.privateKey, input);
        await assertRefused(v2.bearer({ header: { ...extra, kid }, sign }));
      }
    }
    await assertRefused(v2.bearer({ claims: { iss: url }, header: { jku: url } }));
    assert.equal(connections, 0);
  });
});

describe('row 40: abuse of kid', () => {
  const kids = [
    '../../../../etc/passwd',
    '/dev/null',
    "' OR '1'='1",
    'x"; DROP TABLE issuances; --',
    'a\u0000b',
    `${v2.kid}\u0000`,
    `${v2.kid} `,
    v2.kid.toUpperCase(),
    'a'.repeat(10_000),
    '',
    '__proto__',
    'constructor',
    'toString',
    '0',
    0,
    null,
    true,
    [v2.kid],
    { kid: v2.kid },
    v1.kid,
  ];
  for (const kid of kids) {
    refused(JSON.stringify(kid).slice(0, 40), () => v2.bearer({ header: { kid } }));
  }

  test('absent, with several keys: none of them is tried', async () => {
    const other = { ...testIssuer({ now, algorithm: 'ES256' }).jwks.keys[0], kid: 'other' };
    const keys = localKeys(keySetOf({ keys: [...v2.jwks.keys, other] }, ['RS256', 'ES256']) ?? assert.fail());
    const several = await testService({ issuers: [{ ...v2, trusted: { ...v2.trusted, keys } }] });
    const { status } = await several.exchange({ bearer: v2.bearer() });
    const without = await several.exchange({ bearer: v2.bearer({ header: { kid: undefined } }) });
    assert.deepEqual([status, without.status, without.fields.code], [200, 401, '400']);
  });
});

describe('row 41: critical headers and unencoded payloads', () => {
  const headers = [
    { crit: ['x'], x: 1 },
    { crit: ['x'] },
    { crit: ['exp'], exp: 1 },
    { crit: ['x', 'x'], x: 1 },
    { crit: ['alg'] },
    { crit: [] },
    { crit: 'x', x: 1 },
    { crit: null },
    { crit: {} },
    { b64: false },
    { b64: true },
    { b64: false, crit: ['b64'] },
  ];
  for (const header of headers) refused(JSON.stringify(header), () => v2.bearer({ header }));
});

describe('row 45: key, issuer and tenant are one record', () => {
  const otherTenant = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
  refused('issuer A signs for issuer B', () => v2.bearer({ claims: { iss: `https://sts.example.com/${tenantId}/` } }));
  refused('issuer A signs for issuer B, whole', () => v1.bearer({ claims: { iss: v2.bearer.name } }));
  refused('issuer A signs a token of B with B’s kid', () =>
    v2.bearer({ sign: (input) => signBytes('RS256', v1.privateKey, input) }),
  );
  refused('tid is not the tenant in iss', () =>
    v2.bearer({ claims: { iss: `https://login.example.com/${otherTenant}/v2.0` } }),
  );
  for (const tid of [
    undefined,
    null,
    '',
    1,
    [tenantId],
    'common',
    '{tenantid}',
    'contoso.com',
    `${tenantId} `,
    `{${tenantId}}`,
  ]) {
    const iss = `https://login.example.com/${tid ?? tenantId}/v2.0`;
    refused(`tid ${JSON.stringify(tid)}`, () => v2.bearer({ claims: { tid, iss } }));
  }
  const issuers = [
    undefined,
    null,
    1,
    [v2.trusted.issuer.replace('{tenantid}', tenantId)],
    v2.trusted.issuer,
    `https://login.example.com/${tenantId}/v2.0/`,
    `https://login.example.com/${tenantId}`,
    `https://LOGIN.example.com/${tenantId}/v2.0`,
    `https://login.example.com/${tenantId.toUpperCase()}/v2.0`,
    `https://login.example.com//${tenantId}/v2.0`,
    `http://login.example.com/${tenantId}/v2.0`,
    `https://login.example.com.evil.example/${tenantId}/v2.0`,
    ` https://login.example.com/${tenantId}/v2.0`,
    `https://login.example.com/${tenantId}/v2.0?a=b`,
    serviceIssuer,
  ];
  for (const iss of issuers) refused(`iss ${JSON.stringify(iss)}`, () => v2.bearer({ claims: { iss } }));
  refused('a v2 token from the v1 issuer', () =>
    v1.bearer({ claims: { ver: '2.0', azp: '00001111-aaaa-2222-bbbb-3333cccc4444' } }),
  );
  refused('a v1 token from the v2 issuer', () =>
    v2.bearer({ claims: { ver: '1.0', appid: '00001111-aaaa-2222-bbbb-3333cccc4444' } }),
  );

  const tied = (issuer: string | undefined, keyIssuer?: string) => {
    const one = testIssuer({
      now,
      ...(keyIssuer === undefined ? {} : { keyIssuer }),
      keys: ({ keys }) =>
        localKeys(keySetOf({ keys: keys.map((key) => ({ ...key, issuer })) }, ['RS256']) ?? assert.fail('no key set')),
    });
    return testService({ issuers: [one] });
  };
  const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';
  const ties: readonly (readonly [
    name: string,
    issuer: string | undefined,
    keyIssuer: string | undefined,
    status: number,
  ])[] = [
    ['to no issuer', undefined, undefined, 200],
    ['to the issuer’s template', 'https://login.example.com/{tenantid}/v2.0', undefined, 200],
    ['to the tenant’s own issuer', `https://login.example.com/${tenantId}/v2.0`, undefined, 200],
    ['to the consumers’ issuer', `https://login.example.com/${consumers}/v2.0`, undefined, 401],
    ['to another host', 'https://login.example.org/{tenantid}/v2.0', undefined, 401],
    [
      'to the issuer the record names',
      'https://keys.example.com/{tenantid}',
      'https://keys.example.com/{tenantid}',
      200,
    ],
    [
      'to the issuer when the record names another',
      'https://login.example.com/{tenantid}/v2.0',
      'https://keys.example.com/{tenantid}',
      401,
    ],
  ];
  for (const [name, issuer, keyIssuer, status] of ties) {
    test(`a key tied ${name}: ${status}`, async () => {
      const other = await tied(issuer, keyIssuer);
      assert.deepEqual(
        [(await other.exchange()).status, (await other.exchange({ api: 'legacy' })).status],
        [status, status],
      );
    });
  }
});

describe('row 46: wrong audience', () => {
  const good = 'https://api.partnercenter.microsoft.com';
  const audiences = [
    'https://graph.microsoft.com',
    'https://api.partner.microsoft.com',
    `${good}/v1`,
    `${good}//`,
    `${good}.evil.example`,
    good.slice(0, -1),
    good.toUpperCase(),
    `${good} `,
    'http://api.partnercenter.microsoft.com',
    'api.partnercenter.microsoft.com',
    'FA3D9A0C-3FB0-42CC-9193-47C7ECD2EDBD',
    '*',
  ];
  for (const aud of audiences) {
    test(`${JSON.stringify(aud)} is refused by its own code`, async () => {
      for (const api of ['v3', 'legacy'] as const) {
        const { status, fields, headers } = await service.exchange({ api, bearer: v2.bearer({ claims: { aud } }) });
        assert.deepEqual([status, fields.code], [401, '900420']);
        assert.equal(headers['www-authenticate'], `${realm}, error="invalid_token"`);
      }
    });
  }
  for (const aud of [
    undefined,
    null,
    '',
    1,
    {},
    [],
    [good],
    [good, 'https://graph.microsoft.com'],
    ['https://graph.microsoft.com', good],
  ]) {
    refused(`no single text: ${JSON.stringify(aud)}`, () => v2.bearer({ claims: { aud } }));
  }
});

describe('row 47: lifetime', () => {
  const outside: readonly (readonly [name: string, claims: Readonly<Record<string, unknown>>])[] = [
    ['exp absent', { exp: undefined }],
    ['exp null', { exp: null }],
    ['exp text', { exp: String(seconds + 3600) }],
    ['exp negative', { exp: -1 }],
    ['exp zero', { exp: 0 }],
    ['exp a list', { exp: [seconds + 3600] }],
    ['exp in milliseconds', { exp: (seconds + 3600) * 1000 * 1000 }],
    ['exp at the skew', { exp: seconds - 300 }],
    ['exp beyond the skew', { exp: seconds - 301 }],
    ['iat absent', { iat: undefined }],
    ['iat text', { iat: String(seconds) }],
    ['iat beyond the skew', { iat: seconds + 301, nbf: undefined }],
    ['iat far ahead', { iat: seconds + 86_400, nbf: seconds }],
    ['nbf beyond the skew', { nbf: seconds + 301 }],
    ['nbf text', { nbf: String(seconds) }],
    ['nbf null', { nbf: null }],
    ['nbf negative', { nbf: -1 }],
  ];
  for (const [name, claims] of outside) refusedChange(name, { claims });
  refused('exp 1e400', () => v2.bearer({ payload: payloadWith('"exp":1e400') }));
  refused('exp -1e400', () => v2.bearer({ payload: payloadWith('"exp":-1e400') }));

  const inside: readonly (readonly [name: string, claims: Readonly<Record<string, unknown>>])[] = [
    ['exp one second inside the skew', { exp: seconds - 299 }],
    ['exp a thousandth inside the skew', { exp: seconds - 299.999 }],
    ['nbf at the skew', { nbf: seconds + 300 }],
    ['iat at the skew', { iat: seconds + 300 }],
    ['iat long ago', { iat: 1 }],
  ];
  for (const [name, claims] of inside) taken(name, () => v2.bearer({ claims }));

  test('a smaller skew is kept, a larger one is not believed', async () => {
    const status = async (skewSeconds: number, exp: number) =>
      (await (await testService({ issuers: [v2], skewSeconds })).exchange({ bearer: v2.bearer({ claims: { exp } }) }))
        .status;
    assert.deepEqual(
      [
        await status(0, seconds),
        await status(0, seconds + 1),
        await status(3600, seconds - 300),
        await status(3600, seconds - 299),
      ],
      [401, 200, 401, 200],
    );
  });
});

/** The claims of a good v2 bearer as JSON text, with one member replaced or added as it stands. */
function payloadWith(member: string, at: 'replaced' | 'added' = 'replaced'): string {
  const claims = JSON.parse(Buffer.from(v2.bearer().split('.')[1] ?? '', 'base64url').toString());
  const name = JSON.parse(`{${member.slice(0, member.indexOf(':'))}:0}`);
  if (at === 'replaced') for (const key of Object.keys(name)) delete claims[key];
  return `${JSON.stringify(claims).slice(0, -1)},${member}}`;
}

describe('row 48: the wrong kind of token', () => {
  const claims: readonly (readonly [name: string, changes: BearerChanges])[] = [
    ['an ID token with nonce', { claims: { nonce: 'n' } }],
    ['an ID token with at_hash', { claims: { at_hash: 'x' } }],
    ['an ID token with c_hash', { claims: { c_hash: 'x' } }],
    ['a logout token', { claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } } }],
    ['no version', { claims: { ver: undefined } }],
    ['an unknown version', { claims: { ver: '3.0' } }],
    ['a version as a number', { claims: { ver: 2 } }],
    ...['JWE', 'id_token+jwt', 'logout+jwt', 'client-authentication+jwt', 'dpop+jwt', 'refresh', ''].map(
      (typ) => [`typ ${typ}`, { header: { typ } }] as const,
    ),
    ['typ no text', { header: { typ: ['JWT'] } }],
    ['app-only and delegated at once', { kind: 'user', claims: { idtyp: 'app' } }],
    ['scp as a list', { kind: 'user', claims: { scp: ['user_impersonation'], idtyp: undefined } }],
    ['scp null', { kind: 'user', claims: { scp: null, idtyp: undefined } }],
    ['idtyp device', { claims: { idtyp: 'device' } }],
    ['idtyp as a list', { claims: { idtyp: ['user'] } }],
    ['roles as text', { claims: { roles: 'Admin' } }],
    ['roles of numbers', { claims: { roles: [1] } }],
    ['amr as text', { kind: 'user', claims: { amr: 'mfa' } }],
    ['app+user without subject', { kind: 'user', claims: { sub: undefined } }],
  ];
  for (const [name, changes] of claims) refusedChange(name, changes);
  refused('no application, v2', () => v2.bearer({ claims: { azp: undefined } }));
  refused('no application, v1', () => v1.bearer({ claims: { appid: undefined } }));
  refused('v2 with the application in v1’s claim', () => v2.bearer({ claims: { azp: undefined, appid: 'a' } }));
  refused('a client assertion', () =>
    v2.bearer({ claims: { iss: 'client', sub: 'client', aud: 'https://login.example.com/token', ver: undefined } }),
  );
  test('our own output token', async () => {
    const { fields } = await service.exchange();
    await service.store.issuances.purge(new Date('9999-01-01'), 10);
    await assertRefused(String(fields.access_token));
  });
  test('our own output token, even where our issuer were trusted by mistake', async () => {
    const { fields } = await service.exchange();
    const keys = localKeys(keySetOf({ keys: service.keys.published() }, ['RS256']) ?? assert.fail());
    const trusted = { ...v2.trusted, issuer: serviceIssuer, keys };
    const mistaken = await testService({ issuers: [{ ...v2, trusted }] });
    const answer = await mistaken.exchange({ bearer: String(fields.access_token) });
    assert.deepEqual([answer.status, answer.fields.code], [401, '400']);
    await service.store.issuances.purge(new Date('9999-01-01'), 10);
  });
});

describe('row 49: ambiguous JSON in the token', () => {
  for (const member of [
    `"iss":"${v2.trusted.issuer.replace('{tenantid}', tenantId)}"`,
    `"aud":"${'https://api.partnercenter.microsoft.com'}"`,
    `"exp":${seconds + 3900}`,
    `"tid":"${tenantId}"`,
    '"idtyp":"app"',
    '"x":1,"x":1',
    '"x":{"y":1,"y":1}',
    '"\\u0069ss":"x"',
  ]) {
    refused(`a name twice: ${member.slice(0, 20)}`, () => v2.bearer({ payload: payloadWith(member, 'added') }));
  }
  const claims = () => payloadWith('"x":1');
  const header = () => JSON.stringify({ typ: 'JWT', alg: 'RS256', kid: v2.kid });
  refused('alg twice in the header', () => v2.bearer({ headerText: `{"alg":"none",${header().slice(1)}` }));
  refused('kid twice in the header', () => v2.bearer({ headerText: `{"kid":"x",${header().slice(1)}` }));
  for (const [name, change] of [
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['trailing data', (text: string) => `${text}{}`],
    ['a trailing NUL', (text: string) => `${text}\0`],
    ['a comment', (text: string) => `/**/${text}`],
    ['a trailing comma', (text: string) => text.replace(/}$/, ',}')],
    ['single quotes', (text: string) => text.replaceAll('"', "'")],
    ['a list around', (text: string) => `[${text}]`],
    ['UTF-16', (text: string) => Buffer.from(text, 'utf16le')],
    [
      'no UTF-8',
      (text: string) =>
        Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]),
    ],
    ['a depth of 1,000', (text: string) => `${text.slice(0, -1)},"y":${'['.repeat(1000)}${']'.repeat(1000)}}`],
    ['a depth of 33', (text: string) => `${text.slice(0, -1)},"y":${'['.repeat(33)}${']'.repeat(33)}}`],
  ] as const) {
    refused(`${name} in the payload`, () => v2.bearer({ payload: change(claims()) }));
    refused(`${name} in the header`, () => v2.bearer({ headerText: change(header()) }));
  }
  for (const payload of ['null', '1', '"text"', '', '{', '{"a"']) {
    refused(`the payload ${JSON.stringify(payload)}`, () => v2.bearer({ payload }));
  }
  taken('blanks around are no ambiguity', () => v2.bearer({ payload: ` \n${claims()}\t ` }));
  taken('__proto__ as a name is a name', () => v2.bearer({ payload: payloadWith('"__proto__":{"roles":["x"]}') }));
});

describe('row 50: many spellings of one token', () => {
  const es256 = testIssuer({ now, algorithm: 'ES256', issuer: 'https://es.example.com/{tenantid}' });
  const ps256 = testIssuer({ now, algorithm: 'PS256', issuer: 'https://ps.example.com/{tenantid}' });
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const spellings: Readonly<Record<string, (token: string) => string>> = {
    'padding at the end': (token) => `${token}=`,
    'two paddings at the end': (token) => `${token}==`,
    'padding inside': (token) => token.replace('.', '=.'),
    'a blank inside the signature': (token) => `${token.slice(0, -10)} ${token.slice(-10)}`,
    'a line break at the end': (token) => `${token}\n`,
    'a tab before': (token) => `\t${token}`,
    'unused low bits flipped': (token) => token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') ^ 1],
    'the alphabet of base64': (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
    'a percent sign': (token) => token.replace('.', '%2e'),
    'four segments': (token) => `${token}.`,
    'an empty first segment': (token) => `.${token}`,
  };
  for (const [algorithm, issuer] of Object.entries({ RS256: v2, PS256: ps256, ES256: es256 })) {
    for (const [name, spell] of Object.entries(spellings)) {
      test(`${algorithm}: ${name}`, async () => {
        const other = await testService({ issuers: [issuer] });
        // A short signature may hold neither letter in which the two alphabets differ: then another one is made.
        const tokens = Array.from({ length: 20 }, (_, index) => issuer.bearer({ claims: { uti: String(index) } }));
        const token = tokens.find((each) => /[-_]/.test(each)) ?? assert.fail('no token with - or _');
        const again = spell(token);
        const good = await other.exchange({ bearer: token });
        const bad = await other.exchange({ bearer: again });
        assert.notEqual(again, token);
        assert.deepEqual([good.status, bad.status, bad.fields.access_token], [200, 401, undefined]);
      });
    }
  }

  test('ES256 with s → n − s is the same token: it hits the same record', async () => {
    const other = await testService({ issuers: [es256] });
    const token = es256.bearer();
    const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url');
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([
      signature.subarray(0, 32),
      Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex'),
    ]).toString('base64url');
    const headers = { 'ms-requestid': 'one' };
    const first = await other.exchange({ bearer: token, headers });
    const second = await other.exchange({ bearer: token.replace(/[^.]*$/, twin), headers });
    assert.equal(second.fields.access_token, first.fields.access_token);
    assert.equal(second.headers['idempotent-replayed'], 'true');
  });

  test('ES256 in DER instead of two numbers', async () => {
    const other = await testService({ issuers: [es256] });
    const der = Buffer.from('3006020101020101', 'hex');
    assert.equal((await other.exchange({ bearer: es256.bearer({ sign: () => der }) })).status, 401);
    assert.equal((await other.exchange({ bearer: es256.bearer({ sign: () => Buffer.alloc(64) }) })).status, 401);
  });
});

describe('row 51: encrypted tokens, bombs, huge segments', () => {
  const jwe = (header: object, ciphertext = 'AAAA') => `${segment(header)}.AAAA.AAAA.${ciphertext}.AAAA`;
  refused('a JWE', () => jwe({ alg: 'RSA-OAEP', enc: 'A256GCM' }));
  refused('a JWE that unpacks to 100 MB', () =>
    jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }, deflateRawSync(Buffer.alloc(8_000_000)).toString('base64url')),
  );
  refused('PBES2 with 2³¹ rounds', () => jwe({ alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31, p2s: 'AAAA', enc: 'A128GCM' }));
  refused('PBES2 as a signature', () => v2.bearer({ header: { alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 } }));
  refused('a header of 1 MB', () => v2.bearer({ header: { x: 'a'.repeat(1_000_000) } }));
  refused('a payload of 10 MB', () => v2.bearer({ claims: { x: 'a'.repeat(10_000_000) } }));
  refused('a signature of 1 MB', () => v2.bearer({ sign: () => Buffer.alloc(1_000_000) }));
  refused('a million dots', () => '.'.repeat(1_000_000));
  taken('as large as is read', () => {
    const rest = 16_384 - v2.bearer({ claims: { x: '' } }).length;
    const token = v2.bearer({ claims: { x: 'a'.repeat(Math.floor((rest * 3) / 4) - 3) } });
    assert.ok(token.length <= 16_384 && token.length > 16_370, String(token.length));
    return token;
  });
  refused('one character more than is read', () => {
    const token = v2.bearer({ claims: { x: 'a'.repeat(11_600) } });
    assert.ok(token.length > 16_384, String(token.length));
    return token;
  });
});

describe('row 52: oddities of the Authorization header', () => {
  const token = v2.bearer();
  const values: readonly (readonly [
    name: string,
    value: string | readonly string[] | undefined,
    status: number,
    challenge?: string,
  ])[] = [
    ['none', undefined, 401, realm],
    ['two headers', [`Bearer ${token}`, `Bearer ${token}`], 401, realm],
    ['two headers, one of another scheme', [`Bearer ${token}`, 'Basic YTpi'], 401, realm],
    ['a list in one header', `Bearer ${token}, Bearer ${token}`, 401, realm],
    ['two tokens', `Bearer ${token} ${token}`, 401, realm],
    ['quotes', `Bearer "${token}"`, 401, realm],
    ['a parameter', `Bearer token=${token}`, 401, realm],
    ['a scheme that begins so', `BearerX ${token}`, 401, realm],
    ['no blank', `Bearer${token}`, 401, realm],
    ['a tab for a blank', `Bearer\t${token}`, 401, realm],
    ['lower case', `bearer ${token}`, 200],
    ['upper case', `BEARER ${token}`, 200],
    ['two blanks', `Bearer  ${token}`, 200],
  ];
  for (const [name, value, status, challenge] of values) {
    test(`${name}: ${status}`, async () => {
      const answer = await service.exchange({ bearer: '', headers: { authorization: value } });
      assert.deepEqual(
        [answer.status, answer.fields.code, answer.headers['www-authenticate']],
        [status, status === 200 ? undefined : '800001', challenge],
      );
    });
  }
  test('a token in the query or the body is no credential', async () => {
    const form = {
      contentType: 'application/x-www-form-urlencoded',
      body: `grant_type=jwt_token&access_token=${token}`,
    };
    const query = { query: `access_token=${token}` };
    for (const request of [form, query]) {
      const { status, fields } = await service.exchange({ bearer: '', ...request });
      assert.deepEqual([status, fields.code], [401, '800001']);
    }
  });
});

describe('row 53: authenticated but not allowed', () => {
  test('the answer depends on the signed claims alone and hints at nobody else', async () => {
    const enforcing = await testService({ issuers: [v2] });
    const cases = [
      [v2.bearer({ kind: 'user', claims: { amr: ['pwd'] } }), 401, '900421'],
      [v2.bearer({ claims: { tid: 'bbbbcccc-1111-dddd-2222-eeee3333ffff' } }), 404, '60003'],
      [v2.bearer({ claims: { azp: 'bbbbcccc-1111-dddd-2222-eeee3333ffff' } }), 403, '2032'],
    ] as const;
    for (const [bearer, status, code] of cases) {
      for (const headers of [{}, { amr: 'mfa', 'x-ms-tenant': tenantId, tid: tenantId }]) {
        const answer = await enforcing.exchange({ bearer, headers });
        assert.deepEqual([answer.status, answer.fields.code], [status, code]);
        assert.deepEqual(
          [tenantId, 'contoso', 'bbbbcccc', 'eyJ'].filter((hint) => answer.body.includes(hint)),
          [],
        );
      }
    }
  });
});

test('row 42: a key of each algorithm verifies what node:crypto signed', async () => {
  for (const algorithm of ['RS256', 'PS256', 'ES256'] as const) {
    const privateKey = newKey(algorithm);
    const other = await testService({ issuers: [testIssuer({ now, algorithm, privateKey })] });
    assert.equal((await other.exchange()).status, 200);
  }
});
