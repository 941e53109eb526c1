import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { addSeconds } from '../../src/base/clock.ts';
import { type DeviceGrant, entryKey, newUserCode } from '../../src/domain/index.ts';
import { nodeListener } from '../../src/http/node.ts';
import { listen } from '../../src/http/server.ts';
import { ensureTlsFiles } from '../../src/http/tls/tls-files.ts';
import { partnerScope, publicApplication, tenant } from '../authority/authorize/fixture.ts';
import { testAuthority } from '../authority/fixture.ts';

/** An authority on a port, over HTTPS, and an application on another that writes down what it is sent. */
export async function serveAuthority(seedFile?: string) {
  const authority = await testAuthority(seedFile);
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-browser-'));
  const tls = await ensureTlsFiles({ directory: folder, now: new Date(), hosts: [] });
  const failures: unknown[] = [];
  const listener = nodeListener(authority.handler, (cause) => void failures.push(cause));
  const listening = await listen(listener, {
    host: '127.0.0.1',
    port: 0,
    tls: { key: tls.keyPem, cert: tls.certificatePem },
  });
  const application = await serveApplication();
  return {
    ...authority,
    failures,
    url: `https://localhost:${listening.port}`,
    application,
    close: async () => {
      await listening.drain(0);
      application.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly form: Readonly<Record<string, string>>;
}

async function serveApplication() {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== '/favicon.ico') received.push({ method: request.method ?? '', url, form });
    response
      .setHeader('content-type', 'text/html')
      .end('<!doctype html><title>Application</title><h1>Application</h1>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    redirectUri: `http://localhost:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A device that waits for somebody to enter its code. */
export async function waitingDevice(
  { context }: Pick<Awaited<ReturnType<typeof testAuthority>>, 'context'>,
  changes: Partial<DeviceGrant> = {},
) {
  const now = context.clock.now();
  const grant: DeviceGrant = {
    appId: publicApplication,
    tenantPath: tenant,
    asked: { scope: partnerScope },
    state: 'pending',
    endsAt: addSeconds(now, 900),
    intervalSeconds: 5,
    ...changes,
  };
  const userCode = newUserCode(context.random);
  const deviceGrantKey = entryKey(context.random.guid());
  const expiresAt = addSeconds(now, 3600);
  await context.entries.add('deviceGrant', deviceGrantKey, { value: grant, expiresAt });
  await context.entries.add('userCode', entryKey(userCode), { value: { deviceGrantKey }, expiresAt });
  return { userCode, state: async () => context.entries.find('deviceGrant', deviceGrantKey) };
}
