import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { startSandbox } from '../../src/server/index.ts';
import { originsOf } from '../../src/server/origins.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-origins-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('originsOf', () => {
  const loopback = ['https://localhost:8443', 'https://127.0.0.1:8443', 'https://[::1]:8443'];
  const cases = [
    ['127.0.0.1', loopback],
    ['localhost', loopback],
    ['::1', loopback],
    ['127.0.0.2', ['https://127.0.0.2:8443']],
    ['192.0.2.7', ['https://192.0.2.7:8443']],
    ['2001:db8::7', ['https://[2001:db8::7]:8443']],
    ['Sandbox.example', ['https://sandbox.example:8443']],
  ] as const;
  for (const [host, origins] of cases) {
    test(host, () => assert.deepEqual(originsOf({ scheme: 'https', host, port: 8443 }), origins));
  }

  test('the scheme’s own port is not written', () => {
    assert.equal(originsOf({ scheme: 'https', host: 'localhost', port: 443 })[0], 'https://localhost');
    assert.equal(originsOf({ scheme: 'http', host: 'localhost', port: 80 })[0], 'http://localhost');
    assert.equal(originsOf({ scheme: 'http', host: 'localhost', port: 443 })[0], 'http://localhost:443');
  });
});

/** Every origin it answers for is reached there, by a client that trusts `ca.pem` and nothing else. */
async function answersAt(options: { host: string; allowRemote?: boolean }, names: readonly string[]): Promise<void> {
  const dataFolder = join(folder, options.host.replaceAll(':', '_'));
  const sandbox = await startSandbox({ ...options, port: 0, dataFolder, ephemeral: true });
  try {
    const trusting = trustingFetch(readFileSync(sandbox.tls?.caFile ?? '', 'utf8'));
    const { port } = new URL(sandbox.url);
    for (const origin of [sandbox.url, ...names.map((name) => `https://${name}:${port}`)]) {
      const answer = await trusting(`${origin}/common/v2.0/.well-known/openid-configuration`);
      const { issuer } = (await answer.json()) as { issuer?: string };
      assert.deepEqual([answer.status, issuer], [200, `${origin}/{tenantid}/v2.0`]);
    }
  } finally {
    await sandbox.close();
  }
}

const another = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('a sandbox is reached where it says it is', () => {
  test('on loopback', () => answersAt({ host: '127.0.0.1' }, ['localhost', '127.0.0.1']));
  test('on another address of loopback', { skip: process.platform !== 'linux' }, () =>
    answersAt({ host: '127.0.0.2' }, ['127.0.0.2']),
  );
  test('on an address of this machine', { skip: another === undefined }, () =>
    answersAt({ host: another ?? '', allowRemote: true }, [another ?? '']),
  );
  test('on every address', { skip: another === undefined }, () =>
    answersAt({ host: '0.0.0.0', allowRemote: true }, ['localhost', '127.0.0.1', another ?? '']),
  );
});

test('a machine that reaches it is not told what only this one may know, though it asks for localhost', {
  skip: another === undefined,
}, async () => {
  const sandbox = await startSandbox({ host: '0.0.0.0', port: 0, http: true, allowRemote: true });
  try {
    const { port } = new URL(sandbox.url);
    const statusFrom = (address: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = { host: address, localAddress: address, port, path: '/sandbox/clock' };
        get({ ...asked, headers: { host: `localhost:${port}` } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on('error', reject);
      });
    assert.deepEqual([await statusFrom(another ?? ''), await statusFrom('127.0.0.1')], [403, 200]);
  } finally {
    await sandbox.close();
  }
});
