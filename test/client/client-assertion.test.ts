import assert from 'node:assert/strict';
import { constants, createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { jwtVerify } from 'jose';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { certificateAssertion } from '../../src/client/client-assertion.ts';
import { AuthError } from '../../src/client/errors.ts';
import type { Certificate } from '../../src/client/parameters.ts';
import { developmentAuthority, serverCertificate } from '../../src/http/tls/certificate-authority.ts';
import { startSandbox } from '../../src/testing/index.ts';
import { scratch } from '../cli/command.ts';
import { tokenParts } from '../support/answer.ts';
import { assertionType, newCertificate } from '../support/client-assertion.ts';
import { openssl, opensslMissing } from '../support/openssl.ts';
import { applicationId, start, tenantId } from './wire.ts';

const audience = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
const own = await newCertificate(start);
const stranger = await newCertificate(start);
const { validFromDate, validToDate, fingerprint } = new X509Certificate(own.certificatePem);
const thumbprint = fingerprint.replaceAll(':', '');
const given = { certificate: own.certificatePem, privateKey: own.privateKeyPem };
const passphrase = 'CANARY-passphrase ü';

const at = (now: Date) => ({ clock: settableClock(now), random: systemRandom });
const assertionOf = async (certificate: Certificate, now = start): Promise<string> =>
  (await certificateAssertion(at(now), applicationId, certificate)(audience)).reveal();

const folder = scratch({ after }).folder;
const encryptedPem = (type: 'pkcs1' | 'pkcs8') =>
  own.privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();

describe('the assertion', () => {
  test('says what Entra documents and nothing else', async () => {
    const guids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    const context = {
      clock: settableClock(new Date('2026-11-21T09:00:00.900Z')),
      random: { ...systemRandom, guid: () => guids.shift() ?? '' },
    };
    const assertion = certificateAssertion(context, applicationId, given);
    const seconds = Date.parse('2026-11-21T09:00:00Z') / 1000;
    const claims = { iss: applicationId, sub: applicationId, aud: audience };
    for (const [jti, passed] of [
      ['11111111-1111-4111-8111-111111111111', 0],
      ['22222222-2222-4222-8222-222222222222', 60],
    ] as const) {
      const iat = seconds + passed;
      assert.deepEqual(tokenParts((await assertion(audience)).reveal()), {
        header: { alg: 'PS256', typ: 'JWT', 'x5t#S256': own.sha256 },
        claims: { ...claims, jti, iat, nbf: iat, exp: iat + 600 },
      });
      context.clock.advance(60);
    }
  });

  test('is for the audience it was asked for', async () => {
    const assertion = certificateAssertion(at(start), applicationId, given);
    for (const aud of [audience, 'https://login.partner.microsoftonline.cn/x/oauth2/token']) {
      assert.equal(tokenParts((await assertion(aud)).reveal()).claims.aud, aud);
    }
  });

  test('is signed as jose verifies it', async () => {
    const { payload } = await jwtVerify(await assertionOf(given), new X509Certificate(own.certificatePem).publicKey, {
      algorithms: ['PS256'],
      audience,
      issuer: applicationId,
      subject: applicationId,
      typ: 'JWT',
      currentDate: start,
    });
    assert.equal((payload.exp ?? 0) - (payload.nbf ?? 0), 600);
  });

  test('is signed as OpenSSL verifies it', { skip: opensslMissing }, async () => {
    const [header, claims, signature] = (await assertionOf(given)).split('.');
    const publicKey = createPublicKey(own.privateKeyPem).export({ type: 'spki', format: 'pem' });
    writeFileSync(join(folder, 'public.pem'), publicKey);
    writeFileSync(join(folder, 'input'), `${header}.${claims}`);
    writeFileSync(join(folder, 'signature'), Buffer.from(signature ?? '', 'base64url'));
    const pss = ['rsa_padding_mode:pss', 'rsa_pss_saltlen:32', 'rsa_mgf1_md:sha256'].flatMap((o) => ['-sigopt', o]);
    const said = openssl(
      folder,
      ...['dgst', '-sha256', ...pss, '-verify', 'public.pem', '-signature', 'signature', 'input'],
    );
    assert.equal(said.toString(), 'Verified OK\n');
  });
});

describe('the sandbox’s authority takes it', () => {
  for (const mode of ['entra', 'strict'] as const) {
    for (const path of ['oauth2/token', 'oauth2/v2.0/token']) {
      for (const sendCertificateChain of [false, true]) {
        test(`at ${path} in ${mode} mode, ${sendCertificateChain ? 'with' : 'without'} its chain, twice`, async () => {
          await using sandbox = await startSandbox({ mode, now: start });
          const { clock, clientPem } = sandbox;
          const tokenEndpoint = `${sandbox.url}/${tenantId}/${path}`;
          const assertion = certificateAssertion({ clock, random: systemRandom }, applicationId, {
            certificate: clientPem,
            privateKey: clientPem,
            sendCertificateChain,
          });
          for (const _turn of [1, 2]) {
            const response = await sandbox.fetch(tokenEndpoint, {
              method: 'POST',
              body: new URLSearchParams({
                grant_type: 'client_credentials',
                client_id: applicationId,
                client_assertion_type: assertionType,
                client_assertion: (await assertion(tokenEndpoint)).reveal(),
                ...(path.includes('v2')
                  ? { scope: 'https://api.partnercenter.microsoft.com/.default' }
                  : { resource: 'https://api.partnercenter.microsoft.com' }),
              }),
            });
            const body = (await response.json()) as { access_token?: string; error_description?: string };
            assert.equal(body.error_description, undefined);
            const { appid, appidacr } = tokenParts(body.access_token).claims;
            assert.deepEqual([appid, appidacr], [applicationId, '2']);
          }
        });
      }
    }
  }
});

const signer = (saltLength = 32, key = own.privateKey) => {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return async (bytes: Uint8Array) => sign('sha256', bytes, { key, padding, saltLength });
};

describe('a key may be given as', () => {
  const text = (type: 'pkcs1' | 'pkcs8') => own.privateKey.export({ type, format: 'pem' }).toString();
  const forms: Readonly<Record<string, Certificate>> = {
    'PKCS#8': { ...given, privateKey: text('pkcs8') },
    'PKCS#1': { ...given, privateKey: text('pkcs1') },
    'PKCS#8, encrypted': { ...given, privateKey: encryptedPem('pkcs8'), passphrase },
    'PKCS#1, encrypted': { ...given, privateKey: encryptedPem('pkcs1'), passphrase },
    'PKCS#8 with a passphrase it does not need': { ...given, passphrase },
    'a KeyObject': { ...given, privateKey: own.privateKey },
    'a function': { ...given, privateKey: signer() },
    'one text with its certificate': both(own.privateKeyPem + own.certificatePem),
    'one text, the certificate first': both(own.certificatePem + own.privateKeyPem),
    'lines of Windows, indented, with words between': both(
      `Bag Attributes\r\n    localKeyID: 01\r\n${(own.privateKeyPem + own.certificatePem).replaceAll('\n', '\r\n  ')}`,
    ),
    'one of several keys': { ...given, privateKey: stranger.privateKeyPem + own.privateKeyPem },
  };
  function both(pem: string): Certificate {
    return { certificate: pem, privateKey: pem };
  }
  for (const [form, certificate] of Object.entries(forms)) {
    test(form, async () => {
      const { publicKey } = new X509Certificate(own.certificatePem);
      const { protectedHeader } = await jwtVerify(await assertionOf(certificate), publicKey, { currentDate: start });
      assert.equal(protectedHeader['x5t#S256'], own.sha256);
    });
  }
});

describe('of several certificates', () => {
  test('the one that fits the key signs, wherever it stands; only its own chain goes with it', async () => {
    const authority = await developmentAuthority({
      commonName: 'An authority',
      now: start,
      lifetimeDays: 365,
      permittedNames: ['localhost'],
      permittedAddresses: ['127.0.0.0/8'],
    });
    const leaf = await serverCertificate(authority, {
      now: start,
      lifetimeDays: 90,
      names: ['localhost'],
      addresses: [],
    });
    const pems = [leaf.certificatePem, authority.certificatePem, stranger.certificatePem];
    const x5c = [leaf, authority].map(({ certificatePem }) =>
      new X509Certificate(certificatePem).raw.toString('base64'),
    );
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
    ]) {
      const certificate = order.map((index) => pems[index]).join('');
      const assertion = await assertionOf({ certificate, privateKey: leaf.privateKeyPem, sendCertificateChain: true });
      const { header } = tokenParts(assertion);
      assert.deepEqual([header.x5c, header['x5t#S256']], [x5c, sha256Of(leaf.certificatePem)]);
      const plain = await assertionOf({ certificate, privateKey: leaf.privateKeyPem });
      assert.equal('x5c' in tokenParts(plain).header, false);
    }
  });

  test('a chain of three is sent in its order', { skip: opensslMissing }, async () => {
    const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign'].flatMap((e) => ['-addext', e]);
    const days = ['-days', '30', '-nodes', '-newkey', 'rsa:2048'];
    openssl(folder, 'req', '-x509', ...days, ...extensions, '-keyout', 'r.key', '-out', 'r.pem', '-subj', '/CN=root');
    for (const [name, issuer, more] of [
      ['i', 'r', 'basicConstraints=critical,CA:TRUE'],
      ['l', 'i', 'keyUsage=digitalSignature'],
    ] as const) {
      writeFileSync(join(folder, `${name}.ext`), more);
      openssl(
        folder,
        'req',
        '-new',
        ...days.slice(2),
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      );
      const by = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-extfile', `${name}.ext`];
      openssl(folder, 'x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-days', '30', ...by);
    }
    const [leaf, issuer, root] = ['l', 'i', 'r'].map((name) =>
      openssl(folder, 'x509', '-in', `${name}.pem`).toString(),
    );
    const privateKey = openssl(folder, 'pkey', '-in', 'l.key').toString();
    const certificate = [root, stranger.certificatePem, leaf, issuer].join('');
    const assertion = await assertionOf({ certificate, privateKey, sendCertificateChain: true }, new Date());
    const raw = (pem = '') => new X509Certificate(pem).raw.toString('base64');
    assert.deepEqual(tokenParts(assertion).header.x5c, [raw(leaf), raw(issuer), raw(root)]);
  });

  test('one that signed itself has no chain, however often it is given', { skip: opensslMissing }, async () => {
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      's.key',
      '-out',
      's.pem',
      '-subj',
      '/CN=s',
    ];
    openssl(folder, ...made);
    const pem = openssl(folder, 'x509', '-in', 's.pem').toString();
    const privateKey = openssl(folder, 'pkey', '-in', 's.key').toString();
    const twice = { certificate: pem + pem, privateKey, sendCertificateChain: true };
    const { header } = tokenParts(await assertionOf(twice, new Date()));
    assert.deepEqual(header.x5c, [new X509Certificate(pem).raw.toString('base64')]);
  });

  test('of a function’s, the first is its key’s', async () => {
    const certificate = own.certificatePem + stranger.certificatePem;
    const { header } = tokenParts(await assertionOf({ certificate, privateKey: signer() }));
    assert.equal(header['x5t#S256'], own.sha256);
  });
});

const sha256Of = (pem: string): string =>
  Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');

const refusalOf = async (certificate: unknown, now = start): Promise<AuthError> => {
  const error = await assertionOf(certificate as Certificate, now).then(
    () => assert.fail('it was signed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AuthError, inspect(error));
  return error;
};

describe('refused with one sentence', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const damaged = own.certificatePem.slice(0, 200) + own.certificatePem.slice(260);
  const cut = own.privateKeyPem.slice(0, 200) + own.privateKeyPem.slice(260);
  const refused: readonly (readonly [name: string, certificate: object, message: string])[] = [
    ['no certificate', { ...given, certificate: 'x' }, 'certificate.certificate holds no certificate.'],
    ['an empty certificate', { ...given, certificate: '' }, 'certificate.certificate holds no certificate.'],
    [
      'a certificate without its end',
      { ...given, certificate: own.certificatePem.slice(0, -20) },
      'certificate.certificate holds no certificate.',
    ],
    [
      'a damaged certificate',
      { ...given, certificate: damaged },
      'certificate.certificate holds a certificate that cannot be read.',
    ],
    ['no key', { ...given, privateKey: own.certificatePem }, 'certificate.privateKey holds no private key.'],
    ['a damaged key', { ...given, privateKey: cut }, 'certificate.privateKey holds a private key that cannot be read.'],
    [
      'another certificate’s key',
      { ...given, privateKey: stranger.privateKeyPem },
      'The private key of certificate.privateKey belongs to another certificate.',
    ],
    [
      'a public key',
      { ...given, privateKey: createPublicKey(own.privateKey) },
      'certificate.privateKey is a public key, not a private one.',
    ],
    ['an encrypted key', { ...given, privateKey: encryptedPem('pkcs8') }, 'certificate.privateKey is encrypted.'],
    [
      'another passphrase',
      { ...given, privateKey: encryptedPem('pkcs8'), passphrase: 'CANARY-other' },
      'certificate.privateKey is encrypted, and certificate.passphrase does not open it.',
    ],
    [
      'another passphrase of the older form',
      { ...given, privateKey: encryptedPem('pkcs1'), passphrase: 'CANARY-other' },
      'certificate.privateKey is encrypted, and certificate.passphrase does not open it.',
    ],
    [
      'a function that fails',
      { ...given, privateKey: () => Promise.reject(new Error('vault')) },
      'The function in certificate.privateKey failed.',
    ],
    ...Object.entries({
      'with a salt of another length': signer(20),
      'of another key': signer(32, stranger.privateKey),
      'of nothing': async () => undefined,
      'as PKCS#1 v1.5': async (bytes: Uint8Array) => sign('sha256', bytes, own.privateKey),
    }).map(
      ([name, privateKey]) =>
        [
          `a function’s signature ${name}`,
          { ...given, privateKey },
          'The function in certificate.privateKey gave no PS256 signature of the certificate’s key.',
        ] as const,
    ),
    [
      'a short key',
      { ...given, privateKey: short },
      'The private key of certificate.privateKey belongs to another certificate.',
    ],
  ];
  for (const [name, certificate, message] of refused) {
    test(`row 17: ${name}, and no key or passphrase in it`, async () => {
      const error = await refusalOf(certificate);
      assert.deepEqual([error.code, error.message], ['certificate_unusable', message]);
      const said = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack;
      for (const canary of ['CANARY', ...secretLines(own.privateKeyPem), ...secretLines(stranger.privateKeyPem)]) {
        assert.equal(said.includes(canary), false, said);
      }
    });
  }

  test('members of another type are a programmer’s mistake', async () => {
    for (const [certificate, message] of [
      [{ ...given, certificate: Buffer.from('x') }, 'certificate.certificate must be PEM text'],
      [{ ...given, privateKey: 7 }, 'certificate.privateKey must be PEM text, a KeyObject or a function'],
    ] as const) {
      await assert.rejects(assertionOf(certificate as unknown as Certificate), { name: 'TypeError', message });
    }
  });

  const kinds = { 'an elliptic curve': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], '1024 bits': ['rsa:1024'] };
  const said = { 'an elliptic curve': 'no RSA key (ec)', '1024 bits': 'an RSA key of 1024 bits' };
  for (const [name, kind] of Object.entries(kinds)) {
    test(`a key of ${name}, whoever holds it`, { skip: opensslMissing }, async () => {
      openssl(folder, 'req', '-x509', '-newkey', ...kind, '-nodes', '-keyout', 'k', '-out', 'c', '-subj', '/CN=x');
      const certificate = openssl(folder, 'x509', '-in', 'c').toString();
      const privateKey = openssl(folder, 'pkey', '-in', 'k').toString();
      for (const [of, key] of Object.entries({ certificate: async () => Buffer.alloc(1), privateKey })) {
        const { code, message, hint } = await refusalOf({ certificate, privateKey: key }, new Date());
        assert.deepEqual(
          [code, message, hint],
          [
            'certificate_unusable',
            `The key of certificate.${of} is ${said[name as keyof typeof said]}.`,
            'Microsoft Entra takes certificates of RSA keys of 2048 bits or more.',
          ],
        );
      }
    });
  }
});

const secretLines = (pem: string): readonly string[] => pem.split('\n').filter((line) => line.length === 64);

describe('a certificate out of its time is refused before anything is sent, by the context’s clock', () => {
  const named = `The certificate CN=A client (${thumbprint})`;
  const text = (instant: Date) => instant.toISOString().replace('.000Z', 'Z');
  const shifted = (instant: Date, milliseconds: number) => new Date(instant.getTime() + milliseconds);
  const tolerated = shifted(validFromDate, -300_000);

  for (const [name, now] of [
    ['in its last millisecond', shifted(validToDate, -1)],
    ['five minutes early, as far as clocks may differ', tolerated],
  ] as const) {
    test(`signed ${name}`, async () => {
      assert.equal((await assertionOf(given, now)).split('.').length, 3);
    });
  }

  test('expired', async () => {
    const { code, message } = await refusalOf(given, validToDate);
    assert.deepEqual([code, message], ['certificate_unusable', `${named} expired at ${text(validToDate)}.`]);
  });

  test('not valid yet', async () => {
    const now = shifted(tolerated, -1);
    const { code, message, hint } = await refusalOf(given, now);
    assert.deepEqual(
      [code, message, hint],
      [
        'certificate_unusable',
        `${named} is not valid before ${text(validFromDate)}.`,
        `Check this machine’s clock: it says ${text(now)}.`,
      ],
    );
  });

  test('expired between two assertions', async () => {
    const clock = settableClock(shifted(validToDate, -1000));
    const assertion = certificateAssertion({ clock, random: systemRandom }, applicationId, given);
    await assertion(audience);
    clock.advance(1);
    await assert.rejects(assertion(audience), { code: 'certificate_unusable' });
  });
});
