import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { certificate, certificateFinding } from '../../../../src/cli/doctor/checks/certificate.ts';
import { describeCertificate, instantText } from '../../../../src/client/certificate.ts';
import { start } from '../../../client/wire.ts';
import { newCertificate } from '../../../support/client-assertion.ts';
import { scratch } from '../../command.ts';
import { findingBy } from '../fixture.ts';

const { certificatePem, privateKeyPem } = await newCertificate(start);
const read = new X509Certificate(certificatePem);
const found = `${describeCertificate(read)} is good until ${instantText(read.validToDate)}`;
const renew = 'Make a new one and upload its public part under Certificates & secrets, beside the old.';
const before = (milliseconds: number) => new Date(read.validToDate.getTime() - milliseconds);
const day = 86_400_000;

describe('certificate', () => {
  const cases: readonly (readonly [now: Date, expected: readonly unknown[]])[] = [
    [before(30 * day), ['ok', `${found}.`, undefined]],
    [before(30 * day - 1), ['warning', `${found}: 29 days more.`, renew]],
    [before(day), ['warning', `${found}: one day more.`, renew]],
    [before(1000), ['warning', `${found}: less than a day more.`, renew]],
  ];
  for (const [now, expected] of cases) {
    test(`looked at on ${now.toISOString()}`, () => {
      const { state, found, nextStep } = certificateFinding(read, now);
      assert.deepEqual([state, found, nextStep], expected);
    });
  }

  test('none', async () => {
    const { state, found } = await findingBy(certificate);
    assert.deepEqual([state, found], ['skipped', 'no certificate is named']);
  });

  test('by its file, by a variable, and by its thumbprint', async (context) => {
    const { folder, file } = scratch(context);
    const path = file('client.pem', certificatePem + privateKeyPem);
    const thumbprint = read.fingerprint;
    for (const given of [
      { values: { certificateFile: path } },
      { variables: { AZURE_CLIENT_CERTIFICATE_PATH: path } },
      { values: { certificateThumbprint: thumbprint }, variables: { PARTNER_AUTH_CERTIFICATES: folder, HOME: folder } },
    ]) {
      assert.equal((await findingBy(certificate, given)).found, `${found}.`);
    }
  });

  test('without its key', async (context) => {
    const path = scratch(context).file('client.pem', certificatePem);
    assert.deepEqual(await findingBy(certificate, { values: { certificateFile: path } }), {
      state: 'failed',
      found: `${path} holds no private key.`,
      nextStep: undefined,
      exitCode: 7,
    });
  });

  test('its password is left on standard input for whoever signs in', async (context) => {
    const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n';
    const path = scratch(context).file('client.pem', certificatePem + encrypted);
    const values = { certificateFile: path, certificatePasswordFile: '-' };
    const { state, found } = await findingBy(certificate, { values });
    assert.deepEqual([state, found], ['skipped', 'its password comes from standard input, which can be read once']);
  });
});
