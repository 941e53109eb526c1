import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type AuthErrorCode, memoryStore, newPartnerAccessToken } from '../../src/index.ts';
import { assertWithin, secondsSince } from '../support/times.ts';
import { atAuthority, fails } from './authorities/asking.ts';
import { startMockServer } from './authorities/oauth2-mock-server.ts';
import { confidentialClient, places, publicClient, tenant, userScope } from './authorities/places.ts';
import { type ServedAuthority, serving } from './authorities/serving.ts';

/** Metadata that somebody between here and the authority has written, and what a sign-in makes of it. */

const customer = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const metadataPath = `GET /${tenant}${places.metadata}`;

async function refused(served: ServedAuthority, code: AuthErrorCode, options: object = {}) {
  const store = memoryStore();
  const asked = {
    useAuthorizationCode: true,
    scopes: userScope,
    timeoutSeconds: code === 'timed_out' ? 0.5 : 5,
    ...options,
  } as const;
  const begunAt = performance.now();
  const error = await fails(
    code,
    newPartnerAccessToken({
      applicationId: publicClient,
      ...atAuthority(served),
      ...asked,
      store,
      openBrowser: () => assert.fail('the browser was opened'),
      onDeviceCode: () => assert.fail('a device code was shown'),
    } as never),
  );
  assertWithin(10, secondsSince(begunAt));
  assert.deepEqual(await store.keys(''), []);
  assert.deepEqual([...new Set(served.received)], [metadataPath]);
  return error;
}

describe('row 26: metadata that leads elsewhere is refused: nothing is opened, asked or stored', () => {
  type Changed = (authority: string) => object;
  const cases: readonly [name: string, changed: Changed, said: (authority: string) => string][] = [
    ['issuer of another host', () => ({ issuer: 'https://x.test/' }), () => 'it names the issuer https://x.test/'],
    [
      'issuer of another tenant',
      (authority) => ({ issuer: `${authority}/${customer}/v2.0` }),
      (authority) => `it names the issuer ${authority}/${customer}/v2.0`,
    ],
    [
      'issuer with a slash more',
      (authority) => ({ issuer: `${authority}/${tenant}/v2.0/` }),
      (authority) => `it names the issuer ${authority}/${tenant}/v2.0/`,
    ],
    ['issuer missing', () => ({ issuer: undefined }), () => 'it cannot be read'],
    ['issuer a list', (authority) => ({ issuer: [`${authority}/${tenant}/v2.0`] }), () => 'it cannot be read'],
    ...(['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const).flatMap((member) => [
      [
        `${member} of a foreign origin`,
        () => ({ [member]: 'https://x.test/a' }),
        () => 'it leads to https://x.test/a',
      ] satisfies (typeof cases)[number],
      [
        `${member} in plain http`,
        () => ({ [member]: 'http://x.test/a' }),
        () => 'it leads to http://x.test/a',
      ] satisfies (typeof cases)[number],
      [
        `${member} on another port of this machine`,
        () => ({ [member]: 'http://127.0.0.1:9/a' }),
        () => 'it leads to http://127.0.0.1:9/a',
      ] satisfies (typeof cases)[number],
    ]),
    ['a script to open', () => ({ authorization_endpoint: 'javascript:x' }), () => 'it leads to javascript:x'],
    ['no address', () => ({ authorization_endpoint: '/authorize' }), () => 'it leads to /authorize'],
    [
      'an address that takes the request with it',
      (authority) => ({ authorization_endpoint: `${authority}/#a` }),
      (authority) => `it leads to ${authority}/#a`,
    ],
    [
      'no address to sign in at',
      () => ({ authorization_endpoint: undefined }),
      () => 'it names no address to sign in at',
    ],
  ];
  for (const [name, changed, said] of cases) {
    test(name, async () => {
      await using server = await startMockServer();
      server.service.on('beforeWellKnownOpenIdConfiguration', ({ body }) =>
        Object.assign(body, changed(server.authority)),
      );
      const { message } = await refused(server, 'metadata_refused');
      assert.equal(message, `The authority’s metadata is not used: ${said(server.authority)}.`);
    });
  }

  test('by device code: an address of a foreign origin, or none', async () => {
    for (const device_authorization_endpoint of ['https://x.test/a', undefined]) {
      await using server = await startMockServer();
      server.service.on('beforeWellKnownOpenIdConfiguration', ({ body }) =>
        Object.assign(body, { device_authorization_endpoint }),
      );
      const byDevice = { useAuthorizationCode: undefined, useDeviceAuthentication: true };
      await refused(server, 'metadata_refused', byDevice);
    }
  });
});

const compressed = gzipSync(Buffer.alloc(50_000_000, ' '));

describe('row 26: metadata that is no metadata is refused within its time', () => {
  const json = (response: ServerResponse, headers = {}) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
  const piece = Buffer.alloc(65_536, ' ');
  /** Without end: a piece whenever the reader has taken the last one. */
  const flood = (response: ServerResponse, of: Uint8Array) => {
    const more = () => {
      while (!response.destroyed && response.write(of));
    };
    response.on('drain', more);
    more();
  };
  const drip = (response: ServerResponse) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.once('close', () => clearInterval(timer));
  };
  const cases: readonly [name: string, code: AuthErrorCode, listener: RequestListener][] = [
    [
      'a redirect to another host',
      'redirect_refused',
      (_, to) => void to.writeHead(302, { location: 'https://x.test/' }).end(),
    ],
    ['a redirect to itself', 'redirect_refused', ({ url = '' }, to) => void to.writeHead(307, { location: url }).end()],
    [
      '50 MB',
      'answer_unreadable',
      (_, to) => void json(to, { 'content-length': '50000000' }).end(Buffer.alloc(50_000_000, ' ')),
    ],
    ['a flood without end', 'answer_unreadable', (_, to) => flood(json(to), piece)],
    [
      'a compressed flood',
      'answer_unreadable',
      (_, to) => void json(to, { 'content-encoding': 'gzip' }).end(compressed),
    ],
    ['a drip without end', 'timed_out', (_, to) => drip(json(to))],
    ['silence', 'timed_out', () => {}],
    ['HTML', 'metadata_refused', (_, to) => void to.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['nothing', 'metadata_refused', (_, to) => void json(to).end()],
    ['204', 'answer_unreadable', (_, to) => void to.writeHead(204).end()],
    ['truncated', 'metadata_refused', (_, to) => void json(to).end('{"issuer":"')],
    ['a member twice', 'metadata_refused', (_, to) => void json(to).end('{"issuer":"a","issuer":"b"}')],
    ['nested a million times', 'metadata_refused', (_, to) => void json(to).end('['.repeat(1_000_000))],
    ['404', 'not_found', (_, to) => void to.writeHead(404).end()],
    ['500', 'service_unavailable', (_, to) => void to.writeHead(500).end()],
    [
      'a connection cut off',
      'network',
      (_, to) => void json(to, { 'content-length': '9' }).write('{', () => to.destroy()),
    ],
  ];
  for (const [name, code, listener] of cases) {
    test(`${name}: ${code}`, async () => {
      await using served = await serving(() => listener);
      await refused(served, code);
    });
  }
});

describe('row 24: metadata that offers no S256', () => {
  for (const methods of [['plain'], []]) {
    test(`code_challenge_methods_supported ${JSON.stringify(methods)}: nothing is opened`, async () => {
      await using server = await startMockServer();
      server.service.on('beforeWellKnownOpenIdConfiguration', ({ body }) =>
        Object.assign(body, { code_challenge_methods_supported: methods }),
      );
      const { message } = await refused(server, 'configuration', { applicationId: confidentialClient });
      assert.equal(message, 'The authority does not offer S256 for the proof key of a sign-in.');
    });
  }
});
