import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exchange } from '../../../../src/cli/doctor/checks/exchange.ts';
import type { Host } from '../../../../src/cli/doctor/hosts.ts';
import { partnerCode } from '../../../../src/protocol/partner-codes.ts';
import { fakeWire, json, partnerRefusal } from '../../../client/wire.ts';
import { findingBy, type Given } from '../fixture.ts';

const hosts: readonly Host[] = [
  { name: 'a', proxy: undefined, route: 'direct', way: { end: 'reached', certificate: undefined } },
];
const asked = { mode: { exchange: true }, hosts } satisfies Given;
const claims = { idtyp: 'app' };

describe('exchange', () => {
  test('once', async () => {
    const wire = fakeWire(() => json({ access_token: 'CANARY', token_type: 'Bearer', expires_in: 3600 }));
    assert.deepEqual(await findingBy(exchange, { ...asked, claims, fetch: wire.fetch }), {
      state: 'ok',
      found: 'Partner Center exchanged the token for one of its own, good until 2026-11-21T10:00:00Z.',
      nextStep: undefined,
    });
    assert.deepEqual(
      wire.sent.map(({ url }) => url),
      ['https://api.partnercenter.microsoft.com/v3/generatetoken'],
    );
  });

  test('refused for its MFA', async () => {
    const wire = fakeWire(() => partnerRefusal(401, '900421'));
    const given = { ...asked, claims: { scp: 'a', amr: ['pwd'] }, fetch: wire.fetch };
    const { state, nextStep, exitCode } = await findingBy(exchange, given);
    assert.deepEqual([state, nextStep, exitCode], ['failed', partnerCode('900421')?.nextStep, 5]);
  });

  const skips: readonly (readonly [name: string, given: Given, found: string])[] = [
    ['without --exchange', { claims }, 'not asked for: --exchange'],
    [
      'row 29: a token for Graph is not shown there',
      { ...asked, claims: { ...claims, aud: 'https://graph.microsoft.com' } },
      'needs a token for Partner Center',
    ],
    [
      'row 28: while certificates are not verified',
      { ...asked, claims, variables: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      'needs certificates to be verified',
    ],
  ];
  for (const [name, given, expected] of skips) {
    test(name, async () => {
      const wire = fakeWire(() => json({}));
      const { state, found } = await findingBy(exchange, { ...given, fetch: wire.fetch });
      assert.deepEqual([state, found, wire.sent], ['skipped', expected, []]);
    });
  }
});
