import assert from 'node:assert/strict';
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { readCertificateFile } from '../../../src/cli/certificates/index.ts';
import { pfxOf } from '../../../src/http/tls/certificate-authority.ts';
import { opensslMissing } from '../../support/openssl.ts';
import { certificateContext, certificateScratch, own, password, passwordSource, stranger, textsOf } from './fixture.ts';
import {
  childOf,
  decoded,
  encoded,
  forgePfx,
  identifierOf,
  integerOf,
  octetsOf,
  ofBinary,
  opensslPfxMaker,
  sequenceOf,
  withoutMac,
} from './pfx-maker.ts';

const files = certificateScratch({ after });
const { make, older } = opensslPfxMaker(files);
const opened = { certificate: own.certificatePem, privateKey: own.privateKeyPem, sendCertificateChain: undefined };

/** What is read, and how often a password was asked for. The name says nothing. */
async function read(content: string | Uint8Array, given?: string) {
  const { asked, source } = passwordSource(given);
  const path = files.file('read.pem', content);
  const certificate = await readCertificateFile(certificateContext().context, path, { password: source });
  return { ...textsOf(certificate), asked: asked.length };
}

describe('a PFX that node-forge made opens', () => {
  for (const algorithm of ['aes128', 'aes192', 'aes256', '3des'] as const) {
    test(`under ${algorithm}, with a password and with the empty one`, async () => {
      for (const [text, asked] of [
        [password, 1],
        ['', 0],
      ] as const) {
        const content = forgePfx(text, { algorithm, count: 100 });
        assert.deepEqual(await read(content, password), { ...opened, asked });
      }
    });
  }

  test('without any password, which is not the empty one, as in .NET’s store', async () => {
    assert.deepEqual(await read(forgePfx(undefined, { algorithm: '3des' })), { ...opened, asked: 0 });
  });

  test('with its key in clear, and without an authentication code', async () => {
    assert.deepEqual(await read(forgePfx(null, {})), { ...opened, asked: 0 });
    assert.deepEqual(await read(forgePfx(null, { useMac: false })), { ...opened, asked: 0 });
    assert.deepEqual(await read(forgePfx(password, { useMac: false }), password), { ...opened, asked: 1 });
  });

  test('as the sandbox makes it', async () => {
    assert.deepEqual(await read(await pfxOf(own, '')), { ...opened, asked: 0 });
    assert.deepEqual(await read(await pfxOf(own, password), password), { ...opened, asked: 1 });
  });
});

describe('a PFX that OpenSSL made opens', { skip: opensslMissing }, () => {
  const both = (cipher: string) => ['-keypbe', cipher, '-certpbe', cipher];
  const ways: Readonly<Record<string, () => readonly string[]>> = {
    'as it is made now: AES-256, SHA-256': () => [],
    'as it and Windows made it: RC2 of 40 bits, 3DES, SHA-1': () => older(),
    'RC2 of 128 bits': () => [...older(), ...both('PBE-SHA1-RC2-128')],
    'RC2 of 40 bits': () => [...older(), ...both('PBE-SHA1-RC2-40')],
    '3DES': () => [...older(), ...both('PBE-SHA1-3DES')],
    '3DES of two keys': () => [...older(), ...both('PBE-SHA1-2DES')],
    '3DES by PBES2, SHA-384': () => [...both('des-ede3-cbc'), '-macalg', 'sha384'],
    'AES-128, SHA-512': () => [...both('aes-128-cbc'), '-macalg', 'sha512'],
    'AES-192, SHA-224': () => [...both('aes-192-cbc'), '-macalg', 'sha224'],
    'a million iterations': () => ['-iter', '1000000', '-nomaciter'],
    'one iteration': () => ['-noiter', '-nomaciter'],
    'no authentication code, and so its certificate in clear': () => ['-nomac'],
    'key and certificate in clear': () => both('NONE'),
    'a name and a provider': () => ['-name', 'Ünser Schlüssel', '-CSP', 'Microsoft Software Key Storage Provider'],
  };
  for (const [way, options] of Object.entries(ways)) {
    test(`${way}; with a password, and with the empty one`, async () => {
      assert.deepEqual(await read(make(password, ...options()), password), { ...opened, asked: 1 });
      assert.deepEqual(await read(make('', ...options()), password), { ...opened, asked: 0 });
    });
  }

  for (const [way, options] of Object.entries({ now: () => [], 'it was': older })) {
    test(`with a password beyond ASCII, as it is made ${way}`, async () => {
      const text = 'pässwörd€';
      assert.deepEqual(await read(make(text, ...options()), text), { ...opened, asked: 1 });
    });
  }

  test('without the authentication code, its certificate encrypted', async () => {
    for (const options of [[], older()]) {
      assert.deepEqual(await read(withoutMac(make(password, ...options)), password), { ...opened, asked: 1 });
      assert.deepEqual(await read(withoutMac(make('', ...options))), { ...opened, asked: 0 });
    }
  });

  test('with other certificates beside: the one that fits the key', async () => {
    files.file('more', stranger.certificatePem);
    assert.deepEqual(await read(make(password, '-certfile', 'more'), password), { ...opened, asked: 1 });
  });

  test('and so does what OpenSSL makes of it as PEM', async () => {
    files.file('in.pfx', make(password));
    files.file('new-password', password);
    for (const [output, asked] of [
      [['-nodes'], 0],
      [['-passout', 'file:new-password'], 1],
    ] as const) {
      const pem = files.openssl('pkcs12', '-in', 'in.pfx', '-passin', 'file:password', ...output);
      assert.deepEqual(await read(pem, password), { ...opened, asked });
    }
  });

  for (const [digest, keyed, bytes] of [
    ['sha256', '1.2.840.113549.2.9', 32],
    ['sha512', '1.2.840.113549.2.11', 64],
  ] as const) {
    test(`under the newer authentication code, PBMAC1 (RFC 9579), by ${digest}`, async () => {
      const [pfx, salt] = [decoded(make(password)), Buffer.from('a salt of its own')];
      const key = pbkdf2Sync(password, salt, 2048, bytes, digest);
      const content = ofBinary(String(childOf(pfx, 1, 1, 0).value));
      const mac = createHmac(digest, key).update(content).digest();
      const scheme = sequenceOf(identifierOf(keyed));
      const parameters = sequenceOf(octetsOf(salt), integerOf(2048), integerOf(bytes), scheme);
      const derivation = sequenceOf(identifierOf('1.2.840.113549.1.5.12'), parameters);
      const algorithm = sequenceOf(identifierOf('1.2.840.113549.1.5.14'), sequenceOf(derivation, scheme));
      const macData = sequenceOf(sequenceOf(algorithm, octetsOf(mac)), octetsOf(Buffer.from('NOT USED')), integerOf(1));
      const changed = encoded(sequenceOf(childOf(pfx, 0), childOf(pfx, 1), macData));
      assert.deepEqual(await read(changed, password), { ...opened, asked: 1 });
      await assert.rejects(read(changed, 'another'), { code: 'certificate_unusable' });
    });
  }
});
