import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { bundleDispatcher } from '../../tools/bundle-dispatcher.ts';
import { applicationId, appToken } from '../client/wire.ts';
import { noConfigFolder } from '../support/child.ts';
import { partnerAuth, scratch } from './command.ts';

const files = scratch({ after });
const bundle = join(files.folder, 'cli', 'bin.js');
const source = new URL('../../src/cli/bin.ts', import.meta.url).pathname;
const variables = {
  XDG_CONFIG_HOME: noConfigFolder,
  XDG_STATE_HOME: join(files.folder, 'state'),
  PARTNER_AUTH_KEY_FILE: files.file('key', Buffer.alloc(32, 5).toString('base64')),
  AZURE_CLIENT_SECRET: 'secret-secret',
};
const argv = ['token', '--application-id', applicationId, '--tenant', 'contoso.com', '--resource', 'partner-center'];
const started = (script: string, args: readonly string[], input = '') =>
  spawnSync(process.execPath, [script, ...args], { env: variables, encoding: 'utf8', input });

before(async () => {
  files.file('package.json', '{"type":"module"}');
  await bundleDispatcher(bundle);
  const { exitCode } = await partnerAuth(argv, {
    variables,
    clock: { ...systemClock, set: () => {}, advance: () => {} },
  });
  assert.equal(exitCode, 0);
});

describe('the bundled dispatcher, as a process', () => {
  for (const more of [[], ['-o', 'header'], ['-o', 'env']]) {
    test(`a stored token ${more.join(' ')} is what the sources print`, () => {
      const bundled = started(bundle, [...argv, ...more]);
      const full = started(source, [...argv, ...more]);
      assert.deepEqual([bundled.status, bundled.stderr, bundled.stdout], [0, '', full.stdout]);
      assert.ok(bundled.stdout.includes(appToken));
    });
  }

  test('loads nothing but node: modules, and main.js for everything else', () => {
    const text = readFileSync(bundle, 'utf8');
    assert.deepEqual(
      [...text.matchAll(/\bimport\s*\(?\s*["']([^"']+)["']/g)].map(([, path]) => path),
      ['./main.js'],
    );
    writeFileSync(join(files.folder, 'cli', 'main.js'), 'export const runProcess = async () => console.log("main");');
    assert.equal(started(bundle, ['decode']).stdout, 'main\n');
  });

  test('on another runtime: one sentence with both versions, exit 7, before anything else', () => {
    const old = join(files.folder, 'cli', 'old.js');
    const pretend =
      'Object.defineProperty(process.versions, "node", { value: "20.11.1" });delete process.getBuiltinModule;';
    writeFileSync(old, readFileSync(bundle, 'utf8').replace('\n', `\n${pretend}\n`));
    const { status, stdout, stderr } = started(old, argv);
    assert.deepEqual([status, stdout], [7, '']);
    assert.equal(
      stderr,
      'partner-auth needs Node.js 22.19 or later of 22, or 24.5 and later; this is Node.js 20.11.1.\n',
    );
  });
});

describe('the sources, as a process', () => {
  test('go through the proxy of the environment, which is told the host and nothing else', async () => {
    const asked: string[] = [];
    const proxy = createServer((_, response) => response.end());
    proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(`${request.method} ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const env = { ...variables, PARTNER_AUTH_KEY_FILE: '', HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const child = spawn(process.execPath, [source, ...argv, '--timeout', '5'], { env });
    const [status] = await once(child, 'exit');
    proxy.close();
    assert.equal(status, 6);
    assert.deepEqual([...new Set(asked)], ['CONNECT login.microsoftonline.com:443']);
  });

  test('decode from standard input', () => {
    const { status, stdout } = started(source, ['decode', '--query', 'claims.appid'], appToken);
    assert.deepEqual([status, stdout], [0, `"${applicationId}"\n`]);
  });
  const key = files.file('long-key', 'A'.repeat(70_000));
  const endless: readonly [string, readonly string[], Record<string, string>, string][] = [
    ['a token', ['decode', '/dev/zero'], {}, '/dev/zero is too long for a secret or a token.'],
    ['standard input', ['decode'], {}, 'Standard input is too long for a secret or a token.'],
    [
      'a secret on standard input',
      [...argv, '--client-secret-file', '-', '--force-refresh'],
      {},
      '--client-secret-file - is too long for a secret or a token.',
    ],
    [
      'a secret',
      [...argv, '--client-secret-file', '/dev/zero', '--force-refresh'],
      {},
      '--client-secret-file /dev/zero is too long for a secret or a token.',
    ],
    ['a passphrase', [...argv, '--passphrase-file', '/dev/zero'], {}, 'The passphrase file /dev/zero cannot be read.'],
    [
      'a passphrase on standard input',
      [...argv, '--passphrase-file', '-'],
      {},
      '--passphrase-file - is too long for a secret or a token.',
    ],
    ['a key', argv, { PARTNER_AUTH_KEY_FILE: '/dev/zero' }, 'The key file /dev/zero cannot be read.'],
    ['a longer key', argv, { PARTNER_AUTH_KEY_FILE: key }, `The key file ${key} cannot be read.`],
    [
      'an environment file',
      ['exchange', '--access-token-file', files.file('token', appToken), '--environment', 'Sandbox'],
      { PARTNER_AUTH_ENVIRONMENT_FILE: '/dev/zero' },
      'The environment file /dev/zero cannot be read.',
    ],
    ['a seed', ['serve', 'sandbox', '--seed', '/dev/zero'], {}, 'The seed file /dev/zero is no regular file.'],
    [
      'a long seed',
      ['serve', 'sandbox', '--seed', files.file('seed.yaml', ' '.repeat(8_388_609))],
      {},
      `The seed file ${join(files.folder, 'seed.yaml')} is larger than 8388608 bytes.`,
    ],
  ];
  for (const [name, args, more, sentence] of endless) {
    test(`without an end: ${name}`, () => {
      const input = openSync('/dev/zero', 'r');
      const { status, stdout, stderr } = spawnSync(process.execPath, [source, ...args], {
        env: { ...variables, ...more },
        encoding: 'utf8',
        stdio: [input, 'pipe', 'pipe'],
        timeout: 60_000,
      });
      closeSync(input);
      assert.deepEqual([status, stdout, stderr.split('\n', 1)[0]], [7, '', `error: ${sentence}`]);
    });
  }

  test('a failure leaves stdout empty', () => {
    const { status, stdout, stderr } = started(source, ['token']);
    assert.deepEqual([status, stdout], [2, '']);
    assert.ok(stderr.startsWith('error: '));
  });
});
