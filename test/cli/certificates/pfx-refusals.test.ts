import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { systemRandom } from '../../../src/base/random.ts';
import { readCertificateFile } from '../../../src/cli/certificates/index.ts';
import { certificateAssertion } from '../../../src/client/client-assertion.ts';
import { AuthError } from '../../../src/client/errors.ts';
import { opensslMissing } from '../../support/openssl.ts';
import {
  certificateContext,
  certificateScratch,
  everythingSaidBy,
  keyLines,
  now,
  own,
  password,
  passwordSource,
  refusalOf,
  stranger,
  textsOf,
} from './fixture.ts';
import {
  type Asn1,
  childOf,
  decoded,
  encoded,
  forgePfx,
  integerOf,
  octetsOf,
  opensslPfxMaker,
  sequenceOf,
  withoutMac,
} from './pfx-maker.ts';

const files = certificateScratch({ after });
const { make, older } = opensslPfxMaker(files);
const path = join(files.folder, 'read.pfx');

function read(content: string | Uint8Array, given: string | undefined) {
  files.file('read.pfx', content);
  return readCertificateFile(certificateContext().context, path, { password: passwordSource(given).source });
}

/** The bytes in hex of the first occurrence, exchanged for as many others. */
function exchanged(pfx: Uint8Array, from: string, to: string): Buffer {
  const bytes = Buffer.from(pfx);
  const at = bytes.indexOf(from, 0, 'hex');
  assert.ok(at >= 0 && from.length === to.length);
  bytes.write(to, at, 'hex');
  return bytes;
}

function elliptic(): Buffer {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x'];
  files.openssl('req', '-x509', ...curve, '-keyout', 'ec.key', '-out', 'ec.crt');
  return files.openssl('pkcs12', '-export', '-inkey', 'ec.key', '-in', 'ec.crt', '-passout', 'file:password');
}

/** A file without an authentication code, its first encrypted part there many times. */
function repeated(pfx: Uint8Array, times: number): Buffer {
  const root = decoded(pfx);
  const safe = decoded(Buffer.from(String(childOf(root, 1, 1, 0).value), 'latin1'));
  const many = encoded(sequenceOf(...Array.from({ length: times }, () => childOf(safe, 0))));
  childOf(root, 1, 1).value = [octetsOf(many)];
  return encoded(root);
}

function macIterations(pfx: Uint8Array, iterations: Asn1): Buffer {
  const root = decoded(pfx);
  const [digest, salt] = [childOf(root, 2, 0), childOf(root, 2, 1)];
  return encoded(sequenceOf(childOf(root, 0), childOf(root, 1), sequenceOf(digest, salt, iterations)));
}

type Made = readonly [content: Uint8Array, given: string | undefined, message: string];
const wrong = `The password of ${path} is wrong.`;
const illegible = (why: string) => `${path} cannot be read as a PFX: ${why}.`;

const refused: Readonly<Record<string, () => Made>> = {
  'no password': () => [make(password), undefined, `${path} needs a password.`],
  'another password': () => [make(password), `${password} `, wrong],
  'another password, older ciphers': () => [make(password, ...older()), 'x', wrong],
  'another password, no authentication code': () => [withoutMac(make(password)), 'x', wrong],
  'another password, older ciphers and no authentication code': () => [
    withoutMac(make(password, ...older())),
    'x',
    wrong,
  ],
  'no key inside': () => [make(password, '-nokeys'), password, `${path} holds no private key.`],
  'no certificate inside': () => [make(password, '-nocerts'), password, `${path} holds no certificate.`],
  'a certificate that does not fit the key': () => [
    forgePfx(password, {}, stranger.certificatePem),
    password,
    `The private key of ${path} belongs to another certificate.`,
  ],
  'an elliptic curve': () => [elliptic(), password, `The key of ${path} is no RSA key (ec).`],
  'kept by a certificate instead of a password': () => [
    exchanged(make(''), '06092a864886f70d010701', '06092a864886f70d010702'),
    '',
    illegible('its contents are not kept by a password'),
  ],
  'a cipher nobody knows': () => [
    exchanged(withoutMac(make('')), '60864801650304012a', '60864801650304017f'),
    '',
    illegible('its encryption 2.16.840.1.101.3.4.1.127 is not known'),
  ],
  'an older cipher nobody knows': () => [
    exchanged(withoutMac(make(password, ...older())), '2a864886f70d010c0106', '2a864886f70d010c0101'),
    password,
    illegible('its encryption 1.2.840.113549.1.12.1.1 is not known'),
  ],
  'a digest nobody knows': () => [
    exchanged(make(''), '608648016503040201', '60864801650304027f'),
    '',
    illegible('its integrity algorithm 2.16.840.1.101.3.4.2.127 is not known'),
  ],
  'no iteration at all': () => [
    macIterations(make(''), integerOf(0)),
    '',
    illegible('a count of iterations in it is zero'),
  ],
  'iterations for years': () => [
    macIterations(make(''), integerOf(2 ** 32 - 1, 5)),
    '',
    illegible('it asks for more than 4000000 iterations'),
  ],
  'more iterations than a number holds': () => [
    macIterations(make(''), integerOf(1, 8)),
    '',
    illegible('a number in it is out of range'),
  ],
  'iterations for years, in many parts': () => [
    repeated(withoutMac(make(password, '-iter', '300000')), 100),
    password,
    illegible('it asks for more than 4000000 iterations'),
  ],
};

describe('row 17: refused with one sentence that holds no password and no key', { skip: opensslMissing }, () => {
  for (const [name, made] of Object.entries(refused)) {
    test(name, async () => {
      files.file('password', password);
      const [content, given, message] = made();
      const error = await refusalOf(read(content, given));
      assert.deepEqual([error.code, error.message], ['certificate_unusable', message]);
      const said = everythingSaidBy(error);
      for (const canary of ['CANARY', ...keyLines(own.privateKeyPem)]) assert.equal(said.includes(canary), false, said);
    });
  }
});

describe('damage anywhere ends in the certificate or in a sentence', { skip: opensslMissing }, () => {
  const kinds: Readonly<Record<string, () => Buffer>> = {
    'AES with an authentication code': () => make(password, '-noiter', '-nomaciter'),
    'RC2 and 3DES without one': () => withoutMac(make(password, ...older(), '-noiter', '-nomaciter')),
    'all in clear': () => make(password, '-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac'),
    PEM: () => Buffer.from(own.certificatePem + own.privateKeyPem),
  };
  for (const [kind, made] of Object.entries(kinds)) {
    test(kind, async () => {
      const whole = made();
      const intact = textsOf(await read(whole, password));
      const survives = async (bytes: Uint8Array, where: string) => {
        const result = await used(bytes).catch((error: unknown) => error);
        if (result instanceof AuthError) return assert.equal(result.code, 'certificate_unusable', where);
        if (result instanceof Error) assert.fail(`${where}: ${result.stack}`);
        // What the code covers is whole, or refused.
        if (kind.includes('with an')) assert.deepEqual(result, intact, where);
      };
      for (let at = 0; at < whole.length; at += 5) {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
        await survives(damaged, `bit ${at % 8} of byte ${at}`);
        if (at % 4 === 0) await survives(whole.subarray(0, at), `cut at ${at}`);
      }
    });
  }
});

/** What is read, once its key has signed: a key may be damaged where only that shows. */
async function used(bytes: Uint8Array) {
  const certificate = await read(bytes, password);
  await certificateAssertion({ clock: { now: () => now }, random: systemRandom }, 'x', certificate)('y');
  return textsOf(certificate);
}
