import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reportText } from '../../../src/cli/doctor/report.ts';
import type { CheckResult } from '../../../src/cli/doctor/run-checks.ts';

const results: readonly CheckResult[] = [
  { name: 'runtime', state: 'ok', found: 'Node.js 24.21.0 on linux x64.', nextStep: null },
  {
    name: 'clock',
    state: 'warning',
    found: 'This machine’s clock is 90 seconds behind the authority’s, which is more than it should be.',
    nextStep: 'Set this machine’s clock: turn on its automatic time (NTP), and look at the time zone.',
  },
  { name: 'token', state: 'failed', found: 'Refused: \u001b[2Jnothing\nelse', nextStep: null },
  { name: 'audience', state: 'skipped', found: 'needs a token', nextStep: null },
];

const report = `\
ok       runtime   Node.js 24.21.0 on linux x64.
warning  clock     This machine’s clock is 90 seconds behind the authority’s,
                   which is more than it should be.
                   next: Set this machine’s clock: turn on its automatic time
                   (NTP), and look at the time zone.
failed   token     Refused: \\u001b[2Jnothing\\u000aelse
skipped  audience  needs a token

1 ok, 1 warning, 1 failed, 1 skipped
`;

describe('the report', () => {
  test('in lines of a terminal, nothing from outside raw', () => assert.equal(reportText(results, false), report));

  test('in colour, the state alone is painted', () => {
    const coloured = reportText(results, true);
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), report);
    assert.deepEqual(
      [...coloured.matchAll(/\u001b\[(\d+)m(\w+)\u001b/g)].map(([, code, word]) => [code, word]),
      [
        ['32', 'ok'],
        ['33', 'warning'],
        ['31', 'failed'],
        ['2', 'skipped'],
      ],
    );
  });

  test('without what there is none of', () => {
    assert.equal(reportText(results.slice(0, 1), false).split('\n').at(-2), '1 ok');
  });
});
