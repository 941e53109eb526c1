import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSeconds } from '../../../../src/base/clock.ts';
import { clock, clockFinding, spanInWords } from '../../../../src/cli/doctor/checks/clock.ts';
import { clientContext } from '../../../../src/client/context.ts';
import { environments } from '../../../../src/index.ts';
import { start } from '../../../client/wire.ts';
import { examination } from '../fixture.ts';

const machine = 'Set this machine’s clock: turn on its automatic time (NTP).';
const more = 'Tokens seem to have ended, or not to have begun, and assertions are refused.';
const well = ['ok', 'Within 60 seconds of the authority’s.', undefined, undefined];

const cases: readonly (readonly [seconds: number, expected: readonly unknown[]])[] = [
  [0, well],
  [60, well],
  [-60, well],
  [61, ['warning', 'This machine’s clock is 61 seconds ahead of the authority’s.', machine, undefined]],
  [-300, ['warning', 'This machine’s clock is 5 minutes behind the authority’s.', machine, undefined]],
  [301, ['failed', `This machine’s clock is 5 minutes ahead of the authority’s. ${more}`, machine, 7]],
  [-3600, ['failed', `This machine’s clock is 60 minutes behind the authority’s. ${more}`, machine, 7]],
  [86_400, ['failed', `This machine’s clock is 24 hours ahead of the authority’s. ${more}`, machine, 7]],
];

describe('row 33: clock', () => {
  for (const [seconds, expected] of cases) {
    test(`${seconds} seconds ahead`, () => {
      const { state, found, nextStep, exitCode } = clockFinding(seconds, false);
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }

  test('a sandbox’s may have been moved', () => {
    assert.equal(
      clockFinding(3600, true).nextStep,
      `${machine} A sandbox’s clock that was moved goes back by DELETE /sandbox/clock.`,
    );
  });

  const dates: readonly (readonly [header: string | undefined, expected: string])[] = [
    [addSeconds(start, -90).toUTCString(), 'This machine’s clock is 90 seconds ahead of the authority’s.'],
    [addSeconds(start, 90).toUTCString(), 'This machine’s clock is 90 seconds behind the authority’s.'],
    [undefined, 'the authority’s answer names no time'],
    ['yesterday', 'the authority’s answer names no time'],
  ];
  for (const [date, expected] of dates) {
    test(`Date: ${date}`, async () => {
      const headers = new Headers(date === undefined ? {} : { date });
      const plan = { environment: environments.AzureCloud, tenant: 'contoso.com' };
      const run = clock.run({
        ...examination(),
        metadata: async () => ({
          answer: { status: 200, headers, text: '' },
          correlationId: '',
          receivedAt: start,
          asked: { context: clientContext({}), fetchIt: fetch, plan },
        }),
      });
      assert.equal(
        await run.then(
          ({ found }) => found,
          (error: Error) => error.message,
        ),
        expected,
      );
    });
  }
});

describe('spans', () => {
  const spans: readonly (readonly [seconds: number, words: string])[] = [
    [0, '0 seconds'],
    [1, '1 second'],
    [119, '119 seconds'],
    [120, '2 minutes'],
    [7199, '119 minutes'],
    [7200, '2 hours'],
    [172_799, '47 hours'],
    [172_800, '2 days'],
    [90 * 86_400, '90 days'],
  ];
  for (const [seconds, words] of spans) test(words, () => assert.equal(spanInWords(seconds), words));
});
