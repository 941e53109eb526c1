import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import forge from 'node-forge';
import { clientContext } from '../../src/client/context.ts';
import { AuthError, type AuthErrorCode } from '../../src/client/errors.ts';
import { maximumAnswerBytes, send } from '../../src/client/http.ts';
import {
  environments,
  generateAccessToken,
  newPartnerAccessToken,
  PartnerClient,
  trustingFetch,
} from '../../src/index.ts';
import { encodeEnvironmentFile } from '../../src/protocol/environment-file.ts';
import { applicationId, appToken, fakeWire, quiet } from './wire.ts';

const fails = (code: AuthErrorCode) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

const get = (url: string, fetchIt: typeof fetch, timeoutSeconds = 5) =>
  send(clientContext({ timeoutSeconds }), fetchIt, { method: 'GET', url, headers: {} });

const listening = async <Listening extends Server>(server: Listening): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

describe('row 29: credentials never follow a redirect', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`${status} over real HTTP: the other host receives nothing`, async () => {
      let reached = 0;
      const other = createHttpServer((_, response) => {
        reached += 1;
        response.end('{}');
      });
      const otherPort = await listening(other);
      const first = createHttpServer((_, response) => {
        response.writeHead(status, { location: `http://127.0.0.1:${otherPort}/` });
        response.end();
      });
      const port = await listening(first);
      const origin = `http://127.0.0.1:${port}`;
      const environment = { ...environments.AzureCloud, authority: origin, apiOrigin: origin };
      try {
        await assert.rejects(generateAccessToken({ bearer: appToken, environment }), fails('redirect_refused'));
        await assert.rejects(
          newPartnerAccessToken({
            applicationId,
            credential: { password: 'secret-secret' },
            tenant: 'contoso.com',
            scopes: 'x/.default',
            environment,
          }),
          fails('redirect_refused'),
        );
        assert.equal(reached, 0);
      } finally {
        first.close();
        other.close();
      }
    });
  }
});

describe('the answer is bounded', () => {
  test('in size, without reading on', async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    await assert.rejects(
      get('https://x.test/', async () => new Response(body)),
      fails('answer_unreadable'),
    );
    assert.ok(pulled <= maximumAnswerBytes / 65_536 + 3, String(pulled));
  });

  test('in time, while the body drips', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
    await assert.rejects(
      get('https://x.test/', async () => new Response(body), 0.05),
      fails('timed_out'),
    );
  });
});

describe('plain http is for this machine', () => {
  for (const url of [
    'http://login.example/x',
    'http://localhost.evil.test/',
    'http://127.0.0.1.evil.test/',
    'ftp://x/',
    'x',
  ]) {
    test(`${url} is not asked`, async () => {
      const wire = fakeWire(() => new Response());
      await assert.rejects(get(url, wire.fetch), fails('configuration'));
      assert.equal(wire.sent.length, 0);
    });
  }
  for (const url of ['http://localhost:8443/', 'http://127.0.0.1/', 'http://[::1]:80/', 'https://login.example/']) {
    test(`${url} is`, async () => assert.equal((await get(url, async () => new Response('ok'))).text, 'ok'));
  }
});

function authority() {
  const pair = () => forge.pki.rsa.generateKeyPair(2048);
  const signed = (
    subject: string,
    keys: forge.pki.rsa.KeyPair,
    issuer: { name: string; key: forge.pki.PrivateKey },
    extensions: object[],
  ) => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keys.publicKey;
    certificate.serialNumber = `0${Math.floor(Math.random() * 1e9)}`;
    certificate.validity.notBefore = new Date(Date.now() - 60_000);
    certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: issuer.name }]);
    certificate.setExtensions(extensions);
    certificate.sign(issuer.key as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  const caKeys = pair();
  const ca = { name: 'Test CA', key: caKeys.privateKey };
  const caPem = signed('Test CA', caKeys, ca, [{ name: 'basicConstraints', cA: true }]);
  const keys = pair();
  const names = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ];
  const cert = signed('localhost', keys, ca, [{ name: 'subjectAltName', altNames: names }]);
  return { caPem, cert, key: forge.pki.privateKeyToPem(keys.privateKey) };
}

test('trustingFetch trusts its authority alone, and the process trusts no more than before', async () => {
  const { caPem, cert, key } = authority();
  const server = createServer({ cert, key }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      response.setHeader('x-twice', ['a', 'b']);
      response.end(`${request.method} ${request.headers['x-sent']} ${Buffer.concat(pieces)}`);
    });
  });
  const port = await listening(server);
  const url = `https://localhost:${port}/`;
  try {
    const trusting = trustingFetch(caPem);
    const response = await trusting(url, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b' }),
      headers: { 'x-sent': '1' },
    });
    assert.equal(await response.text(), 'POST 1 a=b');
    assert.equal(response.headers.get('x-twice'), 'a, b');
    await assert.rejects(get(url, fetch), fails('tls'));
    await assert.rejects(get(url, trustingFetch(authority().caPem)), fails('tls'));
    await assert.rejects(trusting(url, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(get('http://127.0.0.1:9/', fetch), fails('network'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('each request is told, without its query', async () => {
  const events: unknown[] = [];
  const wire = fakeWire(() => new Response('', { status: 418 }));
  const context = clientContext({ onRequest: (event) => void events.push({ ...event, milliseconds: 0 }) });
  await send(context, wire.fetch, { method: 'GET', url: 'https://x.test/a?secret=1', headers: {}, correlationId: 'c' });
  assert.deepEqual(events, [
    { method: 'GET', url: 'https://x.test/a', status: 418, milliseconds: 0, correlationId: 'c' },
  ]);
  assert.equal(quiet(wire.fetch).waits.length, 0);
});

/** A server that gives tokens, found as the sandbox is: by its file, and by its own authority's certificate. */
async function sandboxFile(context: TestContext) {
  const { caPem, cert, key } = authority();
  const paths: string[] = [];
  let connections = 0;
  const server = createServer({ cert, key }, (request, response) => {
    paths.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: appToken, token_type: 'Bearer', expires_in: 3600 }));
  });
  server.on('secureConnection', () => (connections += 1));
  const port = await listening(server);
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-sandbox-'));
  context.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const caFile = join(folder, 'ca.pem');
  const environmentFile = join(folder, 'environment.json');
  writeFileSync(caFile, caPem);
  writeFileSync(environmentFile, encodeEnvironmentFile({ url: `https://localhost:${port}`, caFile }));
  return {
    sandbox: { environment: 'sandbox', environmentFile } as const,
    caFile,
    paths,
    connections: () => connections,
  };
}

test('the sandbox is found by its file and trusted by its authority, by nothing else', async (context) => {
  const { sandbox, caFile, paths } = await sandboxFile(context);
  const { accessToken } = await newPartnerAccessToken({
    applicationId,
    credential: { password: 'secret-secret' },
    tenant: 'contoso.com',
    resource: 'partner-center',
    ...sandbox,
  });
  await generateAccessToken({ bearer: accessToken, ...sandbox });
  assert.deepEqual(paths, ['/contoso.com/oauth2/v2.0/token', '/v3/generatetoken']);
  rmSync(caFile);
  await assert.rejects(generateAccessToken({ bearer: accessToken, ...sandbox }), fails('configuration'));
});

test('a client speaks to the sandbox over one connection, until its authority is another', async (context) => {
  const { sandbox, caFile, paths, connections } = await sandboxFile(context);
  const client = new PartnerClient({
    applicationId,
    credential: { password: 'secret-secret' },
    tenant: 'a',
    ...sandbox,
  });
  await client.generateAccessToken();
  await client.acquireToken({ tenant: 'b' });
  assert.deepEqual([paths.length, connections()], [3, 1]);
  writeFileSync(caFile, authority().caPem);
  await assert.rejects(client.acquireToken({ tenant: 'c' }), fails('tls'));
});
