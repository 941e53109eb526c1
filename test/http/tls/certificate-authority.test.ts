import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';
import {
  clientCertificate,
  developmentAuthority,
  type KeyAndCertificate,
  pfxOf,
  serverCertificate,
} from '../../../src/http/tls/certificate-authority.ts';
import { ensureTlsFiles, type TlsFiles } from '../../../src/http/tls/tls-files.ts';

const DAY = 86_400_000;
const HOSTS = ['login.microsoftonline.com', 'api.partnercenter.microsoft.com'];
const FILES = ['ca.key', 'ca.pem', 'client.pem', 'client.pfx', 'localhost.key', 'localhost.pem'];
const SECRET_FILES = FILES.filter((name) => name !== 'ca.pem');
/** Real time: OpenSSL and curl have no clock to set. */
const now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY);

const run = promisify(execFile);
const hasOpenssl = await available('openssl', 'version');
const hasCurl = await available('curl', '--version');
const needsOpenssl = { skip: hasOpenssl ? false : 'no openssl here' };
const needsCurl = { skip: hasCurl ? false : 'no curl here' };

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tls-files-'));
});
after(() => rm(root, { recursive: true }));
const freshDirectory = () => mkdtemp(join(root, 'data-'));

describe('an authority', () => {
  let authority: KeyAndCertificate;
  let ca: X509Certificate;
  before(async () => {
    authority = await developmentAuthority({
      commonName: 'Prüf-CA',
      permittedNames: ['localhost', ...HOSTS],
      permittedAddresses: ['127.0.0.0/8', '::1/128'],
      now,
      lifetimeDays: 730,
    });
    ca = new X509Certificate(authority.certificatePem);
  });
  const leaf = (names: string[], addresses: string[] = []) =>
    serverCertificate(authority, { names, addresses, now, lifetimeDays: 397 });

  test('is valid from an hour back, for its lifetime', () => {
    assert.equal(ca.subject, 'CN=Prüf-CA');
    assert.equal(ca.validFromDate.getTime(), Math.floor(now.getTime() / 1000) * 1000 - 3_600_000);
    assert.equal(ca.validToDate.getTime() - ca.validFromDate.getTime(), 730 * DAY);
    assert.equal(ca.ca, true);
    assert.equal(ca.checkPrivateKey(createPrivateKey(authority.privateKeyPem)), true);
  });

  test('makes server certificates', async () => {
    const { certificatePem, privateKeyPem } = await leaf(['localhost'], ['127.0.0.1', '::1']);
    const certificate = new X509Certificate(certificatePem);
    assert.equal(certificate.ca, false);
    assert.equal(certificate.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.equal(certificate.checkIssued(ca), true);
    assert.equal(certificate.verify(ca.publicKey), true);
    assert.equal(certificate.checkPrivateKey(createPrivateKey(privateKeyPem)), true);
    assert.equal(certificate.serialNumber.length, 32);
    assert.ok(Number.parseInt(certificate.serialNumber.slice(0, 2), 16) < 0x80, 'positive');
  });

  test('never lets one outlive itself', async () => {
    const options = { names: ['localhost'], addresses: [], now: later(600), lifetimeDays: 397 };
    const certificate = new X509Certificate((await serverCertificate(authority, options)).certificatePem);
    assert.deepEqual(certificate.validToDate, ca.validToDate);
  });

  const wrong: Record<string, () => Promise<unknown>> = {
    'a lifetime beyond 825 days': () =>
      serverCertificate(authority, { names: ['localhost'], addresses: [], now, lifetimeDays: 826 }),
    'no name at all': () => leaf([]),
    'an empty name': () => leaf(['localhost', '']),
    'a wildcard': () => leaf(['*.localhost']),
    'upper case': () => leaf(['Localhost']),
    'a name with a second one behind a null byte': () => leaf(['localhost\0.evil.example']),
    'half an address': () => leaf(['localhost'], ['127.0.0']),
    'an address with a zone': () => leaf(['localhost'], ['fe80::1%lo']),
    'an authority without permitted addresses': () =>
      developmentAuthority({
        commonName: 'x',
        permittedNames: ['localhost'],
        permittedAddresses: [],
        now,
        lifetimeDays: 1,
      }),
    'an authority without permitted names': () =>
      developmentAuthority({
        commonName: 'x',
        permittedNames: [],
        permittedAddresses: ['::1/128'],
        now,
        lifetimeDays: 1,
      }),
    'a block with too long a mask': () =>
      developmentAuthority({
        commonName: 'x',
        permittedNames: ['localhost'],
        permittedAddresses: ['127.0.0.0/33'],
        now,
        lifetimeDays: 1,
      }),
  };
  for (const [name, make] of Object.entries(wrong)) {
    test(`refuses ${name}`, () =>
      assert.rejects(make, (error) => error instanceof TypeError || error instanceof RangeError));
  }

  const verdicts: readonly [string, { names: string[]; addresses?: string[]; verdict: 'OK' | number }][] = [
    ['localhost', { names: ['localhost'], addresses: ['127.0.0.1', '127.255.0.9', '::1'], verdict: 'OK' }],
    ['a sub-name of localhost', { names: ['contoso.localhost'], verdict: 'OK' }],
    ['a proxied host', { names: HOSTS, verdict: 'OK' }],
    ['another host', { names: ['evil.example'], verdict: 47 }],
    ['another host beside a permitted one', { names: ['localhost', 'evil.example'], verdict: 47 }],
    ['the parent of a proxied host', { names: ['microsoft.com'], verdict: 47 }],
    ['a name that ends alike', { names: ['evil-localhost'], verdict: 47 }],
    ['another IPv4 address', { names: ['localhost'], addresses: ['10.0.0.1'], verdict: 47 }],
    ['another IPv6 address', { names: ['localhost'], addresses: ['::2'], verdict: 47 }],
    ['an IPv4 address written as IPv6', { names: ['localhost'], addresses: ['::ffff:127.0.0.1'], verdict: 47 }],
  ];
  for (const [name, { names, addresses = [], verdict }] of verdicts) {
    test(
      `openssl verify: ${name}: ${verdict === 47 ? 'permitted subtree violation' : verdict}`,
      needsOpenssl,
      async () => {
        const directory = await freshDirectory();
        const [caFile, leafFile] = [join(directory, 'ca.pem'), join(directory, 'leaf.pem')];
        await writeFile(caFile, authority.certificatePem);
        await writeFile(leafFile, (await leaf(names, addresses)).certificatePem);
        const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caFile, leafFile];
        const { stdout, stderr } = await outcome(verify);
        if (verdict === 'OK') assert.equal(stdout, `${leafFile}: OK\n`);
        else assert.ok(stderr.includes(`error ${verdict} at 0 depth lookup: permitted subtree violation\n`), stderr);
      },
    );
  }

  test('Node refuses a server outside the permitted names', async () => {
    const { certificatePem, privateKeyPem } = await leaf(['evil.example']);
    await using server = await listen({ cert: certificatePem, key: privateKeyPem });
    const request = fetchOver(server.port, { ca: authority.certificatePem, servername: 'evil.example' });
    await assert.rejects(request, { message: 'permitted subtree violation' });
  });
});

describe('a client certificate', () => {
  let client: KeyAndCertificate;
  before(async () => {
    client = await clientCertificate({ commonName: 'Sample', now, lifetimeDays: 730 });
  });

  test('is self-signed, for clients', () => {
    const certificate = new X509Certificate(client.certificatePem);
    assert.equal(certificate.verify(certificate.publicKey), true);
    assert.equal(certificate.ca, false);
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  });

  for (const password of ['', 'geheim']) {
    test(`fits in a PFX with the password '${password}': Node`, async () => {
      const pfx = Buffer.from(await pfxOf(client, password));
      createSecureContext({ pfx, passphrase: password });
      if (password === '') createSecureContext({ pfx });
      assert.throws(() => createSecureContext({ pfx, passphrase: 'wrong' }), { message: 'mac verify failure' });
    });

    test(`fits in a PFX with the password '${password}': OpenSSL`, needsOpenssl, async () => {
      const file = join(await freshDirectory(), 'client.pfx');
      await writeFile(file, await pfxOf(client, password));
      const { stdout, stderr } = await outcome([
        'pkcs12',
        '-in',
        file,
        '-passin',
        `pass:${password}`,
        '-noenc',
        '-info',
      ]);
      assert.ok(stdout.includes(client.privateKeyPem), 'the key');
      assert.ok(stdout.includes(client.certificatePem), 'the certificate');
      assert.ok(stderr.includes('PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256'), stderr);
    });
  }
});

test('a PFX password beyond ASCII is refused', async () => {
  const client = await clientCertificate({ commonName: 'Sample', now, lifetimeDays: 1 });
  await assert.rejects(pfxOf(client, 'geheim-ß'), TypeError);
});

describe('the files', () => {
  let made: string;
  before(async () => {
    made = await freshDirectory();
    await ensureTlsFiles({ directory: made, now, hosts: HOSTS });
  });
  /** A copy, since making keys is what takes time. */
  const filledDirectory = async () => {
    const directory = await freshDirectory();
    await cp(made, directory, { recursive: true });
    return directory;
  };

  test('serve a handshake by every name', async () => {
    const files = await ensureTlsFiles({ directory: await freshDirectory(), now, hosts: HOSTS });
    await using server = await listen({ cert: files.certificatePem, key: files.keyPem });
    for (const servername of ['localhost', ...HOSTS]) {
      assert.equal(await fetchOver(server.port, { ca: files.caPem, servername }), 'hello');
    }
    for (const host of ['127.0.0.1', '::1']) {
      assert.equal(await fetchOver(server.port, { ca: files.caPem, host }), 'hello');
    }
    const stranger = fetchOver(server.port, { ca: files.caPem, servername: 'graph.microsoft.com' });
    await assert.rejects(stranger, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('serve curl --cacert', needsCurl, async () => {
    const files = await ensureTlsFiles({ directory: await freshDirectory(), now, hosts: HOSTS });
    await using server = await listen({ cert: files.certificatePem, key: files.keyPem });
    const [host = ''] = HOSTS;
    const urls = [
      `https://localhost:${server.port}/`,
      `https://127.0.0.1:${server.port}/`,
      `https://${host}:${server.port}/`,
    ];
    const resolve = ['--resolve', `${host}:${server.port}:127.0.0.1`];
    for (const url of urls) {
      const { stdout } = await run('curl', ['-sS', '--noproxy', '*', ...resolve, '--cacert', files.caFile, url]);
      assert.equal(stdout, 'hello');
    }
  });

  test('carry hosts given as addresses', needsOpenssl, async () => {
    const directory = await freshDirectory();
    const files = await ensureTlsFiles({
      directory,
      now,
      hosts: ['192.168.7.5', '127.0.0.2', 'Box.Example', '2001:db8::7'],
    });
    assert.equal(
      new X509Certificate(files.certificatePem).subjectAltName,
      'DNS:localhost, DNS:box.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:127.0.0.2, ' +
        'IP Address:192.168.7.5, IP Address:2001:DB8:0:0:0:0:0:7',
    );
    const { stdout } = await outcome([
      'verify',
      '-x509_strict',
      '-CAfile',
      files.caFile,
      join(directory, 'localhost.pem'),
    ]);
    assert.equal(stdout, `${join(directory, 'localhost.pem')}: OK\n`);
  });

  test('hold what is returned, each pair in one file', async () => {
    const directory = await freshDirectory();
    const files = await ensureTlsFiles({ directory, now, hosts: HOSTS });
    const content = await contentOf(directory);
    assert.deepEqual(Object.keys(content), FILES);
    assert.deepEqual(files, {
      caFile: join(directory, 'ca.pem'),
      caPem: content['ca.pem'],
      keyPem: content['localhost.key']?.replace(files.certificatePem, ''),
      certificatePem: content['localhost.pem'],
      clientPemFile: join(directory, 'client.pem'),
      clientPem: content['client.pem'],
      clientPfxFile: join(directory, 'client.pfx'),
    });
    assert.equal(files.certificatePem.match(/BEGIN/g)?.length, 1);
    assert.ok(content['ca.key']?.endsWith(files.caPem));
    createSecureContext({ pfx: await readFile(files.clientPfxFile), passphrase: '' });
    createSecureContext({ cert: content['client.pem'], key: content['client.pem'] });
  });

  const renewals: readonly [string, { days?: number; hosts?: string[]; changed: string[] }][] = [
    ['nothing on the next day', { days: 1, changed: [] }],
    ['nothing while 30 days remain', { days: 366, changed: [] }],
    ['the server certificate with less than 30 days', { days: 367, changed: ['localhost.key', 'localhost.pem'] }],
    ['everything with less than 30 days of the authority', { days: 700, changed: FILES }],
    ['everything long after the end', { days: 4000, changed: FILES }],
    ['everything before its beginning', { days: -1, changed: FILES }],
    ['nothing when the hosts come in another order', { hosts: HOSTS.toReversed(), changed: [] }],
    ['the server certificate for fewer hosts', { hosts: HOSTS.slice(1), changed: ['localhost.key', 'localhost.pem'] }],
    [
      'the authority too for a host it does not permit',
      { hosts: [...HOSTS, 'graph.microsoft.com'], changed: ['ca.key', 'ca.pem', 'localhost.key', 'localhost.pem'] },
    ],
  ];
  for (const [name, { days = 0, hosts = HOSTS, changed }] of renewals) {
    test(`renew ${name}`, async () => {
      const directory = await filledDirectory();
      const first = await contentOf(directory);
      const files = await ensureTlsFiles({ directory, now: later(days), hosts });
      const second = await contentOf(directory);
      assert.deepEqual(
        FILES.filter((file) => first[file] !== second[file]),
        changed,
      );
      assertConsistent(files, second);
      assert.deepEqual(await ensureTlsFiles({ directory, now: later(days), hosts }), files);
      assert.deepEqual(await contentOf(directory), second);
    });
  }

  test('leave one earlier decision behind at most, however often they are renewed', async () => {
    const directory = await freshDirectory();
    for (const days of [0, 800, 1600, 2400]) await ensureTlsFiles({ directory, now: later(days), hosts: [] });
    const names = (await readdir(directory)).map((name) => name.replace(/\.after-[0-9a-f]{64}$/, '.after'));
    assert.deepEqual(
      names.toSorted(),
      [...FILES, 'ca.key.after', 'client.pem.after', 'localhost.key.after'].toSorted(),
    );
  });

  for (const file of FILES) {
    for (const damage of ['missing', 'empty', 'cut off', 'foreign']) {
      test(`come back when ${file} is ${damage}`, async () => {
        const directory = await filledDirectory();
        const path = join(directory, file);
        if (damage === 'missing') await unlink(path);
        if (damage === 'empty') await truncate(path);
        if (damage === 'cut off') await truncate(path, 1000);
        if (damage === 'foreign') await writeFile(path, 'something else\n');
        const files = await ensureTlsFiles({ directory, now, hosts: HOSTS });
        assertConsistent(files, await contentOf(directory));
      });
    }
  }

  for (const umask of [0o000, 0o077]) {
    test(`have their modes under umask ${umask.toString(8)}`, async () => {
      const directory = join(await freshDirectory(), 'made', 'here');
      await using starter = await startProcess({ umask });
      await starter.ensure({ directory, hosts: [], days: 0 });
      assert.deepEqual(await modesOf(directory), { '.': 0o700, ...expectedModes });
    });
  }

  test('are brought to their modes again', async () => {
    const directory = await filledDirectory();
    await chmod(directory, 0o777);
    for (const name of FILES) await chmod(join(directory, name), 0o666);
    await ensureTlsFiles({ directory, now, hosts: HOSTS });
    assert.deepEqual(await modesOf(directory), { '.': 0o700, ...expectedModes });
  });

  for (const file of FILES) {
    for (const target of ['a file', 'nothing']) {
      test(`refuse a link at ${file} to ${target}`, async () => {
        const directory = await filledDirectory();
        await unlink(join(directory, file));
        const victim = join(await freshDirectory(), 'victim');
        if (target === 'a file') await writeFile(victim, 'precious', { mode: 0o644 });
        await symlink(victim, join(directory, file));
        await assert.rejects(ensureTlsFiles({ directory, now, hosts: HOSTS }), { code: 'tls_file_unsafe' });
        if (target === 'nothing') return assert.rejects(stat(victim), { code: 'ENOENT' });
        assert.equal(await readFile(victim, 'latin1'), 'precious');
        assert.equal((await stat(victim)).mode & 0o777, 0o644);
      });
    }
  }

  test('refuse a link in place of the directory', async () => {
    const [target, link] = [await freshDirectory(), join(await freshDirectory(), 'link')];
    await symlink(target, link);
    await assert.rejects(ensureTlsFiles({ directory: link, now, hosts: [] }), { code: 'tls_file_unsafe' });
    assert.deepEqual(await readdir(target), []);
  });

  test('refuse a pipe', async () => {
    const directory = await freshDirectory();
    await run('mkfifo', [join(directory, 'ca.key')]);
    await assert.rejects(ensureTlsFiles({ directory, now, hosts: [] }), { code: 'tls_file_unsafe' });
  });

  test("refuse what is another user's", { skip: process.getuid?.() === 0 ? false : 'needs root' }, async () => {
    const nobody = 65_534;
    await chmod(root, 0o755);
    const directory = await filledDirectory();
    await using starter = await startProcess({ uid: nobody });
    const ensure = () => starter.ensure({ directory, hosts: HOSTS, days: 0 });
    await chmod(directory, 0o777);
    assert.equal(await ensure(), 'tls_file_unsafe', 'the directory');
    await chown(directory, nobody, nobody);
    assert.equal(await ensure(), 'tls_file_unsafe', 'a key it may not read');
    await chmod(join(directory, 'ca.key'), 0o644);
    assert.equal(await ensure(), 'tls_file_unsafe', 'a key planted for it to read');
    for (const name of FILES) await chown(join(directory, name), nobody, nobody);
    assert.deepEqual(await ensure(), await ensureTlsFiles({ directory, now, hosts: HOSTS }));
  });
});

describe('processes that start at once', () => {
  test('agree on one set, on the first start and on every renewal', async () => {
    const directory = await freshDirectory();
    const starters = await Promise.all(Array.from({ length: 8 }, () => startProcess({})));
    try {
      // 400: the server certificate; 800: everything; more hosts: the authority; fewer: the server certificate
      const rounds = [
        { days: 0, hosts: HOSTS },
        { days: 400, hosts: HOSTS },
        { days: 800, hosts: HOSTS },
        { days: 800, hosts: [...HOSTS, 'graph.windows.net'] },
        { days: 800, hosts: [] },
        { days: 1700, hosts: [] },
      ];
      for (const round of rounds) {
        const results = await Promise.all(starters.map((starter) => starter.ensure({ directory, ...round })));
        const content = await contentOf(directory);
        for (const result of results) {
          assert.deepEqual(result, results[0]);
          assertConsistent(result as TlsFiles, content);
        }
      }
      assert.deepEqual(
        (await readdir(directory)).filter((name) => name.startsWith('.new-')),
        [],
      );
    } finally {
      for (const starter of starters) await starter[Symbol.asyncDispose]();
    }
  });

  test('and want different hosts all get a certificate of the one authority', async () => {
    const directory = await freshDirectory();
    await ensureTlsFiles({ directory, now, hosts: HOSTS });
    const wishes = [[], HOSTS.slice(0, 1), HOSTS.slice(1), HOSTS];
    const all = await Promise.all(wishes.map((hosts) => ensureTlsFiles({ directory, now, hosts })));
    const { publicKey } = new X509Certificate(await readFile(join(directory, 'ca.pem')));
    for (const [index, files] of all.entries()) {
      const certificate = new X509Certificate(files.certificatePem);
      assert.equal(certificate.verify(publicKey), true);
      assert.equal(certificate.checkPrivateKey(createPrivateKey(files.keyPem)), true);
      const names = ['localhost', ...(wishes[index] ?? []).toSorted()].map((name) => `DNS:${name}`);
      assert.ok(certificate.subjectAltName?.startsWith([...names, 'IP'].join(', ')), certificate.subjectAltName);
    }
  });

  test('recover from one that was killed at any moment', async () => {
    const directory = await freshDirectory();
    for (let round = 0; round < 16; round += 1) {
      const starter = await startProcess({});
      const days = round * 800;
      const done = starter.ensure({ directory, hosts: HOSTS, days }).catch(() => undefined);
      await delay(round * 25);
      await starter.kill();
      await done;
      const files = await ensureTlsFiles({ directory, now: later(days), hosts: HOSTS });
      assertConsistent(files, await contentOf(directory));
    }
  });

  test('load node-forge for the first start and not for the second', async () => {
    const directory = await freshDirectory();
    for (const loaded of [true, false]) {
      await using starter = await startProcess({});
      await starter.ensure({ directory, hosts: HOSTS, days: 0 });
      assert.equal(await starter.hasLoadedForge(), loaded);
    }
  });
});

const expectedModes = { ...Object.fromEntries(SECRET_FILES.map((name) => [name, 0o600])), 'ca.pem': 0o644 };

async function contentOf(directory: string): Promise<Record<string, string>> {
  const entries = FILES.map(async (name) => [name, await readFile(join(directory, name), 'latin1')] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function modesOf(directory: string): Promise<Record<string, number>> {
  const entries = ['.', ...(await readdir(directory))].map(
    async (name) => [name, (await stat(join(directory, name))).mode & 0o777] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** What was returned is what lies on the disk, and its parts belong together. */
function assertConsistent(files: TlsFiles, content: Record<string, string>): void {
  assert.equal(content['ca.pem'], files.caPem);
  assert.equal(content['localhost.pem'], files.certificatePem);
  assert.equal(content['localhost.key'], files.keyPem + files.certificatePem);
  const ca = new X509Certificate(files.caPem);
  const server = new X509Certificate(files.certificatePem);
  const client = new X509Certificate(content['client.pem'] ?? '');
  assert.equal(ca.checkPrivateKey(createPrivateKey(content['ca.key'] ?? '')), true);
  assert.equal(server.checkIssued(ca) && server.verify(ca.publicKey), true);
  assert.equal(server.checkPrivateKey(createPrivateKey(files.keyPem)), true);
  assert.equal(client.checkPrivateKey(createPrivateKey(content['client.pem'] ?? '')), true);
  const pfx = Buffer.from(content['client.pfx'] ?? '', 'latin1');
  assert.ok(pfx.includes(client.raw));
  createSecureContext({ pfx, passphrase: '' });
}

async function listen(options: { cert: string; key: string }) {
  const server = createServer(options, (_, response) => response.end('hello'));
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

async function fetchOver(port: number, options: { ca: string; host?: string; servername?: string }): Promise<string> {
  const request = get({ host: '127.0.0.1', port, agent: false, ...options });
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function outcome(options: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run('openssl', options).catch((error: { stdout: string; stderr: string }) => error);
}

async function available(program: string, option: string): Promise<boolean> {
  return run(program, [option]).then(
    () => true,
    () => false,
  );
}

const STARTER = `
  import { createRequire } from 'node:module';
  const { ensureTlsFiles } = await import(process.env.MODULE);
  if (process.env.UMASK) process.umask(Number(process.env.UMASK));
  const loaded = createRequire(import.meta.url).cache;
  process.on('message', async (message) => {
    if (message === 'forge?') return process.send(Object.keys(loaded).some((file) => file.includes('node-forge')));
    const now = new Date(message.now);
    process.send(await ensureTlsFiles({ ...message, now }).catch((error) => error.code ?? error.message));
  });
  process.send('ready');
`;

/** A process that has loaded the module and waits to be told, so that several can start at the same moment. */
async function startProcess(options: { umask?: number; uid?: number }) {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', STARTER], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      MODULE: new URL('../../../src/http/tls/tls-files.ts', import.meta.url).href,
      UMASK: options.umask === undefined ? '' : String(options.umask),
    },
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  });
  const answer = async () => {
    const answered = new AbortController();
    const ended = once(child, 'exit', { signal: answered.signal }).then(() => Promise.reject(new Error('ended')));
    ended.catch(() => undefined);
    const [message] = await Promise.race([once(child, 'message'), ended]);
    answered.abort();
    return message;
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await answer();
  return {
    ensure(message: { directory: string; hosts: string[]; days: number }): Promise<TlsFiles | string> {
      child.send({ directory: message.directory, hosts: message.hosts, now: later(message.days).toISOString() });
      return answer();
    },
    hasLoadedForge(): Promise<boolean> {
      child.send('forge?');
      return answer();
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
