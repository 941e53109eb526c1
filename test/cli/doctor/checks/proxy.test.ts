import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { proxyFinding } from '../../../../src/cli/doctor/checks/proxy.ts';
import type { Host } from '../../../../src/cli/doctor/hosts.ts';

const variable = { name: 'HTTPS_PROXY', url: new URL('http://user:CANARY@proxy.test:8080') };
const reached = { end: 'reached', certificate: undefined } as const;
const refused = (status: number) => ({ end: 'refusedByProxy', status }) as const;
const login = 'login.microsoftonline.com';
const shown = 'HTTPS_PROXY (http://proxy.test:8080)';

const host = (given: Partial<Host>): Host => ({
  name: login,
  proxy: undefined,
  route: 'direct',
  way: reached,
  ...given,
});
const behind = (given: Partial<Host> = {}) => host({ proxy: variable, route: 'proxy', ...given });

const cases: readonly (readonly [name: string, hosts: readonly Host[], expected: readonly unknown[]])[] = [
  ['no variable', [host({})], ['ok', 'No proxy is named.', undefined]],
  ['through one', [behind()], ['ok', `${login} is reached through ${shown}.`, undefined]],
  [
    'left out by NO_PROXY',
    [behind({ route: 'leftOut' })],
    ['ok', `${login} is reached directly, past ${shown}.`, undefined],
  ],
  [
    'not taken',
    [behind({ route: 'notTaken' })],
    ['warning', `${shown} is named for ${login}, and this Node.js does not take it.`, 'Set NODE_USE_ENV_PROXY=1.'],
  ],
  [
    'refused with 403',
    [behind({ way: refused(403) })],
    [
      'failed',
      `${shown} refused the way to ${login} with HTTP 403.`,
      'Ask whoever runs the proxy to allow the host, or go past it with NO_PROXY.',
      6,
    ],
  ],
  [
    'refused with 407',
    [behind({ way: refused(407) })],
    [
      'failed',
      `${shown} refused the way to ${login} with HTTP 407.`,
      'It wants a user and a password: HTTPS_PROXY=http://user:password@proxy:port, each percent-encoded.',
      6,
    ],
  ],
  [
    'not there',
    [behind({ way: { end: 'stopped', at: 'proxy', code: 'ECONNREFUSED' } })],
    [
      'failed',
      `${shown} could not be reached (ECONNREFUSED).`,
      'Check the address in HTTPS_PROXY, and whether the proxy is there for you.',
      6,
    ],
  ],
  [
    'no address',
    [behind({ proxy: { name: 'HTTPS_PROXY', url: undefined } })],
    [
      'failed',
      'HTTPS_PROXY holds no address of a proxy.',
      'Set it to http://HOST:PORT, or unset it to go without a proxy.',
      7,
    ],
  ],
  [
    'SOCKS',
    [behind({ proxy: { name: 'HTTPS_PROXY', url: new URL('socks5://proxy.test:1080') }, way: undefined })],
    [
      'warning',
      'HTTPS_PROXY (socks5://proxy.test:1080) is a SOCKS proxy; Node.js’s support for them is new.',
      'Where it fails, use a proxy at an http address.',
    ],
  ],
  [
    'one host let through, one not',
    [behind(), behind({ name: 'api.partnercenter.microsoft.com', way: refused(403) })],
    [
      'failed',
      `${login} is reached through ${shown}. ${shown} refused the way to api.partnercenter.microsoft.com with HTTP 403.`,
      'Ask whoever runs the proxy to allow the host, or go past it with NO_PROXY.',
      6,
    ],
  ],
];

describe('row 17: proxy, which is never shown with its password', () => {
  for (const [name, hosts, expected] of cases) {
    test(name, () => {
      const { state, found, nextStep, exitCode } = proxyFinding(hosts);
      assert.deepEqual([state, found, nextStep, ...(exitCode === undefined ? [] : [exitCode])], expected);
    });
  }
});
