import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { refusalOf } from '../../../src/client/loopback/navigation.ts';
import { type Asked, ask, code, right, succeeds, waiting } from './fixture.ts';

describe('row 21: DNS rebinding and other pages', () => {
  type Attack = readonly [name: string, asked: (port: number) => Asked, status: number];
  const own = (port: number, ...more: readonly string[]) => ({ headers: [`Host: localhost:${port}`, ...more] });
  const attacks: readonly Attack[] = [
    ['Host: evil.test', () => ({ headers: ['Host: evil.test'] }), 403],
    ['Host: evil.test with our port', (port) => ({ headers: [`Host: evil.test:${port}`] }), 403],
    ['a Host that begins as ours', (port) => ({ headers: [`Host: localhost:${port}.evil.test`] }), 403],
    ['Host without the port', () => ({ headers: ['Host: localhost'] }), 403],
    ['Host with another port', (port) => ({ headers: [`Host: localhost:${port + 1}`] }), 403],
    ['two Hosts, ours first', (port) => own(port, 'Host: evil.test'), 403],
    ['two Hosts, ours last', (port) => ({ headers: ['Host: evil.test', `Host: localhost:${port}`] }), 403],
    ['no Host', () => ({ headers: ['Accept: */*'] }), 403],
    ['an empty Host', () => ({ headers: ['Host:'] }), 403],
    ['Origin: https://evil.test', (port) => own(port, 'Origin: https://evil.test'), 403],
    ['Origin: null', (port) => own(port, 'Origin: null'), 403],
    ['our own Origin', (port) => own(port, `Origin: http://localhost:${port}`), 403],
    ['POST', (port) => ({ method: 'POST', ...own(port, 'Content-Length: 0') }), 405],
    ['HEAD', (port) => ({ method: 'HEAD', ...own(port) }), 405],
    ['PUT', (port) => ({ method: 'PUT', ...own(port) }), 405],
    ['OPTIONS', (port) => ({ method: 'OPTIONS', ...own(port) }), 405],
    [
      'a preflight',
      (port) => ({
        method: 'OPTIONS',
        ...own(port, 'Origin: https://evil.test', 'Access-Control-Request-Method: GET'),
      }),
      405,
    ],
    ['a fetch with CORS', (port) => own(port, 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty'), 403],
    ['a fetch without', (port) => own(port, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: empty'), 403],
    ['an image', (port) => own(port, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'), 403],
    ['a frame', (port) => own(port, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'), 403],
    ['a body', (port) => own(port, 'Content-Length: 1', '', 'x'), 400],
    ['a body in chunks', (port) => own(port, 'Transfer-Encoding: chunked', '', '0'), 400],
  ];

  for (const [name, asked, expected] of attacks) {
    test(`row 21: ${name}: ${expected}, and the sign-in goes on`, async () => {
      const pending = await waiting();
      const { status, head, shown } = await ask(pending.port, `/?${right}`, asked(pending.port));
      assert.equal(status, expected);
      assert.equal(shown, name === 'HEAD' ? '' : 'refused');
      assert.deepEqual(
        head.filter((line) => line.startsWith('access-control-')),
        [],
      );
      assert.equal(head.includes('allow: get'), expected === 405);
      await succeeds(pending);
    });
  }

  for (const host of ['localhost', 'LocalHost', '127.0.0.1', '[::1]']) {
    test(`a navigation to ${host} is taken`, async () => {
      const { port, answer } = await waiting();
      const headers = [
        `Host: ${host}:${port}`,
        'Sec-Fetch-Mode: navigate',
        'Sec-Fetch-Dest: document',
        'Sec-Fetch-Site: cross-site',
      ];
      assert.equal((await ask(port, `/?${right}`, { headers })).status, 303);
      assert.equal((await ask(port, '/done', { headers })).status, 200);
      assert.equal((await answer).code.reveal(), code);
    });
  }
});

const hostsAtPort80: readonly (readonly [host: string, fits: boolean])[] = [
  ['localhost', true],
  ['localhost:80', true],
  ['[::1]', true],
  ['localhost:8400', false],
  ['evil.test', false],
];
for (const [host, fits] of hostsAtPort80) {
  test(`row 21: at port 80, which browsers leave out, ${host} is ${fits ? '' : 'not '}ours`, () => {
    const incoming = { method: 'GET', headers: {}, headersDistinct: { host: [host] }, socket: { localPort: 80 } };
    assert.equal(refusalOf(incoming as unknown as IncomingMessage)?.status, fits ? undefined : 403);
  });
}
