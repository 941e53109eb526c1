import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AuthError, environments, generateAccessToken, PartnerClient } from '../../src/index.ts';
import { applicationId, appToken, fakeWire, json, quiet, tokenAnswer } from './wire.ts';

const identity = {
  applicationId,
  credential: { password: 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
} as const;

const isExchange = (url: string): boolean => url.endsWith('/generatetoken');

const exchanged = () => json({ access_token: 'opaque-token', token_type: 'Bearer', expires_in: 3600 });

const answering = () => fakeWire(({ url }) => (isExchange(url) ? exchanged() : tokenAnswer()));

describe('the bearer goes to the cloud it was asked for in', () => {
  const china = [
    'https://login.chinacloudapi.cn/contoso.com/oauth2/v2.0/token',
    'https://partner.partnercenterapi.microsoftonline.cn/v3/generatetoken',
  ];
  const cases: readonly [string, object, object][] = [
    ['environment', { environment: 'AzureChinaCloud' }, {}],
    ['environmentName', { environmentName: 'azurechinacloud' }, {}],
    ['an entry of one’s own', { environmentName: environments.AzureChinaCloud }, {}],
    ['the call’s environment', {}, { environment: 'AzureChinaCloud' }],
    [
      'the call’s environment over the client’s name',
      { environmentName: 'AzurePPE' },
      { environment: 'AzureChinaCloud' },
    ],
    [
      'the call’s name over the client’s environment',
      { environment: 'AzurePPE' },
      { environmentName: 'AzureChinaCloud' },
    ],
  ];
  for (const [name, ofClient, ofCall] of cases) {
    test(name, async () => {
      const wire = answering();
      const client = new PartnerClient({ ...identity, ...quiet(wire.fetch).options, ...ofClient });
      assert.equal((await client.generateAccessToken(ofCall)).resource, environments.AzureChinaCloud.partnerCenter);
      assert.deepEqual(
        wire.sent.map(({ url }) => url),
        china,
      );
    });

    test(`${name}, of a given bearer`, async () => {
      const wire = answering();
      const client = new PartnerClient({ ...identity, ...quiet(wire.fetch).options, ...ofClient });
      await client.generateAccessToken({ ...ofCall, bearer: appToken });
      assert.deepEqual(
        wire.sent.map(({ url }) => url),
        china.slice(1),
      );
    });
  }

  test('generateAccessToken knows both names, and takes one', async () => {
    const wire = answering();
    const { options } = quiet(wire.fetch);
    await generateAccessToken({ bearer: appToken, environmentName: 'AzureChinaCloud', ...options });
    const both = { environment: 'AzureCloud', environmentName: 'AzureChinaCloud' };
    await assert.rejects(
      generateAccessToken({ bearer: appToken, ...both, ...options }),
      (error: unknown) => error instanceof AuthError && error.code === 'invalid_parameters',
    );
    assert.deepEqual(
      wire.sent.map(({ url }) => url),
      china.slice(1),
    );
  });
});
