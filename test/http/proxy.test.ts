import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Handler, HttpRequest } from '../../src/http/message.ts';
import { nodeListener } from '../../src/http/node.ts';
import { listenAsProxy, type ProxyOptions } from '../../src/http/proxy.ts';
import type { Listening } from '../../src/http/server.ts';
import { ensureTlsFiles, type TlsFiles } from '../../src/http/tls/tls-files.ts';
import { sendRaw, statusesOf } from '../support/raw-socket.ts';
import { askInside, openTunnel, type TunnelRequest } from '../support/tunnel.ts';

/** The proxy as bytes on a socket: what opens a tunnel, what does not, and what may be asked in one. */
const login = 'login.microsoftonline.com';
const played = new Set([login, 'graph.microsoft.com']);
const folder = mkdtempSync(join(tmpdir(), 'partner-auth-proxy-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files: TlsFiles;
let listening: Listening;
let port: number;
let received: HttpRequest[] = [];
let answer: Handler;
const inHand: Handler = async (request) => {
  received.push(request);
  return { status: 200, headers: [], body: `${request.origin}${request.path}` };
};

const started = (options: Partial<ProxyOptions> = {}) =>
  listenAsProxy(
    nodeListener(
      (request) => answer(request),
      (cause) => assert.fail(String(cause)),
    ),
    { host: '127.0.0.1', port: 0, tls: { key: files.keyPem, cert: files.certificatePem }, played, ...options },
  );

before(async () => {
  files = await ensureTlsFiles({ directory: folder, now: new Date(), hosts: [...played] });
  listening = await started();
  port = listening.port;
});

after(() => listening.drain(0));

beforeEach(() => {
  received = [];
  answer = inHand;
});

const tunnel = (request: Partial<TunnelRequest> = {}) => openTunnel({ port, ca: files.caPem, ...request });

describe('CONNECT', () => {
  for (const target of [`${login}:443`, `LOGIN.MicrosoftOnline.COM:443`, 'graph.microsoft.com:443']) {
    test(`${target}: a tunnel, with a certificate for that name`, async () => {
      const host = target.split(':')[0]?.toLowerCase() ?? '';
      const opened = await tunnel({ target });
      assert.equal(opened.authorized, true);
      const said = await askInside(opened, 'GET /where HTTP/1.1', `Host: ${host}`);
      assert.ok(said.startsWith('HTTP/1.1 200 OK') && said.endsWith(`https://${host}/where`), said);
    });
  }

  test('in HTTP/1.0, as older Pythons send it: a tunnel', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`CONNECT ${login}:443 HTTP/1.0\r\n\r\n`);
    const [said] = (await once(socket, 'data')) as [Buffer];
    assert.equal(said.toString(), 'HTTP/1.1 200 Connection Established\r\n\r\n');
    socket.destroy();
  });

  const refused = [
    ['another port', `${login}:80`, 403],
    ['a port beyond all', `${login}:99999`, 403],
    ['the port in another spelling', `${login}:0443`, 403],
    ['another host', 'example.com:443', 403],
    ['a host beneath a played one', `x.${login}:443`, 403],
    ['a host that ends like a played one', `evil${login}:443`, 403],
    ['this machine', 'localhost:443', 403],
    ['a trailing dot: another spelling of Host and issuer', `${login}.:443`, 403],
    ['an IP literal', '127.0.0.1:443', 403],
    ['an IP literal as one number', '2130706433:443', 403],
    ['an IPv6 literal', '[::1]:443', 403],
    ['an IPv6 literal without brackets', '::1:443', 400],
    ['userinfo', `user:password@${login}:443`, 400],
    ['no port', login, 400],
    ['an empty port', `${login}:`, 400],
    ['a path', `${login}:443/common`, 400],
    ['an address', `https://${login}:443`, 400],
    ['a host of a thousand letters', `${'a'.repeat(1000)}:443`, 403],
    ['a huge line', `${'a'.repeat(100_000)}:443`, 431],
  ] as const;
  for (const [name, target, status] of refused) {
    test(`${name}: ${status}, and the connection ends`, async () => {
      const said = await sendRaw(port, `CONNECT ${target} HTTP/1.1\r\nHost: ${login}:443\r\n\r\n`);
      assert.deepEqual(statusesOf(said), [status], said);
      assert.equal(received.length, 0);
    });
  }

  test('the refusal says what the proxy is and how to leave hosts out', async () => {
    const said = await sendRaw(port, 'CONNECT example.com:443 HTTP/1.1\r\n\r\n');
    assert.ok(said.includes('partner-auth sandbox') && said.includes('NO_PROXY'), said);
  });

  test('a greeting that comes along with it is taken', async () => {
    const said = await askInside(await tunnel({ early: true }), 'GET /early HTTP/1.1', `Host: ${login}`);
    assert.ok(said.endsWith(`https://${login}/early`), said);
  });

  test('a request that comes along with it is no request: no TLS, no answer', async () => {
    const said = await sendRaw(port, `CONNECT ${login}:443 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: ${login}\r\n\r\n`);
    assert.deepEqual(statusesOf(said), [200]);
    assert.equal(received.length, 0);
  });
});

describe('a request that is not CONNECT is refused, and nothing is forwarded', () => {
  const requests = [
    ['GET http://example.com/ HTTP/1.1', 'example.com', 403],
    [`GET http://${login}/ HTTP/1.1`, login, 403],
    [`GET https://${login}/ HTTP/1.1`, login, 403],
    [`POST http://${login}/common/oauth2/token HTTP/1.1`, login, 403],
    ['GET / HTTP/1.1', login, 403],
    ['OPTIONS * HTTP/1.1', login, 403],
    [`connect ${login}:443 HTTP/1.1`, login, 400],
  ] as const;
  for (const [line, host, status] of requests) {
    test(`${line}: ${status}`, async () => {
      const said = await sendRaw(port, `${line}\r\nHost: ${host}\r\n\r\n`);
      assert.deepEqual(statusesOf(said), [status], said);
      assert.equal(received.length, 0);
    });
  }

  test('no connection is opened: neither by CONNECT nor for a plain request', async () => {
    let connections = 0;
    const elsewhere = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const other = (elsewhere.address() as AddressInfo).port;
    for (const host of ['127.0.0.1', 'localhost', login]) {
      const target = `${host}:${other}`;
      const asked = [`CONNECT ${target} HTTP/1.1\r\n\r\n`, `GET http://${target}/ HTTP/1.1\r\nHost: ${target}\r\n\r\n`];
      for (const line of asked) assert.deepEqual(statusesOf(await sendRaw(port, line)), [403], line);
    }
    // It is there, and would have counted.
    assert.equal(connections, 0);
    await sendRaw(other, 'hello');
    assert.equal(connections, 1);
    elsewhere.close();
  });
});

describe('inside a tunnel', () => {
  const requests = [
    ['the host asked for', 'GET / HTTP/1.1', [login], 200],
    ['in capitals', 'GET / HTTP/1.1', [login.toUpperCase()], 200],
    ['with its port', 'GET / HTTP/1.1', [`${login}:443`], 200],
    ['the whole address in the request line', `GET https://${login}/ HTTP/1.1`, [login], 200],
    ['another host that is played', 'GET / HTTP/1.1', ['graph.microsoft.com'], 421],
    ['another host', 'GET / HTTP/1.1', ['localhost:8443'], 421],
    ['another port', 'GET / HTTP/1.1', [`${login}:8443`], 421],
    ['a trailing dot', 'GET / HTTP/1.1', [`${login}.`], 421],
    ['another host in the request line', 'GET https://graph.microsoft.com/ HTTP/1.1', [login], 421],
    ['userinfo in the request line', `GET https://user@${login}/ HTTP/1.1`, [login], 421],
    ['plain HTTP in the request line', `GET http://${login}/ HTTP/1.1`, [login], 421],
    ['no path at all', 'OPTIONS * HTTP/1.1', [login], 421],
    ['no host', 'GET / HTTP/1.1', [], 400],
    ['no host in HTTP/1.0', 'GET / HTTP/1.0', [], 400],
    ['the host twice', 'GET / HTTP/1.1', [login, login], 400],
    ['two hosts', 'GET / HTTP/1.1', [login, 'graph.microsoft.com'], 400],
    ['a tunnel in the tunnel', `CONNECT ${login}:443 HTTP/1.1`, [login], 403],
  ] as const;
  for (const [name, line, hosts, status] of requests) {
    test(`${name}: ${status}`, async () => {
      const said = await askInside(await tunnel(), line, ...hosts.map((host) => `Host: ${host}`));
      assert.deepEqual(statusesOf(said), [status], said);
      assert.deepEqual(
        received.map(({ origin }) => origin),
        status === 200 ? [`https://${login}`] : [],
      );
    });
  }

  test('requests follow one another', async () => {
    const line = `GET / HTTP/1.1\r\nHost: ${login}\r\n\r\n`;
    const said = await askInside(await tunnel(), `${line}${line}GET / HTTP/1.1`, `Host: ${login}`);
    assert.deepEqual(statusesOf(said), [200, 200, 200]);
  });

  test('a greeting with another name is cut off, also with a name that is played', async () => {
    for (const serverName of ['graph.microsoft.com', 'example.com']) {
      await assert.rejects(tunnel({ serverName }), { code: 'ECONNRESET' });
    }
    assert.equal(received.length, 0);
  });

  test('a greeting without a name is taken: Host says the same', async () => {
    const said = await askInside(await tunnel({ serverName: '' }), 'GET / HTTP/1.1', `Host: ${login}`);
    assert.deepEqual(statusesOf(said), [200]);
  });
});

/** Resolves when the other side closes. */
async function closedBy(socket: ReturnType<typeof connect>): Promise<void> {
  socket.on('error', () => undefined);
  socket.resume();
  const late = setTimeout(() => socket.emit('late'), 5000);
  await new Promise<void>((resolve, reject) => {
    socket.once('late', () => reject(new Error('the connection is still open')));
    socket.once('close', () => resolve());
    if (socket.closed) resolve();
  });
  clearTimeout(late);
}

describe('a client that says nothing is closed', () => {
  const silences = [
    ['from the start', (at: number) => Promise.resolve(connect(at, '127.0.0.1'))],
    [
      'after CONNECT',
      async (at: number) => {
        const socket = connect(at, '127.0.0.1');
        socket.write(`CONNECT ${login}:443 HTTP/1.1\r\n\r\n`);
        await once(socket, 'data');
        return socket;
      },
    ],
    ['after its greeting', (at: number) => openTunnel({ port: at, ca: files.caPem })],
  ] as const;
  for (const [name, silent] of silences) {
    test(name, async () => {
      const impatient = await started({ headersTimeout: 300 });
      await closedBy(await silent(impatient.port));
      await impatient.drain(0);
    });
  }
});

test('a client that talks on after its refusal is cut off', async () => {
  const impatient = await started({ headersTimeout: 300 });
  const socket = connect({ port: impatient.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
  const talk = setInterval(() => socket.write('x'), 20);
  await closedBy(socket).finally(() => clearInterval(talk));
  await impatient.drain(0);
});

test('no more tunnels than allowed: 503 until one is closed', async () => {
  const narrow = await started({ maximumTunnels: 2 });
  const ask = () => openTunnel({ port: narrow.port, ca: files.caPem });
  const [first] = await Promise.all([ask(), ask()]);
  const said = await sendRaw(narrow.port, `CONNECT ${login}:443 HTTP/1.1\r\n\r\n`);
  assert.deepEqual(statusesOf(said), [503]);
  assert.ok(said.includes('Retry-After: 1\r\n'), said);
  await assert.rejects(ask(), { message: 'HTTP/1.1 503 Service Unavailable' });
  await askInside(first, 'GET / HTTP/1.1', `Host: ${login}`);
  (await ask()).destroy();
  await narrow.drain(0);
});

test('a client that goes away in the middle takes nobody along', async () => {
  const leaving = await tunnel();
  leaving.write('GET / HTTP/1.1\r\nHo');
  leaving.destroy();
  const greeting = connect(port, '127.0.0.1');
  greeting.write(`CONNECT ${login}:443 HTTP/1.1\r\n\r\n`);
  await once(greeting, 'data');
  greeting.resetAndDestroy();
  const refused = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  refused.write('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
  await once(refused, 'data');
  refused.resetAndDestroy();
  await once(refused, 'close');
  const said = await askInside(await tunnel(), 'GET / HTTP/1.1', `Host: ${login}`);
  assert.deepEqual(statusesOf(said), [200]);
});

describe('draining', () => {
  test('closes tunnels in which nothing is asked, at once', async () => {
    const ending = await started();
    const request = { port: ending.port, ca: files.caPem };
    const [fresh, used] = await Promise.all([openTunnel(request), openTunnel(request)]);
    const greeting = connect(ending.port, '127.0.0.1');
    greeting.write(`CONNECT ${login}:443 HTTP/1.1\r\n\r\n`);
    await once(greeting, 'data');
    used.write(`GET / HTTP/1.1\r\nHost: ${login}\r\n\r\n`);
    await once(used, 'data');
    await Promise.all([ending.drain(60), closedBy(fresh), closedBy(used), closedBy(greeting)]);
    await assert.rejects(openTunnel(request), { code: 'ECONNREFUSED' });
  });

  test('lets an answer under way finish', async () => {
    const ending = await started();
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    answer = async (request) => {
      begun.resolve();
      await release.promise;
      return inHand(request);
    };
    const opened = await openTunnel({ port: ending.port, ca: files.caPem });
    opened.write(`GET /slow HTTP/1.1\r\nHost: ${login}\r\n\r\n`);
    await begun.promise;
    const drained = ending.drain(60);
    setTimeout(release.resolve, 200);
    const [said] = (await once(opened, 'data')) as [Buffer];
    assert.ok(said.toString().endsWith('/slow'), said.toString());
    await Promise.all([drained, closedBy(opened)]);
  });

  test('cuts what is left after its time', async () => {
    const ending = await started();
    const begun = Promise.withResolvers<void>();
    answer = () => {
      begun.resolve();
      return new Promise(() => {});
    };
    const opened = await openTunnel({ port: ending.port, ca: files.caPem });
    opened.write(`GET /never HTTP/1.1\r\nHost: ${login}\r\n\r\n`);
    await begun.promise;
    await Promise.all([ending.drain(0.2), closedBy(opened)]);
  });
});
