import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Finding,
  failed,
  findingOf,
  needed,
  ok,
  Skipped,
  together,
  warning,
  withWarnings,
} from '../../../src/cli/doctor/check.ts';
import { AuthError } from '../../../src/index.ts';

const skipped: Finding = { state: 'skipped', found: 'S.', nextStep: undefined };

describe('several findings as one', () => {
  const cases: readonly (readonly [name: string, findings: readonly [Finding, ...Finding[]], expected: Finding])[] = [
    ['one', [ok('A.')], { state: 'ok', found: 'A.', nextStep: undefined }],
    ['well and well', [ok('A.'), ok('B.')], { state: 'ok', found: 'A. B.', nextStep: undefined }],
    ['well and a warning', [ok('A.'), warning('B.', 'Do b.')], { state: 'warning', found: 'A. B.', nextStep: 'Do b.' }],
    [
      'a warning and a failure',
      [warning('A.', 'Do a.'), failed(6, 'B.', 'Do b.'), ok('C.')],
      { state: 'failed', found: 'A. B. C.', nextStep: 'Do a. Do b.', exitCode: 6 },
    ],
    [
      'two failures: the first decides',
      [failed(6, 'A.', 'Do it.'), failed(7, 'B.', 'Do it.')],
      { state: 'failed', found: 'A. B.', nextStep: 'Do it.', exitCode: 6 },
    ],
    ['skipped and well', [skipped, ok('B.')], { state: 'ok', found: 'S. B.', nextStep: undefined }],
  ];
  for (const [name, findings, expected] of cases) {
    test(name, () => assert.deepEqual(together(findings), expected));
  }

  test('with what was said', () => {
    assert.deepEqual(withWarnings(ok('A.'), ['B.']), { state: 'warning', found: 'A. B.', nextStep: undefined });
    assert.deepEqual(withWarnings(ok('A.'), []), ok('A.'));
  });
});

describe('what a check throws', () => {
  const thrown: readonly (readonly [error: unknown, expected: Finding])[] = [
    [new Skipped('needs x', 'Do x.'), { state: 'skipped', found: 'needs x', nextStep: 'Do x.' }],
    [
      new AuthError('timed_out', 'Too late.', { hint: 'Wait.' }),
      { state: 'failed', found: 'Too late.', nextStep: 'Wait.', exitCode: 6 },
    ],
    [
      new AuthError('mfa_needed', 'No.', { reason: 'Why.', aadsts: [50076, 50079], correlationId: 'c', hint: 'Do.' }),
      {
        state: 'failed',
        found: 'No. AADSTS50076, AADSTS50079: Why. (Correlation id c)',
        nextStep: 'Do.',
        exitCode: 5,
      },
    ],
    [
      new AuthError('access_refused', 'No.', { reason: 'Why.', partnerCode: '900308' }),
      { state: 'failed', found: 'No. 900308: Why.', nextStep: undefined, exitCode: 5 },
    ],
    [new TypeError('x'), { state: 'failed', found: 'unexpected: x', nextStep: undefined, exitCode: 1 }],
  ];
  for (const [error, expected] of thrown) {
    test(String(error), () => assert.deepEqual(findingOf(error), expected));
  }
});

test('what another check has to say first', async () => {
  assert.equal(await needed(Promise.resolve(1), 'one'), 1);
  await assert.rejects(
    needed(Promise.reject(new Error('secret reasons')), 'one'),
    (error) => error instanceof Skipped && error.message === 'needs one',
  );
});
