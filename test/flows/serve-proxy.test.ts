import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { runChild } from '../support/child.ts';
import { curl, noCurl } from '../support/curl.ts';
import { scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { assertWithin, secondsSince } from '../support/times.ts';
import { openTunnel } from '../support/tunnel.ts';

/** `serve sandbox --proxy`: what it says, what it refuses, how it ends, and how far its authority reaches. */
const folder = scratchFolder();
let serial = 0;
const newFolder = (): string => join(folder, `data-${++serial}`);
const discovery = 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration';

before(ensureBuilt);

const listening = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

test('the ready event names the proxy; without --proxy there is none', async () => {
  await using sandbox = await serveSandbox(newFolder(), ['--proxy', '0']);
  const { url, caFile, environmentFile, proxyUrl = '' } = sandbox;
  assert.deepEqual(JSON.parse(sandbox.readyLine), { event: 'ready', url, caFile, environmentFile, proxyUrl });
  assert.ok(/^http:\/\/127\.0\.0\.1:\d+$/.test(proxyUrl), proxyUrl);
  await using without = await serveSandbox(newFolder());
  assert.equal(without.proxyUrl, undefined);
});

test('--proxy takes the port it is given', async () => {
  const free = await listening();
  free.close();
  await using sandbox = await serveSandbox(newFolder(), ['--proxy', String(free.port)]);
  assert.equal(sandbox.proxyUrl, `http://127.0.0.1:${free.port}`);
});

test('beside plain HTTP: the proxy has its certificates all the same', { skip: noCurl }, async () => {
  const data = newFolder();
  await using sandbox = await serveSandbox(data, ['--proxy', '0', '--http']);
  const { url, environmentFile, proxyUrl = '' } = sandbox;
  const caFile = join(data, 'ca.pem');
  assert.deepEqual(JSON.parse(sandbox.readyLine), { event: 'ready', url, caFile, environmentFile, proxyUrl });
  assert.ok(url.startsWith('http://'), url);
  assert.deepEqual(JSON.parse(readFileSync(environmentFile, 'utf8')), { url, mode: 'entra' });
  const { status } = await curl([discovery], { HTTPS_PROXY: proxyUrl, CURL_CA_BUNDLE: caFile });
  assert.equal(status, 200);
});

describe('refuses to start', () => {
  test('on a port that is taken: exit 7 naming --proxy, and nothing is left behind', async () => {
    const taken = await listening();
    const data = newFolder();
    const args = ['serve', 'sandbox', '--port', '0', '--proxy', String(taken.port), '--data-dir', data];
    const { exitCode, stdout, stderr } = await partnerAuth(args);
    taken.close();
    assert.deepEqual([exitCode, stdout], [7, ''], stderr);
    assert.ok(stderr.includes(`${taken.port}`) && stderr.includes('--proxy 0'), stderr);
    assert.equal(existsSync(join(data, 'environment.json')), false);
  });

  const usage = [
    ['a port that is none', ['--proxy', '70000']],
    ['the port of the sandbox itself', ['--port', '18443', '--proxy', '18443']],
  ] as const;
  for (const [name, args] of usage) {
    test(`${name}: exit 2 naming --proxy`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(['serve', 'sandbox', '--data-dir', newFolder(), ...args]);
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      assert.ok(stderr.includes('--proxy'), stderr);
    });
  }
});

test('SIGTERM closes open tunnels and ends it with exit 0', async () => {
  const sandbox = await serveSandbox(newFolder(), ['--proxy', '0']);
  const tunnel = await openTunnel({
    port: Number(new URL(sandbox.proxyUrl ?? '').port),
    ca: readFileSync(sandbox.caFile, 'utf8'),
  });
  tunnel.on('error', () => undefined).resume();
  const closed = new Promise((resolve) => tunnel.once('close', resolve));
  const begun = performance.now();
  const [exitCode] = await Promise.all([sandbox.stop(), closed]);
  assert.equal(exitCode, 0);
  assertWithin(1, secondsSince(begun), 'its end, which waits for no tunnel,');
});

const noOpenssl = spawnSync('openssl', ['version']).status !== 0 && 'openssl is not here';

test('row 125: its key vouches for no other name: openssl refuses the certificate', { skip: noOpenssl }, async () => {
  const data = newFolder();
  await using _ = await serveSandbox(data, ['--proxy', '0']);
  const verified = async (name: string) => {
    const file = (suffix: string) => join(folder, `${name}.${suffix}`);
    writeFileSync(file('ext'), `subjectAltName=DNS:${name}\n`);
    const request = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=forged'];
    const signed = ['x509', '-req', '-in', file('csr'), '-CA', join(data, 'ca.pem'), '-CAkey', join(data, 'ca.key')];
    for (const args of [
      [...request, '-keyout', file('key'), '-out', file('csr')],
      [...signed, '-set_serial', '1', '-days', '30', '-extfile', file('ext'), '-out', file('pem')],
    ]) {
      const { exitCode, stderr } = await runChild('openssl', args);
      assert.equal(exitCode, 0, stderr);
    }
    return runChild('openssl', ['verify', '-CAfile', join(data, 'ca.pem'), file('pem')]);
  };
  assert.equal((await verified('login.microsoftonline.com')).exitCode, 0);
  for (const name of ['example.com', 'microsoftonline.com', 'outlook.office365.com', 'localhost.example']) {
    const { exitCode, stderr } = await verified(name);
    assert.notEqual(exitCode, 0, name);
    assert.ok(stderr.includes('permitted subtree violation'), stderr);
  }
});
