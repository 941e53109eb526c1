import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { ensureTlsFiles, type TlsFiles } from '../../../src/http/tls/tls-files.ts';
import { postgresStore } from '../../../src/store/postgres/index.ts';
import { postgresProcess } from '../../support/postgres-process.ts';
import { issuance, now } from '../issuance.ts';
import { behindProxy, openStore, postgresForTests } from './fixture.ts';

const { skip, here } = await postgresForTests();
const password = 'CANARY-4711-password';

const opened: { close(): void }[] = [];
after(() => {
  for (const each of opened) each.close();
});

async function listening(answer: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const server = createServer((socket) => {
    opened.push({ close: () => socket.destroy() });
    socket.on('error', () => {});
    answer(socket);
  }).listen(0, host);
  opened.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const askForPassword = message('R', Buffer.from([0, 0, 0, 3]));
const refusal = message('E', Buffer.from('SFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0'));

function holdsNoPassword(value: unknown): void {
  const text = inspect(value, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(value);
  assert.equal(text.includes(password), false, 'the password is in it');
}

async function failure(work: () => Promise<unknown>): Promise<string> {
  const error = await work().then(
    () => assert.fail('it did not reject'),
    (cause: unknown) => cause,
  );
  holdsNoPassword(error);
  return error instanceof Error ? error.message : String(error);
}

describe('the password of the URL', () => {
  const cannot = 'The database of storage.databaseUrl cannot be used: ';
  const servers: readonly (readonly [name: string, answer: (socket: Socket) => void, sentence: string])[] = [
    [
      'is refused',
      (socket) => {
        socket
          .once('data', () => socket.write(askForPassword))
          .on('data', (bytes) => bytes[0] === 112 && socket.end(refusal));
      },
      `${cannot}password authentication failed for user "u".`,
    ],
    ['goes to a server that ends', (socket) => socket.end(), `${cannot}Connection terminated unexpectedly.`],
    [
      'goes to a server that cuts',
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      `${cannot}read ECONNRESET.`,
    ],
  ];
  for (const [name, answer, sentence] of servers) {
    test(`${name}: it is not in the error`, async () => {
      const port = await listening(answer);
      assert.equal(await failure(() => postgresStore(`postgres://u:${password}@127.0.0.1:${port}/d`)), sentence);
    });
  }

  test('no server: it is not in the error, nor in what the process says', async () => {
    const url = `postgres://u:${password}@127.0.0.1:9/d`;
    assert.equal(await failure(() => postgresStore(url)), `${cannot}connect ECONNREFUSED 127.0.0.1:9.`);
    const child = postgresProcess(url, 'await postgresStore(url);');
    await child.ready;
    child.begin();
    const complaint = await failure(() => child.printed());
    assert.ok(complaint.includes('ECONNREFUSED'), complaint);
  });

  test('it is in no error of an open store, nor in the store', { skip }, async () => {
    const { url, proxy } = await behindProxy(await here().schemaUrl());
    after(() => proxy.close());
    const store = await openStore(Object.assign(new URL(url), { password }).href);
    holdsNoPassword(store);
    proxy.loseAnswerTo('claim_1');
    await failure(() => store.issuances.claim(issuance(1), now));
    proxy.shut();
    await failure(() => store.check());
    proxy.open();
    proxy.freeze();
    await Promise.all([
      failure(() => store.check()),
      failure(() => store.issuances.claim(issuance(2), now)),
      failure(() => store.entries.clear()),
      failure(() => store.signingKeys.list('authority')),
    ]);
    proxy.thaw();
    await failure(() => store.issuances.claim(issuance(3, { api: 'a\0' }), now));
  });
});

test('what a statement held is not in its error', { skip }, async () => {
  const store = await openStore(await here().schemaUrl());
  const key = {
    kid: password,
    ring: 'authority',
    algorithm: password,
    sealedPrivateKey: Buffer.from(password),
    certificate: password,
    createdAt: now,
  } as const;
  await store.signingKeys.add(key);
  assert.equal(await failure(() => store.signingKeys.add(key)), 'The store’s database failed (23505).');
});

describe('TLS to PostgreSQL', { skip }, () => {
  let files: TlsFiles;
  let port = 0;
  const inClear: Buffer[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-postgres-tls-'));
  after(() => rmSync(folder, { recursive: true }));

  /** TLS in front of the real server, as a database with a certificate answers. */
  before(async () => {
    files = await ensureTlsFiles({ directory: folder, now: new Date(), hosts: [] });
    const { hostname, port: target } = new URL(here().connectionString);
    port = await listening((socket) => {
      socket.once('data', (request) => {
        inClear.push(request);
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, key: files.keyPem, cert: files.certificatePem });
        const far = connect(Number(target || 5432), hostname);
        pipeline(secure, far, secure, () => far.destroy());
      });
    }, '0.0.0.0');
  });

  const urlWith = async (settings: string, host = '127.0.0.1') => {
    const { username, pathname, search } = new URL(await here().schemaUrl());
    return `postgres://${username}:${password}@${host}:${port}${pathname}${search}&${settings}`;
  };

  for (const mode of ['require', 'verify-ca', 'verify-full']) {
    test(`sslmode=${mode} takes a certificate of the authority that is named, and no other`, async () => {
      const store = await openStore(await urlWith(`sslmode=${mode}&sslrootcert=${encodeURIComponent(files.caFile)}`));
      await store.check();
      assert.match(
        await failure(async () => postgresStore(await urlWith(`sslmode=${mode}`))),
        /cannot be used: (unable to verify the first certificate|unable to get local issuer certificate)/,
      );
    });
  }

  test('a certificate for another name is refused', async () => {
    const url = await urlWith(`sslmode=verify-ca&sslrootcert=${encodeURIComponent(files.caFile)}`, '127.0.0.2');
    assert.match(await failure(() => postgresStore(url)), /IP: 127\.0\.0\.2 is not in the cert's list/);
  });

  test('nothing but the wish for TLS went before TLS', () => {
    assert.ok(inClear.length >= 6);
    for (const bytes of inClear) assert.equal(bytes.toString('hex'), '0000000804d2162f');
  });

  test('a server without TLS is refused, and is not sent the password', async () => {
    const sent: Buffer[] = [];
    const clear = await listening((socket) =>
      socket.on('data', (bytes) => {
        sent.push(bytes);
        socket.write('N');
      }),
    );
    const sentence = 'The database of storage.databaseUrl cannot be used: The server does not support SSL connections.';
    assert.equal(
      await failure(() => postgresStore(`postgres://u:${password}@127.0.0.1:${clear}/d?sslmode=require`)),
      sentence,
    );
    assert.equal(Buffer.concat(sent).toString('hex'), '0000000804d2162f');
  });
});
