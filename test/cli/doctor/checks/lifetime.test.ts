import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSeconds, epochSeconds } from '../../../../src/base/clock.ts';
import { lifetime, signInLifetime, tokenLifetime } from '../../../../src/cli/doctor/checks/lifetime.ts';
import { aadsts } from '../../../../src/protocol/aadsts.ts';
import { start } from '../../../client/wire.ts';
import { findingBy } from '../fixture.ts';

const anew = 'Obtain a new one: partner-auth token --force-refresh, or sign in again with partner-auth login.';

const tokens: readonly (readonly [secondsLeft: number, expected: readonly unknown[]])[] = [
  [3600, ['ok', 'The token is good for 60 minutes more, until 2026-11-21T10:00:00Z.', undefined, undefined]],
  [300, ['ok', 'The token is good for 5 minutes more, until 2026-11-21T09:05:00Z.', undefined, undefined]],
  [299, ['warning', 'The token is good for 4 minutes more, until 2026-11-21T09:04:59Z.', anew, undefined]],
  [0, ['failed', 'The token ended at 2026-11-21T09:00:00Z.', anew, 4]],
  [-3600, ['failed', 'The token ended at 2026-11-21T08:00:00Z.', anew, 4]],
];

const day = 86_400;
const renew = 'Use it: partner-auth renew, best from a scheduler.';
const since = (renewed: string) => `The user signed in on 2026-05-05; the refresh token was last renewed on ${renewed}`;

const signIns: readonly (readonly [daysAgo: number, expected: readonly unknown[]])[] = [
  [0, ['ok', `${since('2026-11-21')} and lasts 90 days more if nobody uses it.`, undefined, undefined]],
  [76, ['ok', `${since('2026-09-06')} and lasts 14 days more if nobody uses it.`, undefined, undefined]],
  [77, ['warning', `${since('2026-09-05')} and lasts 13 days more if nobody uses it.`, renew, undefined]],
  [89, ['warning', `${since('2026-08-24')} and lasts 24 hours more if nobody uses it.`, renew, undefined]],
  [90, ['failed', `${since('2026-08-23')}, more than 90 days ago.`, aadsts.refreshTokenInactive.nextStep, 4]],
];

describe('lifetime', () => {
  for (const [secondsLeft, expected] of tokens) {
    test(`a token with ${secondsLeft} seconds left`, () => {
      const { state, found, nextStep, exitCode } = tokenLifetime(addSeconds(start, secondsLeft), start);
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }

  for (const [daysAgo, expected] of signIns) {
    test(`a sign-in renewed ${daysAgo} days ago`, () => {
      const signedInAt = epochSeconds(new Date('2026-05-05T00:00:00Z'));
      const renewedAt = epochSeconds(addSeconds(start, -daysAgo * day));
      const { state, found, nextStep, exitCode } = signInLifetime({ signedInAt, renewedAt }, start);
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }

  test('a token that does not say', async () => {
    const { state, found } = await findingBy(lifetime, { claims: {} });
    assert.deepEqual([state, found], ['warning', 'The token does not say when it ends.']);
  });

  test('why no refresh token came', async () => {
    const token = { expiresOn: addSeconds(start, 3600), noRefreshToken: 'None came.' };
    const { state, found } = await findingBy(lifetime, { token });
    const good = 'The token is good for 60 minutes more, until 2026-11-21T10:00:00Z.';
    assert.deepEqual([state, found], ['ok', `${good} None came.`]);
  });
});
