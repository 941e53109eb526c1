import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { proxyFor, shownProxy } from '../../src/client/proxy-for.ts';

const proxy = 'http://127.0.0.1:9';
const https = { HTTPS_PROXY: proxy };
const host = 'https://login.example.test';

/** `by`: the variable whose proxy the request goes through; undefined for none. */
const cases: readonly { variables: Record<string, string>; address?: string; by: string | undefined }[] = [
  { variables: {}, by: undefined },
  { variables: https, by: 'HTTPS_PROXY' },
  { variables: https, address: 'http://login.example.test', by: undefined },
  { variables: { HTTP_PROXY: proxy }, by: 'HTTP_PROXY' },
  { variables: { HTTP_PROXY: proxy }, address: 'http://login.example.test', by: 'HTTP_PROXY' },
  { variables: { HTTPS_PROXY: '', HTTP_PROXY: proxy }, by: 'HTTP_PROXY' },
  { variables: { https_proxy: proxy, HTTPS_PROXY: 'http://127.0.0.1:8' }, by: 'https_proxy' },
  { variables: { ...https, https_proxy: '' }, by: 'HTTPS_PROXY' },
  { variables: { ...https, NO_PROXY: 'login.example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'LOGIN.example.TEST' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: '.example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: '*.example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: '.login.example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'in.example.test' }, by: 'HTTPS_PROXY' },
  { variables: { ...https, NO_PROXY: 'other.test, example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'other.test example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'login.example.test:443' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'login.example.test:8443' }, by: 'HTTPS_PROXY' },
  { variables: { ...https, NO_PROXY: 'login.example.test:8443' }, address: `${host}:8443`, by: undefined },
  { variables: { ...https, NO_PROXY: '*' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'other.test,*' }, by: 'HTTPS_PROXY' },
  { variables: { ...https, NO_PROXY: 'other.test', no_proxy: 'example.test' }, by: undefined },
  { variables: { ...https, NO_PROXY: 'example.test', no_proxy: 'other.test' }, by: 'HTTPS_PROXY' },
  { variables: { ...https, NO_PROXY: 'example.test', no_proxy: '' }, by: undefined },
];

const usedProxy = (address: string, variables: Record<string, string>) => {
  const { proxy, leftOut } = proxyFor(address, variables);
  return leftOut ? undefined : proxy?.name;
};

describe('which proxy a request meets', () => {
  for (const { variables, address = host, by } of cases) {
    test(`${JSON.stringify(variables)} ${address}: ${by ?? 'none'}`, () => {
      assert.equal(usedProxy(address, variables), by);
    });
  }

  /** Tells for each case whether its proxy heard of the request. No name is looked up. */
  const program = `
    import dns from 'node:dns';
    import http from 'node:http';
    import net from 'node:net';
    let heard = 0;
    const proxy = net.createServer((socket) => { heard += 1; socket.end('HTTP/1.1 403 No\\r\\n\\r\\n'); }).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.on('listening', resolve));
    dns.lookup = (_, options, done) => (done ?? options)(new Error('not looked up'));
    const cases = JSON.parse(process.argv[1].replaceAll('${proxy}', 'http://127.0.0.1:' + proxy.address().port));
    const { processFetch } = await import('${new URL('../../src/cli/process-fetch.ts', import.meta.url)}');
    const { exchangeOf } = await import('${new URL('../../src/client/exchange.ts', import.meta.url)}');
    const told = [];
    for (const { variables, address } of cases) {
      const signal = AbortSignal.timeout(5000);
      heard = 0;
      const restore = http.setGlobalProxyFromEnv(variables);
      if (process.argv[2] === 'fetch') await fetch(address, { signal }).catch(() => {});
      else await exchangeOf(processFetch(variables))({ method: 'GET', url: address, headers: {} }, signal).catch(() => {});
      told.push(heard > 0);
      restore();
    }
    console.log(JSON.stringify(told));
    process.exit();
  `;

  for (const [way, whose] of [
    ['fetch', 'Node.js itself does'],
    ['agents', 'the command does by agents of its own'],
  ] as const) {
    test(`is what ${whose}`, () => {
      const given = cases.map(({ variables, address = host }) => ({ variables, address }));
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '-e', program, JSON.stringify(given), way],
        { encoding: 'utf8', env: {}, timeout: 60_000 },
      );
      const told: boolean[] = JSON.parse(stdout || `[]`);
      assert.equal(told.length, cases.length, stderr);
      const different = cases.filter(({ by }, index) => told[index] !== (by !== undefined));
      assert.deepEqual(different, []);
    });
  }
});

describe('row 17: a proxy is shown without its password', () => {
  const shown: readonly (readonly [text: string, shown: string])[] = [
    ['http://user:CANARY@proxy.test:8080/', 'HTTPS_PROXY (http://proxy.test:8080)'],
    ['http://proxy.test', 'HTTPS_PROXY (http://proxy.test)'],
    ['socks5://user:CANARY@proxy.test:1080', 'HTTPS_PROXY (socks5://proxy.test:1080)'],
    ['user:CANARY@proxy.test:8080', 'HTTPS_PROXY'],
    ['http://user:CANARY@', 'HTTPS_PROXY'],
  ];
  for (const [text, expected] of shown) {
    test(text, () => {
      const { proxy } = proxyFor(host, { HTTPS_PROXY: text });
      assert.equal(proxy && shownProxy(proxy), expected);
    });
  }
});
