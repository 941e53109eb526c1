import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addSeconds } from '../../../src/base/clock.ts';
import { type AssertionChanges, certificateAssertion } from '../../support/client-assertion.ts';
import { newKey, segment } from '../../support/issuer.ts';
import { assertWithin, secondsSince } from '../../support/times.ts';
import { origin, start } from '../fixture.ts';
import {
  app,
  appOnly,
  assertion,
  assertionAuthority,
  certificates,
  otherApp,
  sent,
  tenant,
  v1,
  v2,
} from './assertion-fixture.ts';

const entra = await assertionAuthority();
const strict = await assertionAuthority({ mode: 'strict' });
const seconds = Math.floor(start.getTime() / 1000);
const { own, others, ended, early, stranger } = certificates;
const here = `${origin}${v2}`;
const adventureWorks = 'ccccdddd-2222-eeee-3333-ffff4444aaaa';
const ellipticKey = newKey('ES256');

type Attack = readonly [name: string, code: number, assertion: () => string];
const changed = (name: string, code: number, changes: AssertionChanges): Attack => [
  name,
  code,
  () => assertion(changes),
];
const claimed = (name: string, code: number, claims: Readonly<Record<string, unknown>>): Attack =>
  changed(name, code, { claims });
const headed = (name: string, code: number, header: Readonly<Record<string, unknown>>): Attack =>
  changed(name, code, { header });

const publicPem = createPublicKey(own.privateKey).export({ type: 'spki', format: 'pem' }).toString();
const hmacWith = (secret: string | Uint8Array) => ({
  header: { alg: 'HS256' },
  sign: (input: string) => createHmac('sha256', secret).update(input).digest(),
});
const embedded = createPublicKey(stranger.privateKey).export({ format: 'jwk' });
const claimsText = (more: string) =>
  `{"aud":"${here}","iss":"${app}","sub":"${app}","exp":${seconds + 600},"jti":"x"${more}}`;
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const signatures: readonly Attack[] = [
  ...['none', 'None', 'nOnE'].map((alg) => headed(`alg ${alg}`, 700027, { alg })),
  changed('alg none without a signature', 50027, { header: { alg: 'none' }, sign: () => Buffer.alloc(0) }),
  changed('HS256 with the public key as PEM', 700027, hmacWith(publicPem)),
  changed('HS256 with the certificate as PEM', 700027, hmacWith(own.certificatePem)),
  changed('HS256 with no secret', 700027, hmacWith('')),
  changed('ES256 by a key of its own', 700027, { algorithm: 'ES256', key: ellipticKey }),
  headed('ES256 over an RSA signature', 700027, { alg: 'ES256' }),
  headed('RS512 over an RS256 signature', 700027, { alg: 'RS512' }),
  headed('PS256 over an RS256 signature', 700027, { alg: 'PS256' }),
  changed('RS256 over a PS256 signature', 700027, { algorithm: 'PS256', header: { alg: 'RS256' } }),
  headed('an alg that is a list', 700027, { alg: ['RS256'] }),
  headed('no alg', 700027, { alg: undefined }),
  changed('the right thumbprint with another key', 700027, { key: stranger.privateKey }),
  changed('an embedded jwk that signed it', 700027, { key: stranger.privateKey, header: { jwk: embedded } }),
  changed('an embedded x5c whose key signed it', 700027, {
    key: stranger.privateKey,
    header: { x5c: [stranger.certificatePem.replace(/-----[A-Z ]+-----|\n/g, '')] },
  }),
  changed('claims changed after signing', 700027, { sign: () => Buffer.alloc(256, 7) }),
  headed('crit', 700027, { crit: ['exp'] }),
  headed('b64: false', 700027, { crit: ['b64'], b64: false }),
];

const keys: readonly Attack[] = [
  headed('another certificate’s thumbprint with the right key', 700027, { 'x5t#S256': stranger.sha256 }),
  headed('one thumbprint right and one of another', 700027, { x5t: others.sha1 }),
  ['another application’s certificate', 700027, () => assertion({}, others)],
  ['a certificate that ended at this instant', 700027, () => assertion({}, ended)],
  ['a certificate that begins in a millisecond', 700027, () => assertion({}, early)],
  headed('no thumbprint', 50027, { 'x5t#S256': undefined }),
  headed('the thumbprint as kid alone', 50027, { 'x5t#S256': undefined, kid: own.sha256 }),
  headed('a thumbprint in hex', 50027, { 'x5t#S256': Buffer.from(own.sha256, 'base64url').toString('hex') }),
  headed('a thumbprint with unused bits', 50027, { 'x5t#S256': `${own.sha256.slice(0, -1)}_` }),
  headed('a thumbprint with three pads', 50027, { 'x5t#S256': `${own.sha256}===` }),
  headed('a SHA-1 thumbprint as x5t#S256', 50027, { 'x5t#S256': own.sha1 }),
  ...[7, null, {}, [own.sha256]].map((value) =>
    headed(`a thumbprint that is ${JSON.stringify(value)?.slice(0, 12)}`, 50027, { 'x5t#S256': value }),
  ),
  ...[7, {}, ['x'], true].map((kid) => headed(`row 40: kid ${JSON.stringify(kid)}`, 50027, { kid })),
  ...['../../x', "'; drop table", '\0', '__proto__', 'x'.repeat(10_000)].map((kid) =>
    headed(`row 40: kid ${JSON.stringify(kid).slice(0, 20)} and no thumbprint`, 50027, { 'x5t#S256': undefined, kid }),
  ),
];

const claims: readonly Attack[] = [
  claimed('another application as issuer', 700021, { iss: otherApp }),
  claimed('another application as issuer and subject', 700021, { iss: otherApp, sub: otherApp }),
  claimed('no issuer', 700021, { iss: undefined }),
  claimed('an issuer that is a list', 700021, { iss: [app] }),
  claimed('an issuer with an address', 700211, { iss: 'https://idp.example' }),
  claimed('another application as subject', 50048, { sub: otherApp }),
  claimed('no subject', 50048, { sub: undefined }),
  claimed('a subject that is a list', 50048, { sub: [app] }),
  claimed('no audience', 50012, { aud: undefined }),
  claimed('the audience in a list', 50012, { aud: [here] }),
  claimed('a list of audiences', 50012, { aud: [here, 'https://x.example'] }),
  claimed('an audience that is an object', 50012, { aud: { url: here } }),
  ...[
    'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    `https://localhost/${tenant}/oauth2/v2.0/token`,
    `http://localhost:8443${v2}`,
    `https://localhost:8443${v2}/`,
    `${here}?x=1`,
    `${here}#x`,
    here.toUpperCase(),
    ` ${here}`,
    here.slice(0, -1),
    `${origin}/${tenant}`,
    `${origin}/common/oauth2/v2.0/token`,
    `${origin}/${adventureWorks}/oauth2/v2.0/token`,
    `${origin}/fabrikam.onmicrosoft.com/oauth2/v2.0/token`,
    app,
    '',
  ].map((aud) => claimed(`the audience ${JSON.stringify(aud)}`, 700023, { aud })),
  claimed('no exp', 50027, { exp: undefined }),
  ...['9999999999', -1, true, [seconds + 60], null].map((exp) => claimed(`exp ${JSON.stringify(exp)}`, 50027, { exp })),
  changed('exp 1e400', 50027, { payload: `{"iss":"${app}","sub":"${app}","aud":"${here}","exp":1e400}` }),
  claimed('exp at the end of the tolerance', 700024, { exp: seconds - 300 }),
  claimed('nbf a millisecond beyond the tolerance', 700024, { nbf: seconds + 300.401 }),
  claimed('nbf that is a text', 50027, { nbf: String(seconds) }),
  claimed('iat beyond the tolerance, without nbf', 700024, { nbf: undefined, iat: seconds + 301 }),
];

const [headerSegment = '', payloadSegment = '', signatureSegment = ''] = assertion().split('.');
const spellings: readonly Attack[] = [
  changed('aud twice', 50027, { payload: claimsText(`,"aud":"https://x.example"`) }),
  changed('iss twice, once escaped', 50027, { payload: claimsText(`,"\\u0069ss":"${app}"`) }),
  changed('alg twice', 50027, { headerText: `{"alg":"RS256","alg":"none","x5t#S256":"${own.sha256}"}` }),
  changed('nested 33 deep', 50027, { payload: claimsText(`,"x":${nested(33)}`) }),
  changed('nested 5,000 deep', 50027, { payload: claimsText(`,"x":${nested(5000)}`) }),
  changed('a byte order mark', 50027, { payload: `\ufeff${claimsText('')}` }),
  changed('text after the claims', 50027, { payload: `${claimsText('')}x` }),
  changed('a list for claims', 50027, { payload: '[]' }),
  changed('null for a header', 50027, { headerText: 'null' }),
  ['padding', 50027, () => `${assertion()}=`],
  ['a line break in it', 50027, () => assertion().replace('.', '\n.')],
  ['a blank before it', 50027, () => ` ${assertion()}`],
  ['standard base64', 50027, () => [headerSegment, payloadSegment, `${signatureSegment.slice(0, -2)}+/`].join('.')],
  ['unused bits in the signature', 50027, () => `${assertion().slice(0, -1)}${nextLetter(signatureSegment.at(-1))}`],
  ['two segments', 50027, () => [headerSegment, payloadSegment].join('.')],
  ['four segments', 50027, () => `${assertion()}.x`],
  ['five segments, as if encrypted', 50027, () => [headerSegment, '', '', '', signatureSegment].join('.')],
  ['one character more than is read', 50027, () => assertion({ claims: { x: 'x'.repeat(16_384) } })],
];

/** The last character of 256 bytes carries four bits that no byte holds. */
function nextLetter(letter = 'A'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(letter) + 1] ?? 'B';
}

const tables = { signatures, keys, claims, spellings };
for (const [mode, authority] of Object.entries({ entra, strict })) {
  for (const [table, attacks] of Object.entries(tables)) {
    describe(`row 116: ${mode} mode, ${table}`, () => {
      for (const [name, code, make] of attacks) {
        test(`${name}: 401, AADSTS${code}`, async () => {
          const { status, error, code: given, body } = await sent(authority, appOnly(make()));
          assert.deepEqual([status, error, given, body.access_token], [401, 'invalid_client', code, undefined]);
          assert.deepEqual(authority.warnings, []);
        });
      }
    });
  }
}

test('row 116: a refused assertion has not used its jti', async () => {
  assert.deepEqual(await strict.context.entries.list('assertionId'), []);
});

test('row 51: a megabyte for an assertion is refused before it is read, fast', async () => {
  const started = performance.now();
  const { status, error } = await sent(entra, appOnly('x'.repeat(1_048_576)));
  assert.deepEqual([status, error], [400, 'invalid_request']);
  assertWithin(0.5, secondsSince(started));
});

test('row 51: as much as a body may hold is refused in 50 ms', async () => {
  const large = `${segment(`{"a":${nested(20_000)}}`)}.e30.AAAA`;
  const started = performance.now();
  assert.equal((await sent(entra, appOnly(large))).code, 50027);
  assertWithin(0.05, secondsSince(started));
});

describe('row 116: strict mode alone', () => {
  const refused: readonly Attack[] = [
    claimed('no jti', 50027, { jti: undefined }),
    claimed('an empty jti', 50027, { jti: '' }),
    claimed('a jti that is a number', 50027, { jti: 7 }),
    claimed('exp more than ten minutes and the tolerance ahead', 700024, { exp: seconds + 901 }),
  ];
  for (const [name, code, make] of refused) {
    test(`refuses ${name}`, async () => {
      const { status, code: given } = await sent(strict, appOnly(make()));
      assert.deepEqual([status, given], [401, code]);
      assert.equal((await sent(entra, appOnly(make()))).status, 200);
    });
  }

  test('takes exp at ten minutes and the tolerance', async () => {
    assert.equal((await sent(strict, appOnly(assertion({ claims: { exp: seconds + 900 } })))).status, 200);
  });

  test('takes an assertion once', async () => {
    const same = appOnly(assertion());
    assert.equal((await sent(strict, same)).status, 200);
    const again = await sent(strict, same);
    assert.deepEqual([again.status, again.code], [401, 50027]);
    assert.ok(String(again.body.error_description).includes('Its jti was used before.'));
  });

  test('takes one of 50 in parallel, on two nodes', async () => {
    const { entries } = strict.context;
    const nodes = [strict, await assertionAuthority({ mode: 'strict', entries })];
    const same = appOnly(assertion());
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => sent(nodes[index % 2] ?? strict, same)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.ok(answers.every(({ status, code }) => status === 200 || code === 50027));
  });

  test('a jti signed again, in another spelling or for another endpoint, is the same jti', async () => {
    const jti = { jti: 'the same' };
    assert.equal((await sent(strict, appOnly(assertion({ claims: jti })))).status, 200);
    const others: readonly AssertionChanges[] = [
      { claims: jti, algorithm: 'PS256' },
      { claims: { ...jti, aud: `${origin}${v1}` } },
      { claims: { ...jti, iss: app.toUpperCase(), sub: app.toUpperCase() } },
      { payload: `{"jti":"\\u0074he same",${claimsText('').slice(1).replace(',"jti":"x"', '')}` },
    ];
    for (const changes of others) assert.equal((await sent(strict, appOnly(assertion(changes)))).code, 50027);
  });

  test('another client may use the same jti', async () => {
    const of = (clientId: string, certificate = own) =>
      certificateAssertion({ certificate, clientId, audience: here, now: start }, { claims: { jti: 'theirs too' } });
    assert.equal((await sent(strict, appOnly(of(app)))).status, 200);
    const { status } = await sent(strict, { ...appOnly(of(otherApp, others)), client_id: otherApp });
    assert.equal(status, 200);
  });

  test('a use is remembered until the assertion is refused for its age', async () => {
    const fresh = await assertionAuthority({ mode: 'strict' });
    const same = appOnly(assertion());
    assert.equal((await sent(fresh, same)).status, 200);
    const discardAt = new Date((seconds + 900) * 1000);
    fresh.clock.set(addSeconds(discardAt, -0.001));
    assert.equal((await sent(fresh, same)).code, 50027);
    fresh.clock.set(discardAt);
    assert.equal((await sent(fresh, same)).code, 700024);
  });
});

/** Values that come far enough to meet the later checks. */
const likely = fc.constantFrom<unknown>(app, here, own.sha256, own.sha1, seconds, 'RS256', 'PS256', 'none', 'JWT');
const members = (...names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, '__proto__'), fc.oneof(likely, fc.jsonValue()), { noNullPrototype: true });

test('whatever a rightly signed JWT says, the answer is a token or a refusal', () =>
  fc.assert(
    fc.asyncProperty(
      members('alg', 'typ', 'kid', 'x5t', 'x5t#S256', 'crit', 'jwk', 'jku', 'x5c', 'zip'),
      members('iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'tid', 'scp'),
      async (header, changedClaims) => {
        const { status } = await sent(entra, appOnly(assertion({ header, claims: changedClaims })));
        assert.ok(status === 200 || status === 401, `${status}`);
        assert.deepEqual(entra.warnings, []);
      },
    ),
    { numRuns: 500 },
  ));

test('any text for an assertion is refused', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
      const { status } = await sent(entra, appOnly(text));
      assert.equal(status, 401);
    }),
    { numRuns: 200 },
  ));
