import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MfaFacts, mfa, mfaFinding } from '../../../../src/cli/doctor/checks/mfa.ts';
import { partnerCode } from '../../../../src/protocol/partner-codes.ts';
import { findingBy } from '../fixture.ts';

const user: MfaFacts = { amr: ['pwd', 'mfa'], kind: 'user', flow: undefined, resource: 'partner-center' };
const pwd: MfaFacts = { ...user, amr: ['pwd'] };
const nextStep = partnerCode('900421')?.nextStep;
const none = 'The user passed no MFA (amr: pwd).';
const refused = 'Partner Center refuses such tokens (900421).';

const cases: readonly (readonly [name: string, facts: MfaFacts, expected: readonly unknown[]])[] = [
  ['passed', user, ['ok', 'The user passed MFA (amr: pwd mfa).', undefined, undefined]],
  [
    'an application',
    { ...pwd, kind: 'application' },
    ['ok', 'An application acts for itself: no MFA is asked of it.', undefined, undefined],
  ],
  ['a given token', pwd, ['failed', `${none} ${refused}`, nextStep, 5]],
  [
    'the password grant',
    { ...pwd, flow: 'password' },
    ['failed', `${none} The password grant cannot pass it. ${refused}`, nextStep, 5],
  ],
  [
    'a refresh token',
    { ...pwd, flow: 'refreshToken' },
    [
      'failed',
      `${none} The sign-in that the refresh token comes from had none, and a refresh never adds it. ${refused}`,
      nextStep,
      5,
    ],
  ],
  [
    'a sign-in',
    { ...pwd, flow: 'browser' },
    ['failed', `${none} The sign-in was not asked for it, and a refresh never adds it. ${refused}`, nextStep, 5],
  ],
  ['an empty list', { ...pwd, amr: [] }, ['failed', `The user passed no MFA (amr: empty). ${refused}`, nextStep, 5]],
  ['for the partner API', { ...pwd, resource: 'partner' }, ['warning', none, nextStep, undefined]],
  ['for another', { ...pwd, resource: 'graph' }, ['ok', none, undefined, undefined]],
  [
    'no word of it',
    { ...user, amr: undefined },
    [
      'warning',
      'The token does not say how its user signed in (no amr); whether it passes is for the service to say.',
      'partner-auth doctor --live asks Partner Center.',
      undefined,
    ],
  ],
];

describe('mfa', () => {
  for (const [name, facts, expected] of cases) {
    test(name, () => {
      const { state, found, nextStep, exitCode } = mfaFinding(facts);
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }

  test('as the token says', async () => {
    const { found } = await findingBy(mfa, { claims: { scp: 'user_impersonation', amr: ['pwd'] } });
    assert.equal(found, `${none} ${refused}`);
  });
});
