import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { epochSeconds } from '../../src/base/clock.ts';
import {
  applicationId,
  type BearerChanges,
  partnerCenterAudience,
  segment,
  signBytes,
  type TestIssuer,
  tenantId,
} from './issuer.ts';
import { serviceIssuer } from './token-service.ts';

/** Attacks on bearers, row by row of the threat table; who takes the bearers of the issuers must refuse every one of these. */
export interface Attack {
  /** The row's number and title. */
  readonly row: string;
  readonly name: string;
  readonly bearer: () => string;
  /** Partner Center's code of its refusal. */
  readonly code: string;
}

/** Good issuers, whose bearers are bent. */
export interface Attacked {
  readonly v1: TestIssuer;
  readonly v2: TestIssuer;
  readonly es256: TestIssuer;
  readonly ps256: TestIssuer;
  readonly now: () => Date;
  /** Seconds that may pass before the bearers are sent; default none. */
  readonly lateness?: number;
  /** An address that nobody may ask. */
  readonly canary: string;
}

export const jwtAttacks = (attacked: Attacked): readonly Attack[] =>
  Object.entries(rows).flatMap(([row, fill]) => {
    const attacks: Attack[] = [];
    fill(attacked, (name, bearer, code = '400') => attacks.push({ row, name, bearer, code }));
    return attacks;
  });

type Refused = (name: string, bearer: () => string, code?: string) => void;

/** The same change on a token of either version. */
const onBoth =
  ({ v1, v2 }: Attacked, refused: Refused) =>
  (name: string, changes: BearerChanges): void => {
    refused(`${name}, v2`, () => v2.bearer(changes));
    refused(`${name}, v1`, () => v1.bearer(changes));
  };

/** The claims of a good bearer as JSON text, with one member replaced or added as it stands. */
export function payloadWith(issuer: TestIssuer, member: string, at: 'replaced' | 'added' = 'replaced'): string {
  const claims = JSON.parse(Buffer.from(issuer.bearer().split('.')[1] ?? '', 'base64url').toString());
  const name = JSON.parse(`{${member.slice(0, member.indexOf(':'))}:0}`);
  if (at === 'replaced') for (const key of Object.keys(name)) delete claims[key];
  return `${JSON.stringify(claims).slice(0, -1)},${member}}`;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const spellings: Readonly<Record<string, (token: string) => string>> = {
  'padding at the end': (token) => `${token}=`,
  'two paddings at the end': (token) => `${token}==`,
  'unused low bits flipped': (token) => token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') ^ 1],
  'the alphabet of base64': (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
  'four segments': (token) => `${token}.`,
  'an empty first segment': (token) => `.${token}`,
};
/** What is no credential at all by RFC 6750 section 2.1. */
const noCredentials: typeof spellings = {
  'padding inside': (token) => token.replace('.', '=.'),
  'a blank inside the signature': (token) => `${token.slice(0, -10)} ${token.slice(-10)}`,
  'a line break at the end': (token) => `${token}\n`,
  'a tab before': (token) => `\t${token}`,
  'a percent sign': (token) => token.replace('.', '%2e'),
};

/** A short signature may hold neither letter in which the two alphabets differ: then another one is made. */
function spellable(issuer: TestIssuer): string {
  for (;;) {
    const token = issuer.bearer({ claims: { uti: String(Math.random()) } });
    if (/[-_]/.test(token)) return token;
  }
}

const rows: Readonly<Record<string, (attacked: Attacked, refused: Refused) => void>> = {
  'row 37: unsigned tokens': ({ v2 }, refused) => {
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
  },
  'row 38: the public key as an HMAC secret': ({ v2 }, refused) => {
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
  },
  'row 39: a key brought along in the header': ({ v2, canary }, refused) => {
    const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'attacker', alg: 'RS256', use: 'sig' };
    const der = attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const sign = (input: string) => signBytes('RS256', attacker.privateKey, input);
    const extras = [
      { jwk },
      { jku: canary },
      { x5u: canary },
      { x5c: [der] },
      { x5t: 'attacker' },
      { 'x5t#S256': 'attacker' },
    ];
    for (const extra of [...extras, Object.assign({}, ...extras)]) {
      for (const kid of [v2.kid, 'attacker', undefined, canary]) {
        refused(`${Object.keys(extra)} with kid ${kid}`, () => v2.bearer({ header: { ...extra, kid }, sign }));
      }
    }
    refused('an issuer of its own', () => v2.bearer({ claims: { iss: canary }, header: { jku: canary } }));
  },
  'row 40: abuse of kid': ({ v1, v2 }, refused) => {
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
  },
  'row 41: critical headers and unencoded payloads': ({ v2 }, refused) => {
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
  },
  'row 45: key, issuer and tenant are one record': ({ v1, v2 }, refused) => {
    const otherTenant = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
    refused('issuer A signs for issuer B', () =>
      v2.bearer({ claims: { iss: `https://sts.example.com/${tenantId}/` } }),
    );
    refused('issuer A signs for issuer B, whole', () =>
      v1.bearer({ claims: { iss: `https://login.example.com/${tenantId}/v2.0`, ver: '2.0', azp: applicationId } }),
    );
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
    refused('a v2 token from the v1 issuer', () => v1.bearer({ claims: { ver: '2.0', azp: applicationId } }));
    refused('a v1 token from the v2 issuer', () => v2.bearer({ claims: { ver: '1.0', appid: applicationId } }));
  },
  'row 46: wrong audience': ({ v2 }, refused) => {
    const good = partnerCenterAudience;
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
      refused(JSON.stringify(aud), () => v2.bearer({ claims: { aud } }), '900420');
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
  },
  'row 47: lifetime': (attacked, refused) => {
    const { v2, now, lateness = 0 } = attacked;
    const seconds = epochSeconds(now());
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
      ['iat beyond the skew', { iat: seconds + 301 + lateness, nbf: undefined }],
      ['iat far ahead', { iat: seconds + 86_400, nbf: seconds }],
      ['nbf beyond the skew', { nbf: seconds + 301 + lateness }],
      ['nbf text', { nbf: String(seconds) }],
      ['nbf null', { nbf: null }],
      ['nbf negative', { nbf: -1 }],
    ];
    for (const [name, claims] of outside) onBoth(attacked, refused)(name, { claims });
    refused('exp 1e400', () => v2.bearer({ payload: payloadWith(v2, '"exp":1e400') }));
    refused('exp -1e400', () => v2.bearer({ payload: payloadWith(v2, '"exp":-1e400') }));
  },
  'row 48: the wrong kind of token': (attacked, refused) => {
    const { v1, v2 } = attacked;
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
    for (const [name, changes] of claims) onBoth(attacked, refused)(name, changes);
    refused('no application, v2', () => v2.bearer({ claims: { azp: undefined } }));
    refused('no application, v1', () => v1.bearer({ claims: { appid: undefined } }));
    refused('v2 with the application in v1’s claim', () => v2.bearer({ claims: { azp: undefined, appid: 'a' } }));
    refused('a client assertion', () =>
      v2.bearer({ claims: { iss: 'client', sub: 'client', aud: 'https://login.example.com/token', ver: undefined } }),
    );
  },
  'row 49: ambiguous JSON in the token': ({ v2, now }, refused) => {
    const seconds = epochSeconds(now());
    for (const member of [
      `"iss":"${v2.trusted.issuer.replace('{tenantid}', tenantId)}"`,
      `"aud":"${partnerCenterAudience}"`,
      `"exp":${seconds + 3900}`,
      `"tid":"${tenantId}"`,
      '"idtyp":"app"',
      '"x":1,"x":1',
      '"x":{"y":1,"y":1}',
      '"\\u0069ss":"x"',
    ]) {
      refused(`a name twice: ${member.slice(0, 20)}`, () => v2.bearer({ payload: payloadWith(v2, member, 'added') }));
    }
    const claims = () => payloadWith(v2, '"x":1');
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
  },
  'row 50: many spellings of one token': ({ v2, es256, ps256 }, refused) => {
    for (const [algorithm, issuer] of Object.entries({ RS256: v2, PS256: ps256, ES256: es256 })) {
      for (const [name, spell] of Object.entries(spellings)) {
        refused(`${algorithm}: ${name}`, () => spell(spellable(issuer)));
      }
      for (const [name, spell] of Object.entries(noCredentials)) {
        refused(`${algorithm}: ${name}`, () => spell(issuer.bearer()), '800001');
      }
    }
    refused('ES256 in DER instead of two numbers', () =>
      es256.bearer({ sign: () => Buffer.from('3006020101020101', 'hex') }),
    );
    refused('ES256 of zeros', () => es256.bearer({ sign: () => Buffer.alloc(64) }));
  },
  'row 51: encrypted tokens, bombs, huge segments': ({ v2 }, refused) => {
    const jwe = (header: object, ciphertext = 'AAAA') => `${segment(header)}.AAAA.AAAA.${ciphertext}.AAAA`;
    refused('a JWE', () => jwe({ alg: 'RSA-OAEP', enc: 'A256GCM' }));
    refused('a JWE that unpacks to 100 MB', () =>
      jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }, deflateRawSync(Buffer.alloc(8_000_000)).toString('base64url')),
    );
    refused('PBES2 with 2³¹ rounds', () =>
      jwe({ alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31, p2s: 'AAAA', enc: 'A128GCM' }),
    );
    refused('PBES2 as a signature', () => v2.bearer({ header: { alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 } }));
    refused('a header of 1 MB', () => v2.bearer({ header: { x: 'a'.repeat(1_000_000) } }));
    refused('a payload of 10 MB', () => v2.bearer({ claims: { x: 'a'.repeat(10_000_000) } }));
    refused('a signature of 1 MB', () => v2.bearer({ sign: () => Buffer.alloc(1_000_000) }));
    refused('a million dots', () => '.'.repeat(1_000_000));
    refused('one character more than is read', () => v2.bearer({ claims: { x: 'a'.repeat(11_600) } }));
  },
};
