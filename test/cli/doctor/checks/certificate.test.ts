import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { certificate, certificateFinding } from '../../../../src/cli/doctor/checks/certificate.ts';
import { token } from '../../../../src/cli/doctor/checks/token.ts';
import { runChecks } from '../../../../src/cli/doctor/run-checks.ts';
import type { OptionValues } from '../../../../src/cli/options.ts';
import { describeCertificate, instantText } from '../../../../src/client/certificate.ts';
import { applicationId, appToken, fakeWire, start, tenantId, tokenAnswer } from '../../../client/wire.ts';
import { assertionType, newCertificate } from '../../../support/client-assertion.ts';
import { scratch } from '../../command.ts';
import { examination, findingBy, type Given } from '../fixture.ts';

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

  const own: Given = { values: { applicationId, tenant: tenantId } };
  const using = (values: OptionValues, variables: Record<string, string> = {}): Given => ({
    values: { ...own.values, ...values },
    variables,
  });

  const none: readonly (readonly [name: string, given: Given, found: string])[] = [
    ['nobody', {}, 'needs credentials'],
    ['a secret', using({}, { PARTNER_AUTH_CLIENT_SECRET: 'CANARY-secret' }), 'no certificate is used'],
    ['a token that was given', { variables: { PARTNER_AUTH_ACCESS_TOKEN: appToken } }, 'no certificate is used'],
    [
      'a federated token',
      using({}, { AZURE_FEDERATED_TOKEN_FILE: '/nowhere' }),
      'AZURE_FEDERATED_TOKEN_FILE is used in place of a certificate',
    ],
  ];
  for (const [name, given, expected] of none) {
    test(`none: ${name}`, async () => {
      const { state, found } = await findingBy(certificate, given);
      assert.deepEqual([state, found], ['skipped', expected]);
    });
  }

  test('by its file, by a variable, and by its thumbprint', async (context) => {
    const { folder, file } = scratch(context);
    const path = file('client.pem', certificatePem + privateKeyPem);
    for (const given of [
      using({ certificateFile: path }),
      using({}, { AZURE_CLIENT_CERTIFICATE_PATH: path }),
      using({ certificateThumbprint: read.fingerprint }, { PARTNER_AUTH_CERTIFICATES: folder, HOME: folder }),
    ]) {
      assert.equal((await findingBy(certificate, given)).found, `${found}.`);
    }
  });

  test('without its key; the token then needs it', async (context) => {
    const path = scratch(context).file('client.pem', certificatePem);
    const given = using({ certificateFile: path });
    assert.deepEqual(await findingBy(certificate, given), {
      state: 'failed',
      found: `${path} holds no private key.`,
      nextStep: undefined,
      exitCode: 7,
    });
    assert.deepEqual((await findingBy(token, given)).found, 'needs the certificate');
  });

  test('row 17: its password is read from standard input for this and for the token, and told nowhere', async (context) => {
    const passphrase = 'CANARY-password';
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
    const path = scratch(context).file('client.pem', certificatePem + createPrivateKey(privateKeyPem).export(options));
    const wire = fakeWire(() => tokenAnswer());
    const examined = examination({
      ...using({ certificateFile: path, certificatePasswordFile: '-' }),
      hosts: [{ name: 'a', proxy: undefined, route: 'direct', way: { end: 'reached', certificate: undefined } }],
      stdin: `${passphrase}\n`,
      fetch: wire.fetch,
    });
    const { results } = await runChecks(examined, [certificate, token]);
    assert.deepEqual(
      results.map(({ state }) => state),
      ['ok', 'ok'],
    );
    assert.equal(JSON.stringify(results).includes(passphrase), false);
    assert.equal(wire.sent[0]?.form.get('client_assertion_type'), assertionType);
  });
});
