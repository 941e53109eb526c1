import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { judgeCertificate, type KeyCredential } from '../../src/domain/index.ts';
import { tokenSigningCertificate } from '../../src/http/tls/certificate-authority.ts';
import { readSeed, type Seed, SeedError, sandboxData, withSampleCertificate } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';
import { newCertificate } from '../support/client-assertion.ts';

const now = new Date('2026-11-21T08:59:27Z');
const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const other = '55555555-5555-5555-5555-555555555555';
const sample = '00001111-aaaa-2222-bbbb-3333cccc4444';
const certificate = await newCertificate(now);
const { raw, validFromDate, validToDate } = new X509Certificate(certificate.certificatePem);
const { sha1, sha256 } = certificate;

const seedWith = (application: object): Seed =>
  readSeed(
    JSON.stringify({
      applications: [{ appId: other, displayName: 'A', appOwnerOrganizationId: tenant, ...application }],
    }),
    'seed.json',
  );
const registered = async (seed: Seed, appId = other) =>
  (await sandboxData(cheap, seed)).directory.applications.find((application) => application.appId === appId);

const forms = {
  PEM: certificate.certificatePem,
  'PEM with the private key before it': certificate.privateKeyPem + certificate.certificatePem,
  'DER in base64': raw.toString('base64'),
  'DER in base64, in lines': certificate.certificatePem.replace(/-----[A-Z ]+-----/g, ''),
};
for (const [form, key] of Object.entries(forms)) {
  test(`a certificate as ${form} is registered, for as long as it is valid`, async () => {
    const [credential, ...more] = (await registered(seedWith({ keyCredentials: [{ key }] })))?.keyCredentials ?? [];
    assert.deepEqual(
      [credential?.key, credential?.startDateTime, credential?.endDateTime, more],
      [raw.toString('base64'), validFromDate, validToDate, []],
    );
  });
}

test('a registration may have dates of its own', async () => {
  const dates = { startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2026-02-01T00:00:00Z' };
  const seed = seedWith({ keyCredentials: [{ key: forms.PEM, ...dates }] });
  const [credential] = (await registered(seed))?.keyCredentials ?? [];
  assert.deepEqual(
    [credential?.startDateTime, credential?.endDateTime],
    [new Date(dates.startDateTime), new Date(dates.endDateTime)],
  );
});

const elliptic =
  'MIIBbjCCARWgAwIBAgIURbVFFogG0gKjIQphAqiB+hjO+jQwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjExMjI4MzRaGA8yMTI2MTAyODEyMjgzNFowDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAWLzlPRfe6PUmhEYxcd+/MKp6pqk8FkdriX1JQOC/fz+fT1x8ITAl+wMWgjp7xIDPtC+5kbzThyAbVC9nsKgZijUzBRMB0GA1UdDgQWBBQTu1jtyIo6lHuE2mcULWk+N+U2lDAfBgNVHSMEGDAWgBQTu1jtyIo6lHuE2mcULWk+N+U2lDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIE5dgL+OSRDOCn3kpyGnrd1Yri/jXxR2eBypn6bZDMGwAiBHYZoOPwITe1cYHG1kmO2cwy/ibPJ0lcwODIbXPCSDhw==';
const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const unusable = {
  'an elliptic curve': elliptic,
  '1024 bits': await tokenSigningCertificate(short.toString(), { commonName: 'x', now, lifetimeDays: 1 }),
};
const federated = (more: object = {}) => ({ name: 'n', issuer: 'https://idp.example', subject: 's', ...more });
const refused: readonly (readonly [name: string, application: object, said: string])[] = [
  ...Object.entries(unusable).map(
    ([name, key]) =>
      [`a certificate of ${name}`, { keyCredentials: [{ key }] }, 'no certificate of an RSA key of 2048 bits'] as const,
  ),
  [
    'two federated credentials of one name',
    { federatedIdentityCredentials: [federated(), federated({ subject: 't' })] },
    'two federated credentials named n',
  ],
  [
    'two federated credentials for one subject',
    { federatedIdentityCredentials: [federated(), federated({ name: 'm' })] },
    'two federated credentials for s of https://idp.example',
  ],
  ...[
    'http://idp.example',
    'http://localhost.example',
    'http://localhost:80@idp.example',
    'ftp://localhost',
    'idp',
  ].map(
    (issuer) =>
      [
        `the issuer ${issuer}`,
        { federatedIdentityCredentials: [federated({ issuer })] },
        'applications[0].federatedIdentityCredentials[0].issuer: must be',
      ] as const,
  ),
];
for (const [name, application, said] of refused) {
  test(`a seed with ${name} is refused`, () => {
    assert.throws(
      () => seedWith(application),
      (thrown) => thrown instanceof SeedError && thrown.message.includes(said),
    );
  });
}

test('a federated credential is for Entra’s own audience unless it says otherwise', async () => {
  const issuers = ['https://idp.example', 'http://localhost:5556/dex', 'http://127.0.0.1:80', 'http://[::1]:80/x'];
  const credentials = issuers.map((issuer) => federated({ name: issuer, issuer }));
  const application = await registered(seedWith({ federatedIdentityCredentials: credentials }));
  assert.deepEqual(
    application?.federatedIdentityCredentials.map(({ issuer, audiences }) => [issuer, audiences]),
    issuers.map((issuer) => [issuer, ['api://AzureADTokenExchange']]),
  );
});

test('the sample application gets the certificate of the first start, whatever its clock, and no private key', async () => {
  const seed = withSampleCertificate(fixedSeed(), certificate.privateKeyPem + certificate.certificatePem);
  assert.equal(JSON.stringify(seed).includes('PRIVATE KEY'), false);
  const application = await registered(seed, sample);
  const [credential] = application?.keyCredentials ?? [];
  assert.deepEqual([credential?.key, credential?.endDateTime], [raw.toString('base64'), validToDate]);
  assert.ok((credential?.startDateTime ?? now) < new Date('2001-01-01'));
  const others = seed.applications.filter(({ appId }) => appId !== sample);
  assert.ok(others.every(({ keyCredentials }) => keyCredentials.length === 0));
});

test('a sample application stated anew without credentials stays without', async () => {
  const seed = seedWith({ appId: sample, isFallbackPublicClient: true });
  const application = await registered(withSampleCertificate(seed, certificate.certificatePem), sample);
  assert.deepEqual(application?.keyCredentials, []);
});

const credential = (startDateTime: string, endDateTime: string): KeyCredential => ({
  keyId: startDateTime,
  displayName: 'c',
  key: raw.toString('base64'),
  startDateTime: new Date(startDateTime),
  endDateTime: new Date(endDateTime),
});
const past = credential('2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
const present = credential('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');

test('one certificate registered twice is valid while one of the registrations is', () => {
  for (const credentials of [
    [past, present],
    [present, past],
  ]) {
    assert.deepEqual(judgeCertificate(credentials, { sha256 }, now), { judgement: 'valid', credential: present });
  }
  assert.deepEqual(judgeCertificate([past], { sha1 }, now), { judgement: 'outOfTime', credential: past });
});

test('no thumbprint names no certificate', () => {
  assert.deepEqual(judgeCertificate([present], {}, now), { judgement: 'unknown' });
});
