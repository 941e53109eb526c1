import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { AbortSignalLike } from '@azure/abort-controller';
import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
  tlsPolicy,
} from '@azure/core-rest-pipeline';
import { settableClock } from '../../src/base/clock.ts';
import { developmentAuthority, serverCertificate } from '../../src/http/tls/certificate-authority.ts';
import { AuthError, PartnerClient, type PartnerClientParameters } from '../../src/index.ts';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';
import { tokenParts } from '../support/answer.ts';
import { until } from '../support/until.ts';
import { clientId, clientSecret, customer, partnerCenter, tenant } from './run-client.ts';

/** `PartnerCredential` where Azure's SDKs use theirs: in the pipeline all of them are made of. */

let sandbox: TestSandbox;
let ca: string;
let certificate: { readonly cert: string; readonly key: string };
before(async () => {
  sandbox = await startSandbox();
  const names = { permittedNames: ['localhost'], permittedAddresses: ['127.0.0.0/8'] };
  const made = { now: new Date(), lifetimeDays: 30 };
  const authority = await developmentAuthority({ commonName: 'Test authority', ...names, ...made });
  const server = await serverCertificate(authority, { names: ['localhost'], addresses: [], ...made });
  ca = authority.certificatePem;
  certificate = { cert: server.certificatePem, key: server.privateKeyPem };
});
after(() => sandbox.close());

const scope = `${partnerCenter}/.default`;

/** A client at the sandbox; every form it sends to the authority is kept. */
function client(options: Partial<PartnerClientParameters> = {}) {
  const forms: URLSearchParams[] = [];
  const recording: typeof fetch = async (url, init) => {
    forms.push(new URLSearchParams(String(init?.body ?? '')));
    return sandbox.fetch(url, init);
  };
  const partner = new PartnerClient({
    applicationId: clientId,
    credential: { password: clientSecret },
    tenant,
    environment: sandbox.environment,
    fetch: recording,
    ...options,
  } as PartnerClientParameters);
  return { partner, forms };
}

/** An API of somebody's, over TLS as the pipeline demands; `challenge` may refuse a bearer. */
async function api(challenge: (bearer: string) => string | undefined = () => undefined) {
  const bearers: string[] = [];
  const server = createServer(certificate, (request, response) => {
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? '';
    bearers.push(bearer);
    const refused = challenge(bearer);
    if (refused !== undefined) response.writeHead(401, { 'www-authenticate': refused });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, bearers, [Symbol.asyncDispose]: stop };
}

function azureClient(credential: TokenCredential) {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(tlsPolicy({ ca }));
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }));
  return (url: string, abortSignal?: AbortSignalLike) =>
    pipeline.sendRequest(
      createDefaultHttpClient(),
      createPipelineRequest({ url, ...(abortSignal && { abortSignal }) }),
    );
}

describe('in Azure’s pipeline', () => {
  test('one token serves many requests', async () => {
    await using resource = await api();
    const { partner, forms } = client();
    const send = azureClient(partner.credential());
    await Promise.all([1, 2, 3].map(() => send(resource.url)));
    assert.equal((await send(resource.url)).status, 200);
    assert.deepEqual([resource.bearers.length, new Set(resource.bearers).size, forms.length], [4, 1, 1]);
    assert.equal(tokenParts(resource.bearers[0] ?? '').claims.aud, partnerCenter);
  });

  test('a claims challenge (continuous access evaluation) goes back to the authority, and its token to the resource', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1795275000"}}}';
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    const { partner, forms } = client();
    const { accessToken: revoked } = await partner.acquireToken({ scopes: scope });
    await using resource = await api((bearer) => (bearer === revoked ? challenge : undefined));
    const response = await azureClient(partner.credential())(resource.url);
    assert.deepEqual([response.status, resource.bearers.length], [200, 2]);
    assert.deepEqual(
      forms.map((form) => form.get('claims')),
      [null, claims],
    );
    // The same challenge again is not answered with what was refused.
    await partner.credential().getToken(scope, { claims });
    assert.equal(forms.length, 3);
  });

  test('a token is replaced from refreshAfterTimestamp on, while the old one still serves', async () => {
    // The pipeline has the machine's clock: to it, what this one obtains is due at once.
    const clock = settableClock(new Date(Date.now() - 3_400_000));
    await using resource = await api();
    const { partner } = client({ clock });
    const send = azureClient(partner.credential());
    await send(resource.url);
    clock.advance(3_400);
    await send(resource.url);
    await until('the new one', async () => {
      await send(resource.url);
      return new Set(resource.bearers).size > 1;
    });
    assert.equal(new Set(resource.bearers).size, 2);
    assert.equal(resource.bearers[0], resource.bearers[1]);
  });

  test('what getToken throws comes through as it is', async () => {
    await using resource = await api();
    const { partner } = client({ credential: { password: 'wrong' } } as never);
    await assert.rejects(azureClient(partner.credential())(resource.url), (error) => {
      assert.ok(error instanceof AuthError, String(error));
      assert.deepEqual([error.code, error.aadsts], ['credentials_refused', [7000215]]);
      return true;
    });
    assert.equal(resource.bearers.length, 0);
  });
});

/** As Azure's own is: no `AbortSignal` of the platform. */
function azureSignal() {
  const listeners = new Set<(event: unknown) => unknown>();
  const signal = {
    aborted: false,
    addEventListener: (_: 'abort', listener: (event: unknown) => unknown) => void listeners.add(listener),
    removeEventListener: (_: 'abort', listener: (event: unknown) => unknown) => void listeners.delete(listener),
  };
  const abort = () => {
    signal.aborted = true;
    for (const listener of listeners) listener({ type: 'abort' });
  };
  return { signal, abort, listeners };
}

describe('abortSignal', () => {
  const silent: typeof fetch = () => new Promise(() => {});

  for (const [name, made] of [
    ['Azure’s own kind', azureSignal],
    [
      'the platform’s',
      () => {
        const controller = new AbortController();
        return { signal: controller.signal, abort: () => controller.abort(), listeners: new Set() };
      },
    ],
  ] as const) {
    test(`${name}: ends the wait by an AbortError, and nothing is left at it`, async () => {
      const { partner } = client({ fetch: silent });
      const { signal, abort, listeners } = made();
      const waiting = partner.credential().getToken(scope, { abortSignal: signal });
      setImmediate(abort);
      await assert.rejects(waiting, { name: 'AbortError', message: 'The call was ended by its caller.' });
      assert.equal(listeners.size, 0);
    });
  }

  test('aborted beforehand: nothing is sent', async () => {
    const { partner, forms } = client();
    const { signal, abort } = azureSignal();
    abort();
    await assert.rejects(partner.credential().getToken(scope, { abortSignal: signal }), { name: 'AbortError' });
    assert.equal(forms.length, 0);
  });

  test('of a request in the pipeline', async () => {
    await using resource = await api();
    const { partner } = client({ fetch: silent });
    const { signal, abort } = azureSignal();
    const sending = azureClient(partner.credential())(resource.url, signal);
    setImmediate(abort);
    await assert.rejects(sending, { name: 'AbortError' });
  });

  test('one caller’s leaves the others waiting', async () => {
    const { partner, forms } = client();
    const { signal, abort } = azureSignal();
    const [ended, served] = [signal, undefined].map((abortSignal) =>
      partner.credential().getToken(scope, { ...(abortSignal && { abortSignal }) }),
    );
    abort();
    await assert.rejects(ended ?? Promise.resolve(), { name: 'AbortError' });
    assert.ok((await served)?.token);
    assert.equal(forms.length, 1);
  });
});

describe('tenantId of a call, as @azure/identity has it', () => {
  const cases: readonly [
    name: string,
    own: string | undefined,
    allowed: readonly string[] | undefined,
    variable: string | undefined,
    isTaken: boolean,
  ][] = [
    ['another than the client’s', tenant, undefined, undefined, false],
    ['the client’s own', customer.toUpperCase(), undefined, undefined, true],
    ['one that is named', tenant, [customer], undefined, true],
    ['one of several that are named', tenant, ['x.test', customer.toUpperCase()], undefined, true],
    ['another than those that are named', tenant, ['x.test'], undefined, false],
    ['any', tenant, ['*'], undefined, true],
    ['by AZURE_ADDITIONALLY_ALLOWED_TENANTS', tenant, undefined, `x.test; ${customer}`, true],
    ['by AZURE_ADDITIONALLY_ALLOWED_TENANTS, any', tenant, undefined, '*', true],
    ['the option over the variable', tenant, [], '*', false],
    ['a client of any organization', 'organizations', undefined, undefined, true],
    ['a client without a tenant', undefined, undefined, undefined, true],
  ];
  for (const [name, own, additionallyAllowedTenants, variable, isTaken] of cases) {
    test(`${name}: ${isTaken ? 'asked for' : 'refused, and nothing is sent'}`, async (context) => {
      if (variable !== undefined) process.env.AZURE_ADDITIONALLY_ALLOWED_TENANTS = variable;
      context.after(() => delete process.env.AZURE_ADDITIONALLY_ALLOWED_TENANTS);
      const { partner, forms } = client({ tenant: own } as never);
      const credential = partner.credential({ additionallyAllowedTenants });
      const asking = credential.getToken(scope, { tenantId: customer });
      if (isTaken) {
        assert.equal(tokenParts((await asking).token).claims.tid, customer);
      } else {
        await assert.rejects(asking, (error) => error instanceof AuthError && error.code === 'invalid_parameters');
        assert.equal(forms.length, 0);
      }
    });
  }
});

test('requestOptions.timeout is the time of one request; enableCae changes nothing', async () => {
  const { partner } = client({
    fetch: (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      }),
    sleep: async () => {},
  });
  await assert.rejects(partner.credential().getToken(scope, { requestOptions: { timeout: 200 }, enableCae: true }), {
    code: 'timed_out',
    message: 'localhost:8443 did not answer within 0.2 seconds.',
  });
});
