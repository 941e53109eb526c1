import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerFinding, partnerCenter } from '../../../../src/cli/doctor/checks/partner-center.ts';
import type { Host } from '../../../../src/cli/doctor/hosts.ts';
import { environments } from '../../../../src/index.ts';
import { partnerCode } from '../../../../src/protocol/partner-codes.ts';
import { fakeWire, json, partnerRefusal } from '../../../client/wire.ts';
import { findingBy, type Given } from '../fixture.ts';

const hosts: readonly Host[] = [
  { name: 'a', proxy: undefined, route: 'direct', way: { end: 'reached', certificate: undefined } },
];
const stopped: readonly Host[] = [
  ...hosts,
  { name: 'b', proxy: undefined, route: 'direct', way: { end: 'distrusted', code: 'X', certificate: undefined } },
];
const live = { mode: { live: true }, hosts } satisfies Given;
const claims = { scp: 'user_impersonation', amr: ['pwd', 'mfa'] };
const answered = 'Partner Center answered GET /v1/customers';

describe('partner-center', () => {
  const answers: readonly (readonly [isMfaCompliant: boolean | undefined, expected: readonly unknown[]])[] = [
    [true, ['ok', `${answered}, and finds the MFA enough (isMfaCompliant: true).`, undefined]],
    [
      false,
      [
        'warning',
        `${answered}, and finds no MFA in the token (isMfaCompliant: false).`,
        partnerCode('900421')?.nextStep,
      ],
    ],
    [undefined, ['ok', `${answered}, and did not say what it thinks of the MFA.`, undefined]],
  ];
  for (const [isMfaCompliant, expected] of answers) {
    test(`isMfaCompliant: ${isMfaCompliant}`, () => {
      const { state, found, nextStep } = answerFinding(isMfaCompliant);
      assert.deepEqual([state, found, nextStep], expected);
    });
  }

  test('--live: one GET', async () => {
    const wire = fakeWire(() => json({ items: [] }, { headers: { isMfaCompliant: 'true' } }));
    const { state } = await findingBy(partnerCenter, { ...live, claims, fetch: wire.fetch });
    assert.equal(state, 'ok');
    assert.deepEqual(
      wire.sent.map(({ url }) => url),
      ['https://api.partnercenter.microsoft.com/v1/customers?size=1'],
    );
  });

  test('a user without a role', async () => {
    const wire = fakeWire(() => partnerRefusal(403, '900308'));
    const { state, found, nextStep, exitCode } = await findingBy(partnerCenter, { ...live, claims, fetch: wire.fetch });
    const { cause, nextStep: known } = partnerCode('900308') ?? {};
    assert.deepEqual([state, nextStep, exitCode], ['failed', known, 5]);
    const refused = 'Partner Center refused the request with HTTP 403 and 900308: Refused with 900308. 900308:';
    assert.ok(found.startsWith(`${refused} ${cause} (Correlation id `), found);
  });

  const skips: readonly (readonly [name: string, given: Given, found: string])[] = [
    ['without --live', { claims }, 'not asked for: --live'],
    [
      'row 29: a token for the partner API is not shown there',
      { ...live, claims: { ...claims, aud: 'https://api.partner.microsoft.com' } },
      'needs a token for Partner Center',
    ],
    [
      'row 29: another cloud’s token is not shown there',
      { ...live, claims: { ...claims, aud: environments.AzureChinaCloud.partnerCenter } },
      'needs a token for Partner Center',
    ],
    [
      'row 28: while certificates are not verified',
      { ...live, claims, variables: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      'needs certificates to be verified',
    ],
    [
      'row 28: to a host that is not believed',
      { ...live, claims, hosts: stopped },
      'needs a connection to Partner Center',
    ],
    ['an opaque token', { ...live, token: { claims: undefined } }, 'needs a token that can be read'],
  ];
  for (const [name, given, expected] of skips) {
    test(name, async () => {
      const wire = fakeWire(() => json({}));
      const { state, found } = await findingBy(partnerCenter, { ...given, fetch: wire.fetch });
      assert.deepEqual([state, found, wire.sent], ['skipped', expected, []]);
    });
  }
});
