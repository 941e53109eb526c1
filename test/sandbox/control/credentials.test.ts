import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { clientCertificate } from '../../../src/http/tls/certificate-authority.ts';
import { controlled, fixedApplication, now, registered, tokenWith } from './fixture.ts';

describe('secrets', () => {
  test('work until they end or are removed; two work at once', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const place = `/sandbox/applications/${appId}`;
    const add = async (body: object) => (await sandbox.ask('POST', `${place}/secrets`, body)).body;
    const short = await add({ displayName: 'short', lifetimeDays: 1 });
    const long = await add({});
    assert.deepEqual(
      [short.displayName, short.endDateTime, long.endDateTime],
      ['short', '2026-11-22T09:00:00.000Z', '2027-05-20T09:00:00.000Z'],
    );
    assert.equal(/^[\w.~]{40}$/.test(short.secretText) && short.secretText.slice(3, 6) === '8Q~', true);
    const codes = async () =>
      Promise.all([short, long].map(async ({ secretText }) => (await tokenWith(sandbox, appId, secretText)).code));
    assert.deepEqual(await codes(), [undefined, undefined]);
    sandbox.clock.advance(86_400);
    assert.deepEqual(await codes(), [7000222, undefined]);
    await sandbox.ask('DELETE', `${place}/secrets/${long.keyId}`);
    assert.deepEqual(await codes(), [7000222, 7000215]);
    assert.equal((await sandbox.ask('DELETE', `${place}/secrets/${long.keyId}`)).status, 404);
  });

  test('row 124: a secret is in the one answer that makes it, and in no other', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const place = `/sandbox/applications/${appId}`;
    const { secretText } = (await sandbox.ask('POST', `${place}/secrets`, {})).body;
    await tokenWith(sandbox, appId, secretText);
    for (const path of ['', '/applications', `/applications/${appId}`, '/export', '/requests', '/openapi.json']) {
      const text = JSON.stringify((await sandbox.ask('GET', `/sandbox${path}`)).body);
      assert.equal(text.includes(secretText), false, path);
    }
  });

  test('it goes on working in the world that an export is imported into', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const { secretText } = (await sandbox.ask('POST', `/sandbox/applications/${appId}/secrets`, {})).body;
    const exported = (await sandbox.ask('GET', '/sandbox/export')).body;
    const other = await controlled();
    assert.equal((await other.ask('POST', '/sandbox/import', exported)).status, 200);
    assert.equal((await tokenWith(other, appId, secretText)).code, undefined);
  });

  for (const [body, target] of [
    [{ lifetimeDays: 0 }, 'lifetimeDays'],
    [{ lifetimeDays: 731 }, 'lifetimeDays'],
    [{ displayName: '' }, 'displayName'],
    [{ secretText: 'chosen' }, undefined],
  ] as const) {
    test(`${JSON.stringify(body)} is refused`, async () => {
      const sandbox = await controlled();
      const answer = await sandbox.ask('POST', `/sandbox/applications/${fixedApplication}/secrets`, body);
      assert.deepEqual([answer.status, answer.body.error.target], [400, target]);
    });
  }
});

describe('certificates', () => {
  const made = clientCertificate({ commonName: 'a client', now, lifetimeDays: 30 });

  test('are registered without the private key beside them, once, and shown by their thumbprints', async () => {
    const sandbox = await controlled();
    const appId = await registered(sandbox);
    const { certificatePem, privateKeyPem } = await made;
    const place = `/sandbox/applications/${appId}/certificates`;
    const { status, body } = await sandbox.ask('POST', place, { certificate: privateKeyPem + certificatePem });
    const { fingerprint, fingerprint256 } = new X509Certificate(certificatePem);
    assert.deepEqual(
      [status, body.thumbprint, body.thumbprintSha256],
      [200, fingerprint.replaceAll(':', ''), fingerprint256.replaceAll(':', '')],
    );
    assert.equal((await sandbox.ask('POST', place, { certificate: certificatePem })).status, 409);
    assert.equal(JSON.stringify((await sandbox.ask('GET', '/sandbox/export')).body).includes('PRIVATE KEY'), false);
    const removed = await sandbox.ask('DELETE', `${place}/${body.keyId}`);
    assert.deepEqual([removed.status, removed.body.certificates], [200, []]);
  });

  for (const certificate of ['text', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
    test(`${certificate.slice(0, 12)} is refused`, async () => {
      const sandbox = await controlled();
      const answer = await sandbox.ask('POST', `/sandbox/applications/${fixedApplication}/certificates`, {
        certificate,
      });
      assert.deepEqual(
        [answer.status, answer.body.error.message],
        [400, 'certificate: must be an X.509 certificate. Give it as PEM, or as DER in base64.'],
      );
    });
  }
});
