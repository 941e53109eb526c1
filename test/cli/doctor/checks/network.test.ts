import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findingOf } from '../../../../src/cli/doctor/check.ts';
import { network, networkFinding } from '../../../../src/cli/doctor/checks/network.ts';
import type { Host } from '../../../../src/cli/doctor/hosts.ts';
import type { Way } from '../../../../src/client/way.ts';
import { findingBy } from '../fixture.ts';

const host = (name: string, way: Way): Host => ({ name, proxy: undefined, route: 'direct', way });
const reached: Way = { end: 'reached', certificate: undefined };
const stopped = (code: string, at: 'host' | 'proxy' = 'host'): Way => ({ end: 'stopped', at, code });

const cases: readonly (readonly [name: string, hosts: readonly Host[], expected: object])[] = [
  [
    'both answer',
    [host('a.test', reached), host('b.test', { end: 'distrusted', code: 'X', certificate: undefined })],
    { state: 'ok', found: 'a.test answers. b.test answers.', nextStep: undefined },
  ],
  [
    'one answers in no TLS, which is said elsewhere',
    [host('a.test', stopped('EPROTO'))],
    { state: 'ok', found: 'a.test answers.', nextStep: undefined },
  ],
  [
    'one does not',
    [host('a.test', reached), host('b.test', stopped('ENOTFOUND'))],
    {
      state: 'failed',
      found: 'a.test answers. b.test could not be reached (ENOTFOUND).',
      nextStep: 'Check the network, the proxy and the environment.',
      exitCode: 6,
    },
  ],
  [
    'no sandbox',
    [host('localhost:8443', stopped('ECONNREFUSED'))],
    {
      state: 'failed',
      found: 'localhost:8443 could not be reached (ECONNREFUSED).',
      nextStep: 'Nothing listens there: start the sandbox with partner-auth serve sandbox.',
      exitCode: 6,
    },
  ],
  [
    'the proxy is in the way',
    [host('a.test', stopped('ECONNREFUSED', 'proxy')), host('b.test', { end: 'refusedByProxy', status: 403 })],
    { state: 'skipped', found: 'needs a way past the proxy', nextStep: undefined },
  ],
];

describe('network', () => {
  for (const [name, hosts, expected] of cases) {
    test(name, () => assert.deepEqual(finding(hosts), expected));
  }

  test('--offline leaves it alone', async () => {
    const { state, found } = await findingBy(network, { mode: { offline: true } });
    assert.deepEqual([state, found], ['skipped', 'needs the network, and --offline leaves it alone']);
  });
});

function finding(hosts: readonly Host[]) {
  try {
    return networkFinding(hosts);
  } catch (error) {
    return findingOf(error);
  }
}
