import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { systemRandom } from '../../../src/base/random.ts';
import { readCertificateFile } from '../../../src/cli/certificates/index.ts';
import { exitCodeOf } from '../../../src/cli/failures.ts';
import { certificateAssertion } from '../../../src/client/client-assertion.ts';
import { startSandbox } from '../../../src/server/index.ts';
import { applicationId, tenantId } from '../../client/wire.ts';
import { tokenParts } from '../../support/answer.ts';
import { assertionType } from '../../support/client-assertion.ts';
import {
  certificateContext,
  certificateScratch,
  everythingSaidBy,
  keyLines,
  own,
  password,
  passwordSource,
  refusalOf,
  stranger,
  textsOf,
} from './fixture.ts';

const files = certificateScratch({ after });
const expected = { certificate: own.certificatePem, privateKey: own.privateKeyPem, sendCertificateChain: undefined };

async function read(path: string, given?: string) {
  const { asked, source } = passwordSource(given);
  const { context, warnings, notes } = certificateContext();
  const certificate = await readCertificateFile(context, path, { password: source });
  return { certificate, asked: asked.length, warnings, notes };
}

const encrypted = (type: 'pkcs1' | 'pkcs8', passphrase = password) =>
  own.privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
const pkcs1 = own.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

describe('a PEM file', () => {
  const forms = {
    'the key first': own.privateKeyPem + own.certificatePem,
    'the certificate first': own.certificatePem + own.privateKeyPem,
    'a PKCS#1 key': own.certificatePem + pkcs1,
    'lines of Windows, and words between': `Bag Attributes\r\n  friendlyName: x\r\n${(own.certificatePem + own.privateKeyPem).replaceAll('\n', '\r\n')}`,
    'a byte order mark': `\ufeff${own.certificatePem}${own.privateKeyPem}`,
    'another certificate and another key beside them':
      stranger.certificatePem + own.privateKeyPem + own.certificatePem + pkcs1,
  };
  for (const [form, text] of Object.entries(forms)) {
    test(`with ${form}`, async () => {
      const { certificate, asked } = await read(files.file('x.pfx', text), 'not asked for');
      assert.deepEqual([textsOf(certificate), asked], [expected, 0]);
    });
  }

  const locked = { 'PKCS#8': encrypted('pkcs8'), 'PKCS#1': encrypted('pkcs1') };
  for (const [form, key] of Object.entries(locked)) {
    test(`with an encrypted ${form} key, asked for its password once`, async () => {
      const { certificate, asked } = await read(files.file('x', own.certificatePem + key), password);
      assert.deepEqual([textsOf(certificate), asked], [expected, 1]);
    });
  }
});

test('the chain is handed over, and whether it is to be sent', async () => {
  const path = files.file('x.pem', own.privateKeyPem + own.certificatePem);
  const { source } = passwordSource(undefined);
  const options = { password: source, sendCertificateChain: true };
  const certificate = await readCertificateFile(certificateContext().context, path, options);
  assert.deepEqual(textsOf(certificate), { ...expected, sendCertificateChain: true });
});

test('the sandbox’s own client.pem and client.pfx sign assertions its authority takes, at v1 and v2', async () => {
  const dataFolder = join(files.folder, 'sandbox');
  const sandbox = await startSandbox({ dataFolder, http: true, port: 0, logLevel: 'silent' });
  try {
    for (const name of ['client.pem', 'client.pfx']) {
      const { certificate, asked, warnings } = await read(join(dataFolder, name));
      assert.deepEqual([asked, warnings], [0, []]);
      const context = { clock: { now: () => new Date() }, random: systemRandom };
      const assertion = certificateAssertion(context, applicationId, certificate);
      for (const path of ['oauth2/token', 'oauth2/v2.0/token']) {
        const tokenEndpoint = `${sandbox.url}/${tenantId}/${path}`;
        const resource = 'https://api.partnercenter.microsoft.com';
        const response = await fetch(tokenEndpoint, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: applicationId,
            client_assertion_type: assertionType,
            client_assertion: (await assertion(tokenEndpoint)).reveal(),
            ...(path.includes('v2') ? { scope: `${resource}/.default` } : { resource }),
          }),
        });
        const body = (await response.json()) as { access_token?: string };
        assert.equal(tokenParts(body.access_token).claims.appidacr, '2', `${name} at ${path}`);
      }
    }
  } finally {
    await sandbox.close();
  }
});

const pair = own.certificatePem + own.privateKeyPem;
const derOf = (pem: string) => new X509Certificate(pem).raw;

const refused: readonly (readonly [name: string, content: string | Uint8Array, why: string])[] = [
  ['nothing', '', 'is neither PEM nor PFX.'],
  ['text', 'CANARY certificate', 'is neither PEM nor PFX.'],
  ['a certificate alone, PEM', own.certificatePem, 'holds no private key.'],
  ['a certificate alone, DER', derOf(own.certificatePem), 'holds no private key.'],
  ['a key alone', own.privateKeyPem, 'holds no certificate.'],
  ['a public key', createPublicKey(own.privateKey).export({ type: 'spki', format: 'pem' }), 'holds no certificate.'],
  ['a PEM cut short', pair.slice(0, 500), 'holds no certificate.'],
  [
    'a damaged certificate',
    own.certificatePem.slice(0, 200) + own.certificatePem.slice(264) + own.privateKeyPem,
    'holds a certificate that cannot be read.',
  ],
  [
    'a damaged key',
    own.certificatePem + own.privateKeyPem.slice(0, 200) + own.privateKeyPem.slice(264),
    'holds a private key that cannot be read.',
  ],
  ['random bytes that begin as a PFX', Buffer.alloc(2000, 0x30), 'cannot be read as a PFX.'],
  [
    'DER of something else',
    Buffer.from('3003020103', 'hex'),
    'cannot be read as a PFX: its ASN.1 is not that of a PFX.',
  ],
];

describe('row 17: refused with one sentence that holds no password and no key', () => {
  for (const [name, content, why] of refused) {
    test(name, async () => {
      const path = files.file('refused', content);
      await assertRefused(path, password, `${path} ${why}`);
    });
  }

  test('another certificate’s key', async () => {
    const path = files.file('refused', own.certificatePem + stranger.privateKeyPem);
    await assertRefused(path, undefined, `The private key of ${path} belongs to another certificate.`);
  });

  for (const type of ['pkcs1', 'pkcs8'] as const) {
    test(`an encrypted ${type} key without its password, or with another`, async () => {
      const path = files.file('refused', own.certificatePem + encrypted(type));
      const hint =
        'Give it by --certificate-password-file, PARTNER_AUTH_CERTIFICATE_PASSWORD, or on a terminal when asked.';
      assert.equal((await assertRefused(path, undefined, `${path} needs a password.`)).hint, hint);
      await assertRefused(path, `${password} of another`, `The password of ${path} is wrong.`);
    });
  }

  test('more than 256 KiB', async () => {
    const path = files.file('refused', pair + '\n'.repeat(262_144));
    await assertRefused(path, undefined, `${path} is longer than 262144 bytes, which no certificate is.`);
  });

  test('a folder, and nothing there', async () => {
    const path = join(files.folder, 'folder');
    await assertRefused(path, undefined, `${path} is not there.`);
    mkdirSync(path);
    await assertRefused(path, undefined, `${path} is no file.`);
  });

  test('a pipe nobody writes to', { skip: process.platform === 'win32' }, async () => {
    const path = join(files.folder, 'pipe');
    spawnSync('mkfifo', [path]);
    await assertRefused(path, undefined, `${path} is no file.`);
  });

  test('a million beginnings, at once', async () => {
    for (const text of ['-----BEGIN ', '-----BEGIN CERTIFICATE-----\n', '-----BEGIN X-----END X-----']) {
      const path = files.file('refused', text.repeat(Math.floor(262_144 / text.length)));
      await assertRefused(path, undefined, `${path} holds no certificate.`);
    }
  });
});

async function assertRefused(path: string, given: string | undefined, message: string) {
  const error = await refusalOf(read(path, given));
  assert.deepEqual([error.code, error.message, exitCodeOf(error)], ['certificate_unusable', message, 7]);
  const said = everythingSaidBy(error);
  for (const canary of ['CANARY', ...keyLines(own.privateKeyPem), ...keyLines(pkcs1)]) {
    assert.equal(said.includes(canary), false, said);
  }
  return error;
}

test('a certificate out of its time is named, with the date', async () => {
  const { validToDate, fingerprint } = new X509Certificate(own.certificatePem);
  const { context } = certificateContext({}, validToDate);
  const path = files.file('x.pem', pair);
  const error = await refusalOf(readCertificateFile(context, path, { password: passwordSource(undefined).source }));
  const date = validToDate.toISOString().replace('.000Z', 'Z');
  const name = `CN=A client (${fingerprint.replaceAll(':', '')})`;
  assert.deepEqual(
    [error.code, error.message],
    ['certificate_unusable', `The certificate ${name} expired at ${date}.`],
  );
});

describe('who else has the file', { skip: process.platform === 'win32' }, () => {
  const path = files.file('shared.pem', pair);
  for (const mode of [0o600, 0o400, 0o700]) {
    test(`nobody, ${mode.toString(8)}`, async () => {
      chmodSync(path, mode);
      assert.deepEqual((await read(path)).warnings, []);
    });
  }

  for (const mode of [0o640, 0o604, 0o444]) {
    test(`readers are warned of, ${mode.toString(8)}`, async () => {
      chmodSync(path, mode);
      assert.deepEqual((await read(path)).warnings, [
        `The file ${path} can be read by others (mode 0${mode.toString(8)}); chmod 600 keeps it to you.`,
      ]);
    });
  }

  for (const mode of [0o620, 0o602, 0o666]) {
    test(`writers are refused, ${mode.toString(8)}`, async () => {
      chmodSync(path, mode);
      const error = await refusalOf(read(path));
      assert.deepEqual(
        [error.code, error.message, error.hint],
        [
          'certificate_unusable',
          `${path} can be written to by others (mode 0${mode.toString(8)}).`,
          `chmod 600 ${path}`,
        ],
      );
    });
  }
});
