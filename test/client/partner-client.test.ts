import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AuthError,
  environments,
  generateAccessToken,
  memoryStore,
  PartnerClient,
  type PartnerClientParameters,
} from '../../src/index.ts';
import { applicationId, appToken, fakeWire, json, partnerRefusal, quiet, tokenAnswer, unsigned } from './wire.ts';

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

describe('a kept bearer that its service no longer accepts is replaced, once', () => {
  /** Takes the tokens of one life alone, as a sandbox with new keys does. */
  const restarted = () => {
    let life = 0;
    const tokenOf = () => unsigned({ life, exp: 2_000_000_000 });
    const wire = fakeWire(({ url, headers }) => {
      if (!isExchange(url)) return tokenAnswer({ access_token: tokenOf() });
      return headers.get('authorization') === `Bearer ${tokenOf()}` ? exchanged() : partnerRefusal(401, '400');
    });
    return { ...wire, restart: () => void life++ };
  };

  test('obtained anew, exchanged again', async () => {
    const wire = restarted();
    const client = new PartnerClient({ ...identity, ...quiet(wire.fetch).options, store: memoryStore() });
    await client.generateAccessToken();
    wire.restart();
    assert.equal((await client.generateAccessToken()).accessToken, 'opaque-token');
    assert.deepEqual(
      wire.sent.map(({ url }) => isExchange(url)),
      [false, true, true, false, true],
    );
    await client.generateAccessToken();
    assert.equal(wire.sent.length, 6);
  });

  const refused = (code: string, status: number) => (error: unknown) =>
    error instanceof AuthError && error.partnerCode === code && error.status === status;

  test('a new one that is refused, and a given one, are not tried again', async () => {
    const wire = fakeWire(({ url }) => (isExchange(url) ? partnerRefusal(401, '400') : tokenAnswer()));
    const client = new PartnerClient({ ...identity, ...quiet(wire.fetch).options });
    await assert.rejects(client.generateAccessToken(), refused('400', 401));
    assert.equal(wire.sent.length, 2);
    await assert.rejects(client.generateAccessToken(), refused('400', 401));
    assert.equal(wire.sent.length, 5);
    await assert.rejects(client.generateAccessToken({ bearer: appToken }), refused('400', 401));
    assert.equal(wire.sent.length, 6);
  });

  test('nor is a refusal a new token would meet too', async () => {
    const wire = fakeWire(({ url }, index) => {
      if (!isExchange(url)) return tokenAnswer();
      return index < 2 ? exchanged() : partnerRefusal(401, '900421');
    });
    const client = new PartnerClient({ ...identity, ...quiet(wire.fetch).options });
    await client.generateAccessToken();
    await assert.rejects(client.generateAccessToken(), refused('900421', 401));
    assert.equal(wire.sent.length, 3);
  });
});

test('the types take each identity, and nothing that is none', () => {
  const make = (parameters: PartnerClientParameters) => new PartnerClient(parameters);
  const user = { clientId: applicationId, username: 'john@contoso.com', password: 'secret' } as const;
  make({ ...identity, environmentName: 'AzureChinaCloud', store: memoryStore() });
  make({ clientId: applicationId, credential: { password: 'x' }, domain: 'contoso.com' });
  make(user);
  make({ refreshToken: 'x', applicationId });
  make({ module: 'ExchangeOnline' });
  // @ts-expect-error a name that is mistyped
  make({ applicatonId: 5 });
  // @ts-expect-error a name that is mistyped beside a whole identity
  make({ ...identity, tennant: 'contoso.com' });
  // @ts-expect-error a value of another type
  make({ ...identity, tenant: 5 });
  // @ts-expect-error a mixture of two sets
  make({ ...user, refreshToken: 'x' });
  // @ts-expect-error two names of one parameter
  make({ ...identity, clientId: applicationId });
  // @ts-expect-error a set that lacks its credential
  make({ username: 'john@contoso.com', applicationId });
  // @ts-expect-error scopes belong to a call
  make({ ...identity, scopes: 'x/.default' });
});
