import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { tokenParts } from '../support/answer.ts';
import { ensureBuilt, partnerAuth, repository } from '../support/built-command.ts';
import { bearerOf, entraToken, exchanged, fixedApplication } from '../support/sandbox-calls.ts';
import { scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** `partner-auth serve sandbox` as scripts and tests start it: its first line, its refusals, its seed, plain HTTP. */
const folder = scratchFolder();
let serial = 0;
const newFolder = (): string => join(folder, `data-${++serial}`);

before(ensureBuilt);

const serve = (...args: readonly string[]) => partnerAuth(['serve', 'sandbox', ...args], { cwd: folder });

describe('the first line on stdout', () => {
  test('is exactly the ready event, and the only line', async () => {
    await using sandbox = await serveSandbox(newFolder());
    const { url, caFile, environmentFile } = sandbox;
    assert.deepEqual(JSON.parse(sandbox.readyLine), { event: 'ready', url, caFile, environmentFile });
    assert.equal(url, `https://localhost:${sandbox.port}`);
    assert.deepEqual(
      [caFile, environmentFile],
      [join(folder, 'data-1/ca.pem'), join(folder, 'data-1/environment.json')],
    );
    assert.deepEqual(JSON.parse(readFileSync(environmentFile, 'utf8')), { url, caFile, mode: 'entra' });
    await sandbox.stop();
    assert.deepEqual([sandbox.stdout(), sandbox.stderr()], [`${sandbox.readyLine}\n`, '']);
  });

  test('names its files by absolute paths, however the data folder was given', async () => {
    const name = `data-${++serial}`;
    await using sandbox = await serveSandbox(name, [], { cwd: folder });
    const { caFile, environmentFile } = sandbox;
    assert.deepEqual([caFile, environmentFile], [join(folder, name, 'ca.pem'), join(folder, name, 'environment.json')]);
    assert.equal(JSON.parse(readFileSync(environmentFile, 'utf8')).caFile, caFile);
  });
});

describe('refuses to start', () => {
  test('row 125: on an address that others reach, naming the flag', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      const data = newFolder();
      const { exitCode, stdout, stderr } = await serve('--host', host, '--port', '0', '--data-dir', data);
      assert.deepEqual([exitCode, stdout], [7, ''], stderr);
      assert.ok(stderr.includes('--allow-remote') && stderr.includes(host), stderr);
      assert.equal(existsSync(data), false);
    }
  });

  test('on a port that is taken: exit 7 with a remedy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { exitCode, stdout, stderr } = await serve('--port', String(port), '--data-dir', newFolder());
    other.close();
    assert.deepEqual([exitCode, stdout], [7, ''], stderr);
    assert.ok(stderr.includes(`${port}`) && stderr.includes('--port 0'), stderr);
  });

  const usage = [
    ['something else than the sandbox', ['serve', 'moon'], 'sandbox'],
    ['a port that is none', ['serve', 'sandbox', '--port', '70000'], '--port'],
    ['a mode that is none', ['serve', 'sandbox', '--mode', 'lax'], 'strict'],
    ['an output it has not', ['serve', 'sandbox', '--output', 'table'], 'json'],
    ['an option it has not', ['serve', 'sandbox', '--prot', '0'], '--prot'],
  ] as const;
  for (const [name, args, says] of usage) {
    test(`${name}: exit 2`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(args, { cwd: folder });
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      assert.ok(stderr.includes(says), stderr);
    });
  }

  const seeds = [
    ['a tenant without an id', 'tenants:\n  - displayName: Nameless\n', ['tenants', '0', 'id']],
    ['a member that is none', 'tenantz: []\n', ['tenantz']],
    ['YAML that is none', 'tenants: [\n', ['bad.yaml']],
  ] as const;
  for (const [name, text, places] of seeds) {
    test(`with a bad seed (${name}): exit 7 naming the place`, async () => {
      const file = join(folder, 'bad.yaml');
      writeFileSync(file, text);
      const args = ['--port', '0', '--data-dir', newFolder(), '--seed', file];
      const { exitCode, stdout, stderr } = await serve(...args);
      assert.deepEqual([exitCode, stdout], [7, ''], stderr);
      for (const place of places) assert.ok(stderr.includes(place), stderr);
      assert.equal(stderr.includes('    at '), false, stderr);
    });
  }

  test('with a seed that is not there: exit 7', async () => {
    const { exitCode, stdout, stderr } = await serve(
      '--port',
      '0',
      '--data-dir',
      newFolder(),
      '--seed',
      'nowhere.yaml',
    );
    assert.deepEqual([exitCode, stdout], [7, ''], stderr);
    assert.ok(stderr.includes('nowhere.yaml'), stderr);
  });

  test('on a data folder that is a file: exit 7', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { exitCode, stdout, stderr } = await serve('--port', '0', '--data-dir', file);
    assert.deepEqual([exitCode, stdout], [7, ''], stderr);
    assert.ok(stderr.includes(file), stderr);
  });
});

test('--seed: the example’s application gets its token', async () => {
  const seed = join(repository, 'examples/seed.yaml');
  await using sandbox = await serveSandbox(newFolder(), ['--seed', seed, '--ephemeral']);
  const response = await entraToken(sandbox, {
    tenant: 'northwind.example',
    clientId: '66666666-0000-4000-8000-00000000000a',
    clientSecret: 'NorthwindSecretNew',
    scope: 'api://northwind/.default',
  });
  const { access_token } = (await response.json()) as { access_token: string };
  assert.equal(response.status, 200);
  assert.deepEqual(tokenParts(access_token).claims.roles, ['Orders.Read']);
});

test('--http: plain HTTP, no certificates but the sample application’s, and the client finds it', async () => {
  const data = newFolder();
  await using sandbox = await serveSandbox(data, ['--http', '--ephemeral']);
  assert.equal(sandbox.url, `http://localhost:${sandbox.port}`);
  assert.deepEqual(JSON.parse(sandbox.readyLine), {
    event: 'ready',
    url: sandbox.url,
    environmentFile: join(data, 'environment.json'),
  });
  assert.deepEqual(readdirSync(data), ['client.pem', 'client.pfx', 'environment.json']);
  assert.equal((await exchanged(sandbox, await bearerOf(sandbox), 'plain')).status, 200);
  const args = ['--environment', 'Sandbox', '--tenant', 'contoso.com', '--application-id', fixedApplication.clientId];
  const { exitCode, stderr } = await partnerAuth(['exchange', ...args, '--client-secret-file', '-'], {
    stdin: fixedApplication.clientSecret,
    variables: { PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile },
  });
  assert.equal(exitCode, 0, stderr);
});
